"""Answers as sets of reals: disjoint pieces in order."""

import math
import re
from typing import NamedTuple

from . import complex_numbers as c
from .evaluate import evaluate
from .expression import some
from .sampled import variables


class Interval(NamedTuple):
    """A piece of the real line; a point is closed at both of its equal ends."""

    low: float
    high: float
    low_closed: bool
    high_closed: bool


_EVERYTHING = Interval(-math.inf, math.inf, False, False)
# Ends that agree to this are one.
_TOLERANCE = 1e-9
FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!=", "~": "~"}


def to_intervals(node, work):
    """The set that an answer describes; None when it is none, or depends on more than one variable."""
    kind = node.kind
    if kind == "tuple":
        ends = [_endpoint(item, work) for item in node.items]
        if len(ends) != 2 or None in ends or node.open == "<":
            return None
        low, high = ends
        # Ends in the wrong order are a point's coordinates.
        if low > high or (low == high and (node.open == "(" or node.close == ")")):
            return None
        low_closed, high_closed = node.open == "[", node.close == "]"
        if (low_closed and low == -math.inf) or (high_closed and high == math.inf):
            return None
        return _merge([Interval(low, high, low_closed, high_closed)])
    if kind == "set":
        points = [_endpoint(item, work) for item in node.items]
        if any(point is None or not math.isfinite(point) for point in points):
            return None
        return _merge([_point_at(point) for point in points])
    if kind == "symbol":
        return [_EVERYTHING] if node.name == "set R" else None
    if kind == "member":
        return to_intervals(node.set, work)
    if kind == "setOperation":
        left, right = to_intervals(node.left, work), to_intervals(node.right, work)
        if left is None or right is None:
            return None
        if node.operator == "union":
            return _merge([*left, *right])
        return _intersect(left, right if node.operator == "intersection" else _complement(right))
    if kind == "list":
        pieces = [to_intervals(item, work) if item.kind == "relation" else None for item in node.items]
        if any(piece is None for piece in pieces) or len(variables(node)) != 1:
            return None
        return _merge([interval for piece in pieces for interval in piece])
    if kind == "relation":
        return _chain(node.sides, node.signs, work)
    return None


def _chain(sides, signs, work):
    """x < 3, 1 <= x < 2, x != 4: the middle one thing, the others numbers."""
    pieces = [_EVERYTHING]
    if sum(map(_is_subject, sides)) != 1 or len(sides) > 3:
        return None
    for index, sign in enumerate(signs):
        left, right = sides[index], sides[index + 1]
        if sign == "~":
            return None
        value = _endpoint(right if _is_subject(left) else left, work)
        if value is None or _is_subject(left) == _is_subject(right):
            return None
        pieces = _intersect(pieces, _half(sign if _is_subject(left) else FLIPPED[sign], value))
    return pieces


def _is_subject(node):
    """What an inequality is about: a variable, or a value of an unknown function."""
    return node.kind == "symbol" or (node.kind == "call" and re.match(r"[fgh]\b", node.name, re.ASCII) is not None)


def _half(sign, value):
    if sign == "<":
        return [_EVERYTHING._replace(high=value)]
    if sign == "<=":
        return [_EVERYTHING._replace(high=value, high_closed=True)]
    if sign == ">":
        return [_EVERYTHING._replace(low=value)]
    if sign == ">=":
        return [_EVERYTHING._replace(low=value, low_closed=True)]
    return [_point_at(value)] if sign == "=" else _complement([_point_at(value)])


def contains(pieces, value):
    return any(
        (value > piece.low or (piece.low_closed and value == piece.low))
        and (value < piece.high or (piece.high_closed and value == piece.high))
        for piece in pieces
    )


def same_intervals(a, b):
    return len(a) == len(b) and all(
        _same_end(left.low, right.low)
        and _same_end(left.high, right.high)
        and left.low_closed == right.low_closed
        and left.high_closed == right.high_closed
        for left, right in zip(a, b, strict=True)
    )


def _same_end(a, b):
    return a == b or (math.isfinite(a - b) and abs(a - b) <= _TOLERANCE * max(abs(a), abs(b)))


def _point_at(value):
    return Interval(value, value, True, True)


def _endpoint(node, work):
    """A real number or an infinity; None for anything else."""
    if variables(node):
        return None
    if some(node, lambda part: part.kind == "constant" and part.name == "infinity"):
        if node.kind == "constant":
            return math.inf
        return -math.inf if node.kind == "negative" and node.of.kind == "constant" else None
    value = evaluate(node, {}, work)
    return value.re if c.is_finite(value) and c.is_real(value) else None


def _merge(pieces):
    """Sorted, without empty pieces, overlapping and touching ones joined."""
    kept = [p for p in pieces if p.low < p.high or (p.low == p.high and p.low_closed and p.high_closed)]
    merged = []
    for piece in sorted(kept, key=lambda p: (p.low, not p.low_closed)):
        last = merged[-1] if merged else None
        touches = last is not None and (
            piece.low < last.high or (_same_end(piece.low, last.high) and (piece.low_closed or last.high_closed))
        )
        if not touches:
            merged.append(piece)
            continue
        further = piece.high > last.high
        if _same_end(piece.high, last.high):
            closed = piece.high_closed or last.high_closed
        else:
            closed = piece.high_closed if further else last.high_closed
        merged[-1] = last._replace(high=piece.high if further else last.high, high_closed=closed)
    return merged


def _complement(pieces):
    gaps, low, low_closed = [], -math.inf, False
    for piece in pieces:
        gaps.append(Interval(low, piece.low, low_closed, not piece.low_closed and piece.low != -math.inf))
        low, low_closed = piece.high, not piece.high_closed and piece.high != math.inf
    return _merge([*gaps, Interval(low, math.inf, low_closed, False)])


def _intersect(a, b):
    return _complement(_merge([*_complement(a), *_complement(b)]))
