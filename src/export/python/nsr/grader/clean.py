"""An answer's text with one spelling for characters beyond ASCII, without what surrounds it. Linear."""

import re

from . import js
from .tables import CHARACTERS

_SUPERSCRIPTS, _SUBSCRIPTS, _PLAIN = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ", "₀₁₂₃₄₅₆₇₈₉₋ₙ", "0123456789-n"
_TEXT_COMMAND = js.pattern(
    r"\\(?:text|mbox|textbf|textit|textrm|textnormal|mathrm|mathbf|mathit|operatorname)\s*\{([^{}]*)\}"
)
_SIZES = re.compile(r"\\(?:left|right|quad|qquad)(?![a-zA-Z])")
_FRACTIONS = re.compile(r"\\[dt]frac(?![a-zA-Z])")
_SPACING = re.compile(r"\\[ ,;:!]")
_SPACES = js.pattern(r"\s+")
_WORD = js.pattern(r"^[{(]*[A-Za-z.,]+[)}]*$")


def clean(text):
    """The cleaned text: ASCII where we know how, $ and bold dropped, no full stop at the end."""
    ascii_text = text if all(ord(character) <= 126 for character in text) else _spelled(text)
    unescaped = ascii_text.replace("\\\\", "\\") if _has_escaped_backslashes(ascii_text) else ascii_text
    return _trim_punctuation(re.sub(r"\\?\$", " ", unescaped).replace("\\displaystyle", " "))


def text_key(cleaned):
    """Cleaned text without what only shapes it: two texts with the same key say the same."""
    key = _TEXT_COMMAND.sub(r"\1", cleaned)
    key = _FRACTIONS.sub(r"\\frac", _SIZES.sub("", key))
    return _SPACES.sub("", _SPACING.sub("", key))


def word_key(key):
    """A key of letters only, which is a word in any case, in lower case; None of one that has anything else."""
    return re.sub("[^A-Za-z,]", "", key).lower() if _WORD.match(key) else None


def _spelled(text):
    text = re.sub(f"[{_SUPERSCRIPTS}]+", lambda run: f"^{{{_translate(run[0], _SUPERSCRIPTS)}}}", text)
    text = re.sub(f"[{_SUBSCRIPTS}]+", lambda run: f"_{{{_translate(run[0], _SUBSCRIPTS)}}}", text)
    return "".join(character if ord(character) <= 126 else CHARACTERS.get(character, character) for character in text)


def _translate(run, alphabet):
    return "".join(_PLAIN[alphabet.index(character)] for character in run)


def _has_escaped_backslashes(text):
    """Text that went through JSON twice: \\\\frac where \\frac is meant. In a matrix \\\\ alone is a new row."""
    if "\\begin" in text:
        return "\\\\begin" in text
    return re.search(r"\\\\[a-zA-Z]", text) is not None


def _trim_punctuation(text):
    start, end = 0, len(text)
    while start < end and text[start] in " \t\n\r*`\"'":
        start += 1
    # A spacing command at the end goes with its backslash.
    while end > start and text[end - 1] in " \t\n\r*`\".,;:!":
        escaped = js.char_at(text, end - 2) == "\\"
        if text[end - 1] == "!" and not escaped:
            break
        end -= 2 if escaped else 1
    return text[start:end] if end > start else ""
