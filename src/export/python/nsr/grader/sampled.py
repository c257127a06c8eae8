"""Expressions compared by their values at fixed points."""

import math

from . import complex_numbers as c
from .evaluate import evaluate
from .expression import some
from .limits import MAX_VARIABLES
from .tables import SAMPLES

RELATIVE_TOLERANCE = 1e-9
_DRAWS = 20
# Rounds with whole numbers, for factorials and powers of -1.
_WHOLE_DRAWS = 6
# Comparisons that must have agreed.
_ENOUGH = 4


def close_to(a, b, tolerance):
    """Two values compared to `tolerance` relative to the larger; a difference that is all rounding counts only around 0."""
    difference = math.hypot(a.re - b.re, a.im - b.im)
    size = max(c.magnitude(a), c.magnitude(b))
    if difference <= tolerance * size:
        return True
    noise = 8 * (a.error + b.error)
    return size <= noise and noise < 1e-9


def compare_sampled(a, b, tolerance, work):
    """'equal', 'different' or 'undecided': whether two expressions have the same value, at fixed points of their variables."""
    names = variables(a, b)
    if len(names) > MAX_VARIABLES:
        return "undecided"
    if not names:
        left, right = evaluate(a, {}, work), evaluate(b, {}, work)
        if not c.is_finite(left) or not c.is_finite(right):
            return "undecided"
        return "equal" if close_to(left, right, tolerance) else "different"
    complex_allowed = any(some(side, lambda part: part.kind == "constant" and part.name == "i") for side in (a, b))
    agreed, draw = 0, 0
    while draw < _DRAWS + _WHOLE_DRAWS and agreed < _DRAWS:
        point = _sample_point(names, draw)
        draw += 1
        left, right = evaluate(a, point, work), evaluate(b, point, work)
        if not c.is_finite(left) or not c.is_finite(right):
            continue
        # Where a root or logarithm leaves the reals its branches are nobody's answer.
        if not complex_allowed and (not c.is_real(left) or not c.is_real(right)):
            continue
        if not close_to(left, right, max(tolerance, 1e-8)):
            return "different"
        agreed += 1
        if agreed >= 10 and draw - 1 >= 12:
            break
    return "equal" if agreed >= _ENOUGH else "undecided"


def sampled_proportion(a, b, work):
    """The c > 0 or < 0 with a = c b at all points, None when there is none."""
    names = variables(a, b)
    if len(names) > MAX_VARIABLES or not names:
        return None
    factor, agreed = None, 0
    for draw in range(_DRAWS):
        if agreed >= 12:
            break
        point = _sample_point(names, draw)
        left, right = evaluate(a, point, work), evaluate(b, point, work)
        if not (c.is_finite(left) and c.is_finite(right) and c.is_real(left) and c.is_real(right)):
            continue
        zero = abs(right.re) <= 4 * right.error
        if zero != (abs(left.re) <= 4 * left.error):
            return None
        if zero:
            continue
        ratio = left.re / right.re
        if factor is not None and abs(ratio - factor) > 1e-7 * abs(factor):
            return None
        factor = ratio
        agreed += 1
    return factor if agreed >= _ENOUGH else None


def variables(*nodes):
    """The names of all, sorted."""
    names = set()

    def collect(part):
        if part.kind == "symbol":
            names.add(part.name)
        return False

    for node in nodes:
        some(node, collect)
    return sorted(names)


def _sample_point(names, draw):
    """Values of different sizes and signs; the last draws are small whole numbers."""
    point = {}
    for index, name in enumerate(names):
        unit = SAMPLES[(draw * 11 + index * 17) % len(SAMPLES)]
        if draw >= _DRAWS:
            point[name] = float(1 + math.floor(unit * (draw - _DRAWS + 3)) + (len(names) - index))
            continue
        scale = (1, 3, 0.6, 12, 1.7)[draw % 5]
        # Even draws are all positive, the others of mixed signs.
        negative = draw % 2 == 1 and ((draw >> 1) + index) % 2 == 0
        point[name] = (-1 if negative else 1) * unit * scale
    return point
