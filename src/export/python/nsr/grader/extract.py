"""The final answer of a text: (text or None, rule by which it was found)."""

import re
from typing import NamedTuple

from . import js
from .boxes import last_boxes

_NOTHING = (None, "none")
_NUMBER_PHRASE = js.pattern(r"(?:^|\n)\s*A\s*:|answer\s*(?:is|:|=)", ignore_case=True)
_PHRASE = js.pattern(r"(?:final\s+answer|answer)\s*(?:is|are|:|=|\*\*:?)*\s*(?:is|:)?", ignore_case=True)
_OPENING = js.pattern(r"^\**\s*(?:\$\$?|\\\(|\\\[)")
_SENTENCE = js.pattern(r"^[\s\S]*?(?=[.!?](?:\s|$)|\n|$)")
_FORMULA = js.pattern(r"\$[^$]*\$|\\\([\s\S]{0,2000}?\\\)|\\\[[\s\S]{0,2000}?\\\]")
_COMMAND = js.pattern(r"\\[a-zA-Z]+\s*\{[^{}]*\}|\\[a-zA-Z]+")
_LABELLED = js.pattern(r"[a-z]{2,}\s*[:?!]", ignore_case=True)
_CONNECTIVE = js.pattern(r"^\s*(?:,|;|and|or|,\s*and|,\s*or)\s*$", ignore_case=True)
_ITEM = js.pattern(
    r"\$\$([^$]{1,2000})\$\$|\$((?:[^$\\]|\\[\s\S]){1,2000})\$|\\\(([\s\S]{1,2000}?)\\\)|\\\[([\s\S]{1,2000}?)\\\]"
    r"|-?(?:\d[\d,]*\.?\d*|\.\d+)(?:\s?\/\s?\d+)?(?:\s?\\?%)?"
)
_PROSE = js.pattern(r"[a-z]{3,}\s+[a-z]{2,}\s+[a-z]{2,}", ignore_case=True)
_AMOUNT = js.pattern(r"-?\d[\d,]*\.?\d*")
_FIRST_NUMBER = js.pattern(r"-?\s?\$?\s?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s?\/\s?\d+)?")
_NUMBER_SHAPE = js.pattern(r"[$,\s]")
_LAST_NUMBER = js.pattern(r"-?\$?(?:\d[\d,]*(?:\.\d+)?|\.\d+)")


def extract_answer(response, unboxed):
    """Of a mathematical text: the last box, or the last ones joined by "and"; else as `unboxed` says: 'refuse', 'phrase' (what
    follows "the answer is", or the whole text when it is nothing but an answer) or 'last' (besides, the last formula or number)."""
    boxes = last_boxes(response)
    if boxes:
        contents = [box.content for box in boxes]
        return (contents[0], "box") if len(contents) == 1 else (" , ".join(contents), "boxes")
    if unboxed == "refuse":
        return _NOTHING
    phrase = _after_phrase(response)
    if phrase is not None:
        return phrase
    whole = _whole_text(response)
    if whole is not None:
        return whole, "whole text"
    return _last_item(response) if unboxed == "last" else _NOTHING


def extract_number(response, unboxed):
    """Of a GSM8K solution: after the last "####", else after "the answer is" or "A:", else, with 'last', the last number."""
    hashes = response.rfind("####")
    if hashes >= 0:
        text = _first_number(response[hashes + 4 : hashes + 200])
        return _NOTHING if text is None else (text, "hashes")
    boxes = last_boxes(response)
    if boxes:
        content = boxes[-1].content
        text = _first_number(content)
        return (content if text is None else text), "box"
    if unboxed == "refuse":
        return _NOTHING
    phrase = _phrase_end(response, _NUMBER_PHRASE)
    if phrase is not None:
        line = response[phrase : phrase + 400].split("\n", 1)[0]
        text = _sum_value(line)
        if text is None:
            text = _first_number(line)
        if text is not None:
            return text, "phrase"
    return _last_number(response) if unboxed == "last" else _NOTHING


def _after_phrase(response):
    """What follows the last such phrase, up to the end of its sentence."""
    start = _phrase_end(response, _PHRASE)
    if start is None:
        return None
    rest = js.trim_start(response[start : start + 2000])
    if _OPENING.match(rest) and _items_of(rest):
        return _last_joined(rest, True), "phrase"
    match = _SENTENCE.match(rest)
    sentence = "" if match is None else match[0]
    if js.trim(sentence) == "":
        return None
    if _is_bare(sentence):
        return sentence, "phrase"
    text, _ = _last_item(sentence)
    return (sentence if text is None else text), "phrase"


def _phrase_end(response, pattern):
    """Where the last match ends, looked for near the end of the text."""
    start, end = max(0, len(response) - 20_000), None
    for match in pattern.finditer(response[start:]):
        end = start + match.end()
    return end


def _whole_text(response):
    """A response that is nothing but an answer: a formula, a number, a word or two."""
    text = js.trim(response)
    return text if text != "" and len(text) <= 4000 and _is_bare(text) else None


def _is_bare(text):
    """Whether a text is no sentence: no run of three words outside formulas and LaTeX's own texts."""
    prose = _COMMAND.sub(" ", _FORMULA.sub(" ", text))
    words = [word for word in re.findall("[A-Za-z]{2,}", prose) if word.lower() not in ("and", "or")]
    return len(words) < 3 and _LABELLED.search(prose) is None


class _Item(NamedTuple):
    """A formula between dollar signs or brackets, or a number in the text."""

    text: str
    start: int
    end: int
    by: str


def _last_item(response):
    """The last formula or number of a text, with those that "and" or a comma joins to it."""
    text = response[-6000:]
    items = _items_of(text)
    return (_last_joined(text, False), items[-1].by) if items else _NOTHING


def _last_joined(text, from_start):
    items, joined, edge = _items_of(text), [], None
    if from_start:
        for item in items:
            if edge is not None and not _is_connective(text[edge : item.start]):
                break
            joined.append(item.text)
            edge = item.end
    else:
        for item in reversed(items):
            if edge is not None and not _is_connective(text[item.end : edge]):
                break
            joined.insert(0, item.text)
            edge = item.start
    return " , ".join(joined)


def _is_connective(gap):
    return len(gap) < 20 and _CONNECTIVE.match(gap) is not None


def _items_of(text):
    """Formulas, and numbers outside them, in order. One pass."""
    items = []
    for match in _ITEM.finditer(text):
        formula = next((group for group in match.groups() if group is not None), None)
        # A dollar sign of money opens no formula.
        if formula is not None and _PROSE.search(formula) and "\\" not in formula:
            for amount in _AMOUNT.finditer(formula):
                start = match.start() + 1 + amount.start()
                items.append(_Item(amount[0].rstrip(".,"), start, start + len(amount[0]), "last number"))
            continue
        found = match[0].rstrip(".,") if formula is None else formula
        items.append(_Item(found, match.start(), match.end(), "last number" if formula is None else "last formula"))
    return items


def _first_number(text):
    match = _FIRST_NUMBER.search(text)
    return None if match is None else _NUMBER_SHAPE.sub("", match[0])


def _sum_value(line):
    """ "3 + 4 = 7": the value behind the last equals sign of a line."""
    equals = line.rfind("=")
    return None if equals < 0 else _first_number(line[equals + 1 :])


def _last_number(response):
    last = None
    for match in _LAST_NUMBER.finditer(response[-6000:]):
        last = match[0]
    return _NOTHING if last is None else (re.sub("[$,]", "", last), "last number")
