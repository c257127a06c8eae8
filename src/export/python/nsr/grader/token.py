from typing import NamedTuple, Optional


class Token(NamedTuple):
    """A piece of an answer's text. kind: number, name, function, words, command, symbol. space: white space stood before it.
    repeating: of a number, the digits under an overline, which repeat for ever."""

    kind: str
    text: str
    space: bool
    repeating: Optional[str] = None
