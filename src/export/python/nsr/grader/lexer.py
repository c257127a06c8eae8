"""Cleaned LaTeX or plain text -> tokens."""

from . import js
from .limits import MAX_TOKENS, LimitError
from .tables import (
    COMMAND_SYMBOLS,
    FUNCTIONS,
    GREEK_LETTERS,
    IGNORED_COMMANDS,
    KNOWN_COMMANDS,
    STYLE_COMMANDS,
    TEXT_COMMANDS,
    UNITS,
)
from .token import Token
from .words import plain_letters, text_tokens

_BASED = js.pattern(
    r"^(?=[A-Z]*\d)(?=\d*[A-Z])([\dA-Z]{2,20})_(?:1[1-9]|2\d|3[0-6]|\{(?:1[1-9]|2\d|3[0-6])\})"
)
_BARE_GROUP = js.pattern(r"^\{(?:(,|or|and)\}|([A-Z\d]{2,20})\}_)")
_EXPONENT = js.pattern(r"^[eE]([+-]?)(\d{1,4})(?![\d.])")
_GROUP_MARK = js.pattern(r"^(?:\{,\}|\s?,\s?\\!\s?|\s?\\!\s?,\s?|\\[,;: ])")
_THREE_DIGITS = js.pattern(r"^\d{3}(?!\d)")
_REPEAT = js.pattern(r"^\\(?:overline|bar)\s?(?:\{(\d{1,20})\}|(\d))")
_UNIT = js.pattern(r"^\s*([A-Za-z]+)\s*(?:\/\s*([A-Za-z]+)\s*)?(?:\^\{?\d\}?)?\s*$")
_UPRIGHT = js.pattern(r"^\s*[A-Za-z][A-Za-z .]+$")
_NOT_LETTERS = js.pattern("[^A-Za-z]+")
_PAIRS = {"**": "^", "<=": "<=", ">=": ">=", "=<": "<=", "!=": "!=", "==": "=", ":=": "="}


def tokenize(text, commas):
    """Linear in its length. commas: how a comma between digits is read, 'thousands', 'separator' or 'decimal'. Raises LimitError
    over MAX_TOKENS."""
    scan = _Scan(text, commas)
    while scan.at < len(text):
        scan.step()
        if len(scan.tokens) > MAX_TOKENS:
            raise LimitError("tokens")
    return scan.tokens


def _is_digit(character):
    return "0" <= character <= "9"


def _is_letter(character):
    return "a" <= character <= "z" or "A" <= character <= "Z"


def _end_of(text, start, accepts):
    end = start
    while end < len(text) and accepts(text[end]):
        end += 1
    return end


def _based_digits(text, at):
    """Digits and capitals over a base above ten: 2D0A_{16}. 2a_1 is twice a_1."""
    character = text[at]
    if not _is_digit(character) and not "A" <= character <= "Z":
        return None
    match = _BASED.match(text[at : at + 28])
    return None if match is None else match[1]


def _repeat_after(text, at):
    """\\overline{27} at `at`: the digits that repeat, and where they end."""
    match = _REPEAT.match(text[at : at + 40])
    return None if match is None else (match[1] or match[2] or "", at + len(match[0]))


def _argument_at(text, at):
    """The {...} at or after `at`, matched, or the one character there: its text and end."""
    start = at
    while js.char_at(text, start) == " ":
        start += 1
    if js.char_at(text, start) != "{":
        return (text[start], start + 1) if start < len(text) else None
    depth, end = 0, start
    while end < len(text):
        character = text[end]
        if character == "\\":
            end += 1
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                return text[start + 1 : end], end + 1
        end += 1
    return text[start + 1 :], len(text)


def _is_unit(text):
    """m, km/h, m/s^2 behind an amount."""
    match = _UNIT.match(text)
    return match is not None and match[1] in UNITS and (match[2] is None or match[2] in UNITS)


def _styled(text):
    return [Token("function", FUNCTIONS[text], False)] if text in FUNCTIONS else text_tokens(text)


class _Scan:
    def __init__(self, text, commas):
        self.text = text
        self.commas = commas
        self.tokens = []
        self.at = 0
        self.space = False
        # Open ( [ \{: a bare comma between digits inside them separates.
        self.brackets = 0
        # Open matrix environments: a backslash before a digit there is a damaged line break.
        self.matrices = 0

    def emit(self, kind, text, repeating=None):
        self.tokens.append(Token(kind, text, self.space, repeating))
        self.space = False

    def emit_all(self, tokens):
        for index, token in enumerate(tokens):
            self.tokens.append(token._replace(space=self.space or token.space) if index == 0 else token)
        self.space = False

    def last(self):
        return self.tokens[-1] if self.tokens else None

    def step(self):
        text, at = self.text, self.at
        character = text[at]
        digits = _based_digits(text, at)
        if digits is not None:
            self.at += len(digits)
            self.emit("words", digits.lower())
        elif character in js.SPACES or character == "~":
            self.at += 1
            self.space = True
        elif _is_digit(character) or (character == "." and _is_digit(js.char_at(text, at + 1) or "x")):
            self.number()
        elif _is_letter(character):
            end = _end_of(text, at, _is_letter)
            previous = self.last()
            after_number = previous is not None and previous.kind == "number"
            self.emit_all(plain_letters(text[at:end], after_number, js.char_at(text, end)))
            self.at = end
        elif character == "\\":
            self.command()
        elif character != "{" or not self.bare_group():
            self.symbol(character)

    def bare_group(self):
        """Braces that are no argument, around a comma, "or", "and" or the digits of a number with a base. Steps over them if so."""
        previous = self.last()
        is_argument = previous is not None and (
            previous.kind == "command" or (previous.kind == "symbol" and previous.text in "^_}]")
        )
        match = _BARE_GROUP.match(self.text[self.at : self.at + 24])
        if match is None or (is_argument and match[1] != ","):
            return False
        digits = match[2]
        self.at += len(match[0]) - (0 if digits is None else 1)
        if digits is None:
            self.emit("symbol", ",")
        else:
            self.emit("words", digits.lower())
        return True

    def symbol(self, character):
        two = _PAIRS.get(self.text[self.at : self.at + 2])
        self.at += 1 if two is None else 2
        text = character if two is None else two
        if text in ("(", "["):
            self.brackets += 1
        if text in (")", "]"):
            self.brackets -= 1
        if text == "." and self.text.startswith("..", self.at):
            self.at += 2
            self.emit("symbol", "dots")
            return
        self.emit("symbol", text)

    def number(self):
        """Digits with their groups, decimals and repeating decimals."""
        text, start = self.text, self.at
        end = _end_of(text, start, _is_digit)
        digits = text[start:end]
        if 1 <= len(digits) <= 3:
            group = self.group_after(end)
            while group is not None:
                digits += text[group : group + 3]
                end = group + 3
                group = self.group_after(end)
        following = js.char_at(text, end + 1)
        digit_follows = following != "" and _is_digit(following)
        comma = self.commas == "decimal" and js.char_at(text, end) == "," and digit_follows
        point = js.char_at(text, end) == "."
        if comma or (point and (digit_follows or _repeat_after(text, end + 1) is not None)):
            decimals = _end_of(text, end + 1, _is_digit)
            digits = f"{digits or '0'}.{text[end + 1:decimals]}"
            end = decimals
            repeat = _repeat_after(text, end)
            if repeat is not None:
                self.at = repeat[1]
                self.emit("number", digits, repeat[0])
                return
        self.at = end
        self.emit("number", digits)
        exponent = _EXPONENT.match(text[end : end + 7])
        if exponent is None:
            return
        self.at += len(exponent[0])
        for one in ("*", "10", "^", "{", *(["-"] if exponent[1] == "-" else []), exponent[2], "}"):
            self.emit("number" if _is_digit(one[0]) else "symbol", one)

    def group_after(self, at):
        """Where the next group of three digits starts that belongs to the number before `at`, or None."""
        marked = _GROUP_MARK.match(self.text[at : at + 8])
        bare = self.commas == "thousands" and self.brackets <= 0 and js.char_at(self.text, at) in (",", " ")
        start = at + len(marked[0]) if marked is not None else at + 1 if bare else None
        return start if start is not None and _THREE_DIGITS.match(self.text[start : start + 4]) else None

    def command(self):
        text, at = self.text, self.at
        following = js.char_at(text, at + 1)
        if following == "" or not _is_letter(following):
            self.escaped(following)
            return
        name = text[at + 1 : _end_of(text, at + 1, _is_letter)]
        if name not in KNOWN_COMMANDS:
            # \sinx or \pir, glued by a cleaner that dropped spaces: the longest known command is meant.
            for length in range(min(len(name) - 1, 12), 1, -1):
                if name[:length] in KNOWN_COMMANDS:
                    name = name[:length]
                    break
        self.at = at + 1 + len(name)
        self.named(name)

    def escaped(self, following):
        """A backslash before something that is no letter."""
        self.at += 2
        if following != "" and following in "{}":
            self.brackets += 1 if following == "{" else -1
            self.emit("symbol", f"\\{following}")
        elif following == "%":
            self.emit("symbol", "%")
        elif following == "|":
            self.emit("symbol", "|")
        elif following == "\\":
            self.emit("symbol", "\\\\")
        elif self.matrices > 0 and following != "" and (following == "-" or _is_digit(following)):
            self.at -= 1
            self.emit("symbol", "\\\\")
        elif following in ",;: !$#&_()[]":
            self.space = True
        else:
            self.at -= 1

    def named(self, name):
        text = self.text
        if name in TEXT_COMMANDS or name in STYLE_COMMANDS:
            argument = _argument_at(text, self.at)
            if argument is None:
                return
            content, self.at = argument
            previous = self.last()
            if name in TEXT_COMMANDS:
                self.emit_all(text_tokens(content))
            # Upright letters are a word or a function's name, anything else is mathematics.
            elif previous is not None and previous.kind == "number" and _is_unit(content):
                self.emit("words", js.trim(_NOT_LETTERS.sub(" ", content)))
            elif _UPRIGHT.match(content):
                self.emit_all(_styled(js.trim(content)))
            else:
                self.emit_all(tokenize(content, self.commas))
            return
        meaning = COMMAND_SYMBOLS.get(name)
        if meaning is not None:
            if meaning == "\\{":
                self.brackets += 1
            if meaning == "\\}":
                self.brackets -= 1
            self.emit("symbol", meaning)
        elif name in FUNCTIONS:
            self.emit("function", FUNCTIONS[name])
        elif name in IGNORED_COMMANDS:
            # \left. and \right. draw nothing.
            if name in ("left", "right") and js.char_at(text, self.at) == ".":
                self.at += 1
            self.space = True
        elif name in GREEK_LETTERS or name not in KNOWN_COMMANDS:
            self.emit("name", "epsilon" if name == "varepsilon" else name)
        else:
            self.matrices += {"begin": 1, "end": -1}.get(name, 0)
            self.emit("command", name)
