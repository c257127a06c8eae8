"""Words in answers: what letters spell, units, letters of choices."""

import re

from . import js
from .tables import FUNCTIONS, GREEK_LETTERS, NUMBER_WORDS, UNITS
from .rational import to_number
from .token import Token

_PIECES = re.compile(r"[A-Za-z]+[0-9]*|[0-9]+(?:\.[0-9]+)?|" + js.pattern(r"[^A-Za-z\d\s]").pattern, re.ASCII)
_SPACE_FIRST = js.pattern(r"^\s")


def _token(kind, text):
    return Token(kind, text, False)


def plain_letters(run, after_number, following):
    """What a run of letters outside \\text means: a connective, a function, a constant, a word, or variables side by side."""
    lower = run.lower()
    if len(run) == 1:
        return [_token("name", run)]
    if lower in ("and", "or"):
        return [_token("symbol", ",")]
    known = FUNCTIONS.get(run, FUNCTIONS.get(lower))
    if known is not None and not (after_number and lower == "min"):
        return [_token("function", known)]
    if lower in ("sqrt", "pi"):
        return [_token("command", lower)]
    if lower in ("infinity", "infty", "inf"):
        return [_token("symbol", "infinity")]
    if lower in ("percent", "pct", "percentage"):
        return [_token("symbol", "%")]
    if lower in ("degrees", "degree", "deg"):
        return [_token("symbol", "deg")]
    if lower == "in" and not after_number:
        return [_token("symbol", "in")]
    if run in GREEK_LETTERS:
        return [_token("name", run)]
    if lower in NUMBER_WORDS or len(run) >= 4:
        return [_token("words", lower)]
    if after_number and lower in UNITS:
        return [_token("words", lower)]
    # ABC names a figure, abc multiplies three variables.
    if len(run) == 3 and (run == run.upper() or lower in UNITS) and following != "^":
        return [_token("words", lower)]
    return [_token("name", letter) for letter in run]


def text_tokens(content):
    """The tokens of prose inside \\text{...}: words joined by spaces, numbers, and punctuation by which a list is written."""
    tokens, words = [], []

    def flush():
        if words:
            text = " ".join(words)
            words.clear()
            tokens.append(_words_token(text))

    # A point between letters belongs to an abbreviation (p.m.), other white space and points separate.
    for piece in _PIECES.findall(re.sub(r"([A-Za-z])\.", r"\1", content)):
        lower = piece.lower()
        if lower in ("and", "or"):
            flush()
            tokens.append(_token("symbol", ","))
        elif "a" <= lower[0] <= "z":
            words.append(lower)
        elif "0" <= piece[0] <= "9":
            # "October 30" is a name, "30 days" an amount.
            if words:
                words.append(piece)
            else:
                tokens.append(_token("number", piece))
        else:
            flush()
            if piece not in (".", "\\", "$"):
                tokens.append(_token("symbol", piece))
    flush()
    if tokens:
        tokens[0] = tokens[0]._replace(space=_SPACE_FIRST.match(content) is not None)
    return tokens


def _words_token(text):
    if text == "percent":
        return _token("symbol", "%")
    if text in ("degrees", "degree"):
        return _token("symbol", "deg")
    return _token("words", text)


def _as_text(value):
    """A double as JavaScript writes it, for whole numbers."""
    return str(int(value)) if abs(value) < 1e21 else repr(value)


def spelling(node):
    """What an answer spells when it is a word or might be one: "odd" may have been read as o d d. None for other things."""
    kind = node.kind
    if kind == "words":
        return re.sub("[^a-z0-9]", "", node.text)
    if kind == "symbol":
        return node.name.lower()
    if kind == "constant":
        return node.name if node.name in ("e", "i") else None
    if kind == "number":
        return _as_text(to_number(node.value)) if node.value.under == 1 else None
    if kind == "quantity":
        of = spelling(node.of)
        return None if of is None else of + re.sub("[^a-z0-9]", "", node.unit)
    if kind == "product":
        letters = [spelling(factor) for factor in node.factors]
        return None if None in letters else "".join(letters)
    return None


def choice_letter(text):
    """The letter of a choice: A, (A), \\text{(A)}. None for other texts."""
    match = re.match(r"\(?([A-Ja-j])\)?\Z", _bare(text))
    return None if match is None else match[1].upper()


def leading_choice(text):
    """The letter with which a response begins that gives the choice and what it says: (A) 12, B. the second."""
    match = re.match(r"(?:\(([A-J])\)|([A-J])(?:[):]|\.(?![0-9])))", _bare(text))
    return choice_letter(text) if match is None else match[1] or match[2]


_SHAPE = js.pattern(r"\\(?:text|textbf|mathrm|mathbf|mbox)(?![a-z])|[{}$*\s]")
_LABEL = js.pattern(r"^(?:option|choice|answer)(?=\(?[A-J])", ignore_case=True)


def _bare(text):
    return _LABEL.sub("", _SHAPE.sub("", text[:200]), count=1)


def compatible_units(a, b):
    """Whether two units can stand for the same amount: unknown words and missing units are no contradiction."""
    left, right = _known_unit(a), _known_unit(b)
    return left is None or right is None or left == right


def _known_unit(text):
    known = [UNITS[word] for word in text.split(" ") if word in UNITS]
    return " ".join(known) if known else None
