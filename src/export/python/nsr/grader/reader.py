"""A place in a list of tokens, and the steps that the grammar takes."""

from .limits import MAX_DEPTH, LimitError


class Unreadable(Exception):
    """The text is no mathematics that we read; caught by `parse_answer`."""


_OPENING = {"(", "[", "{", "\\{", "\\<", "|", "lfloor", "lceil", "infinity", "empty"}


class Reader:
    def __init__(self, tokens):
        self.tokens = list(tokens)
        self.at = 0
        self.depth = 0
        # Inside |...|, where the next bar closes.
        self.bars = 0

    def peek(self, ahead=0):
        place = self.at + ahead
        return self.tokens[place] if 0 <= place < len(self.tokens) else None

    def is_symbol(self, text, ahead=0):
        token = self.peek(ahead)
        return token is not None and token.kind == "symbol" and token.text == text

    def is_kind(self, kind, ahead=0):
        token = self.peek(ahead)
        return token is not None and token.kind == kind

    def accept(self, text):
        """Steps over the symbol if it is next."""
        if not self.is_symbol(text):
            return False
        self.at += 1
        return True

    def expect(self, text):
        if not self.accept(text):
            raise Unreadable(f"no {text}")

    def next(self):
        token = self.peek()
        self.at += 1
        if token is None:
            raise Unreadable("ends early")
        return token

    def deeper(self, parse):
        """Runs `parse` one level deeper. Raises LimitError past MAX_DEPTH."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise LimitError("depth")
        value = parse()
        self.depth -= 1
        return value

    def starts_atom(self, ahead=0):
        """Whether an operand can begin here, so that standing beside another one means a product."""
        token = self.peek(ahead)
        if token is None:
            return False
        if token.kind != "symbol":
            return token.kind != "words" and not (token.kind == "command" and token.text == "end")
        return self.bars == 0 if token.text == "|" else token.text in _OPENING
