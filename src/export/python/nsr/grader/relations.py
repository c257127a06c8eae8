"""Equations and inequalities: whether two hold at the same places."""

import math

from . import complex_numbers as c
from .evaluate import evaluate
from .exact import exact_form
from .expression import Node, negative, total
from .intervals import FLIPPED, contains, same_intervals, to_intervals
from .polynomial import proportion
from .sampled import close_to, sampled_proportion, variables


def same_relation(a, b, work):
    """Up to swapped sides and scaling by a number, for an inequality by a positive one; of one variable also as sets."""
    if variables(a) != variables(b):
        return False
    if len(a.sides) == 2 and len(b.sides) == 2 and _same_two_sided(a, b, work):
        return True
    if len(a.sides) == 3 and len(b.sides) == 3 and _same_chain(a, b, work):
        return True
    left, right = to_intervals(a, work), to_intervals(b, work)
    return left is not None and right is not None and same_intervals(left, right)


def _same_two_sided(a, b, work):
    left, right = _ascending(a), _ascending(b)
    sign = left.signs[0]
    if sign != right.signs[0] or sign == "~":
        return False
    over, under = _difference(left), _difference(right)
    either = sign in ("=", "!=")
    factor = _exact_proportion(over, under, either, work)
    if factor is None:
        factor = sampled_proportion(over, under, work)
    return factor is not None and factor != 0 and (factor > 0 or either)


def _same_chain(a, b, work):
    """a < b < c with the same three sides, perhaps written downwards."""
    left, right = _ascending(a), _ascending(b)
    if left.signs != right.signs:
        return False
    for side, other in zip(left.sides, right.sides, strict=True):
        gap = exact_form(total(side, negative(other)), work)
        if isinstance(gap, str) or gap.over:
            return False
    return True


def _difference(relation):
    left, right = relation.sides
    return total(left, negative(right))


def _ascending(relation):
    """The same relation with < and <= only."""
    if not any(sign in (">", ">=") for sign in relation.signs):
        return relation
    signs = [FLIPPED[sign] for sign in reversed(relation.signs)]
    return Node("relation", sides=list(reversed(relation.sides)), signs=signs)


def _exact_proportion(a, b, numerators, work):
    """The sign of the c with a = c b, by normal forms; None when there is none or it is not known. An equation is that of its
    numerators: y/x = 2 is y = 2x."""
    over, under = exact_form(a, work), exact_form(b, work)
    if isinstance(over, str) or isinstance(under, str) or not over.over or not under.over:
        return None
    if not numerators and (len(over.under) != 1 or len(under.under) != 1):
        return None
    factor = proportion(over.over, under.over)
    if factor is None:
        return None
    return 1 if factor.over > 0 else -1


def holds_on(relation, pieces, work):
    """Whether an inequality of one variable holds exactly on the pieces: tried at, between and around their ends."""
    names = variables(relation)
    if len(names) != 1 or all(sign in "=~" for sign in relation.signs):
        return False
    ends = [end for piece in pieces for end in (piece.low, piece.high) if math.isfinite(end)]
    around = []
    for end in (*ends, 0.0):
        around.append(end)
        for step in (1e-6, 0.01, 0.37, 1.9, 17.0, 1000.0):
            around += [end - step, end + step]
    middles = [(end + ends[index]) / 2 for index, end in enumerate(ends[1:])]
    decided = 0
    for value in (*around, *middles):
        holds = _holds_at(relation, {names[0]: value}, work)
        if holds is None:
            continue
        if holds != contains(pieces, value):
            return False
        decided += 1
    return decided > 8


def _holds_at(relation, point, work):
    values = [evaluate(side, point, work) for side in relation.sides]
    if any(not c.is_finite(value) or not c.is_real(value) for value in values):
        return None
    for index, sign in enumerate(relation.signs):
        left, right = values[index], values[index + 1]
        equal = close_to(left, right, 1e-12)
        if sign in ("=", "~"):
            holds = equal
        elif sign == "!=":
            holds = not equal
        elif equal:
            holds = sign in ("<=", ">=")
        else:
            holds = left.re < right.re if sign.startswith("<") else left.re > right.re
        if not holds:
            return False
    return True
