"""Boxes of a response: \\boxed{...} or \\fbox{...}."""

from typing import NamedTuple

from . import js

# Commands looked at, from the end; longest text between two boxes that are one answer; longest box.
_MAX_BOXES, _LONGEST_GAP, _LONGEST_BOX = 50, 40, 20_000
_TOKEN = js.pattern(r"^-?[\w.]+")
_SENTENCE = js.pattern(r"[\n.][\s\S]*[a-z]{4}", ignore_case=True)
_SHAPE = js.pattern(r"\\(?:text|quad|qquad|mbox|\(|\)|\[|\]|,|;|!| )|[${}\\]")
_JOIN = js.pattern(
    r"^(?:[a-z]+\s+){0,2}(?:,|;|and\b|or\b)(?:\s*[a-z]\w*){0,2}(?:\([a-z]\))?[^a-z]*$", ignore_case=True
)


class Box(NamedTuple):
    content: str
    # Where the command starts, and where the text goes on.
    start: int
    end: int


def last_boxes(text):
    """The boxes from the last one backwards that belong together: nothing but a few words with "and", "or" or a comma between
    them. In order of the text; empty when there is no box with an end. Linear."""
    boxes, before, tried = [], len(text), 0
    # A box that no brace closes is cut off, and says nothing.
    while before > 0 and tried < _MAX_BOXES:
        tried += 1
        start = max(_last_index(text, "\\boxed", before - 1), _last_index(text, "\\fbox", before - 1))
        if start < 0:
            break
        box = _read_box(text, start)
        following = boxes[0] if boxes else None
        if box is not None and following is not None:
            if box.end > following.start or not _joins(text[box.end : following.start]):
                break
        if box is not None:
            boxes.insert(0, box)
        elif following is not None:
            break
        before = start
    return boxes


def _last_index(text, command, start):
    """Where `command` last begins at or before `start`, -1 where it does not."""
    return text.rfind(command, 0, start + len(command)) if start >= 0 else -1


def _read_box(text, start):
    at = start + (5 if text.startswith("\\fbox", start) else 6)
    while js.char_at(text, at) in (" ", "\n"):
        at += 1
    if js.char_at(text, at) != "{":
        # \boxed 2: TeX takes the next token; a number is meant whole.
        match = _TOKEN.match(text[at : at + 30])
        return None if match is None else Box(match[0].removesuffix("."), start, at + len(match[0]))
    close = _closing_brace(text, at)
    return None if close is None else Box(text[at + 1 : close], start, close + 1)


def _closing_brace(text, opening):
    """Where the brace that opens at `opening` closes; None when it never does within the longest box."""
    depth, at, last = 0, opening, min(len(text), opening + _LONGEST_BOX)
    while at < last:
        character = text[at]
        if character == "\\":
            at += 1
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return None


def _joins(gap):
    """Whether what stands between two boxes makes them one list: a comma, "and", "or", a name, or nothing."""
    if len(gap) > _LONGEST_GAP or _SENTENCE.search(gap):
        return False
    words = js.trim(_SHAPE.sub(" ", gap))
    return words == "" or _JOIN.match(words) is not None
