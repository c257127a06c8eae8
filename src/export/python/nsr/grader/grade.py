"""Whether a response gives the answer. Pure and deterministic; bounded work for any text (limits.py)."""

import re
from typing import NamedTuple, Optional

from . import js
from .clean import clean, text_key, word_key
from .compare import compare_answers
from .expression import tree_key
from .extract import extract_answer, extract_number
from .grammar import parse_answer
from .lexer import tokenize
from .limits import MAX_ANSWER_LENGTH, MAX_RESPONSE_LENGTH, LimitError, Work
from .matrices import work_out_matrices
from .values import Comparing
from .verdict import differs, same
from .words import choice_letter, leading_choice

_GROUPED = re.compile(r"[0-9][, ][0-9]{3}")
_DECIMAL_COMMA = re.compile(r"^-?[0-9]+,[0-9][0-9]$", re.MULTILINE)
_DECIMAL_POINT = re.compile(r"\.[0-9][0-9]")


class Verdict(NamedTuple):
    """extracted: the answer found in the response, None when there is none; by: how it was found."""

    extracted: Optional[str]
    correct: bool
    reason: str
    by: str


def grade(answer, response, kind="math", mode="mathematics", unboxed="last"):
    """answer: a bare value or a solution with its box. kind: math (in a box) or gsm8k (behind "####", a number). mode: mathematics,
    papers (as the graders of published numbers) or text. unboxed: refuse, phrase or last."""
    text, by = _extract(response, kind, unboxed)
    gold = _gold_text(answer, kind)
    if text is None or js.trim(text) == "":
        # A gold with an empty box says that there is nothing; an empty gold says that it was lost.
        empty = text is not None and js.trim(answer) != "" and js.trim(gold) == ""
        return Verdict(text, empty, "same text" if empty else "no answer", by)
    equal, reason = differs("empty gold") if js.trim(gold) == "" else equal_texts(gold, text, mode)
    return Verdict(text, equal, reason, by)


def _extract(response, kind, unboxed):
    end = response[-MAX_RESPONSE_LENGTH:]
    return extract_answer(end, unboxed) if kind == "math" else extract_number(end, unboxed)


def _gold_text(answer, kind):
    """The gold: of a text with a box or with prose what it concludes, else the text itself."""
    text = answer[-MAX_RESPONSE_LENGTH:]
    found, by = extract_answer(text, "last") if kind == "math" else extract_number(text, "last")
    return text if by in ("none", "whole text") or found is None else found


def equal_texts(gold, response, mode):
    """(equal, reason): whether two bare answers, without boxes or prose around them, say the same."""
    if len(gold) > MAX_ANSWER_LENGTH or len(response) > MAX_ANSWER_LENGTH:
        return same("same text") if gold == response else differs("too large")
    left, right = clean(gold), clean(response)
    key, other_key = text_key(left), text_key(right)
    if key == other_key and key != "":
        return same("same text")
    word = word_key(key)
    if word is not None and word == word_key(other_key) and not _mixes_cases(key, other_key):
        return same("same words")
    if mode == "text":
        return differs("different text")
    choice = choice_letter(gold)
    if choice is not None and leading_choice(response) == choice:
        return same("same choice")
    if mode == "papers" and _without_brackets(key) == _without_brackets(other_key):
        return same("same text")
    return _compare_readings(left, right, mode)


def _mixes_cases(a, b):
    """Rr against rR: two letters in both cases are two variables, no word."""
    return len(a) <= 3 and len(set(a.lower())) < len(set(a)) and a != b


def _without_brackets(text):
    return re.sub(r"[()\[\]{}]|\\[{}]", "", text)


def _compare_readings(gold, response, mode):
    """ "1,234" is first read as a number, then as two."""
    work, outcome = Work(), differs("different text")
    try:
        for commas in _comma_readings(gold, response):
            left, right = _read(gold, commas), _read(response, commas)
            if left is None or right is None:
                if commas == "thousands":
                    outcome = differs("different text")
                continue
            compared = compare_answers(left, right, Comparing(work, mode == "papers"))
            if compared[0]:
                return compared
            # Numbers beyond all limits (9^{9^9}) are themselves.
            if compared[1] == "undecided" and tree_key(left) == tree_key(right):
                return same("identical")
            if commas == "thousands":
                outcome = compared
    except LimitError:
        return differs("too large")
    return outcome


def _comma_readings(gold, response):
    both = f"{gold}\n{response}"
    readings = ["thousands"]
    if _GROUPED.search(both):
        readings.append("separator")
    # 1000,99 with a decimal comma, where the other side writes a point.
    if _DECIMAL_COMMA.search(both) and _DECIMAL_POINT.search(both):
        readings.append("decimal")
    return readings


def _read(text, commas):
    tree = parse_answer(tokenize(text, commas))
    return None if tree is None else work_out_matrices(tree)
