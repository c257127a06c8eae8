"""Curves through knots: schedules over t/T and mappings over confidence share them."""

import math

# Decay over one exponential segment; 4.2 = 0.03 * 140, the curve of A-NSR over its whole run.
EXPONENTIAL_RATE = 4.2


def clamp(value, low, high):
    """`value` kept within [low, high]; the lower bound first, as where low > high."""
    return min(max(value, low), high)


def evaluate_curve(knots, x):
    """Value at `x` of knots [x, y, easing]; constant before the first and after the last one, never outside the knots' range."""
    first, last = knots[0], knots[-1]
    if x < first[0]:
        return first[1]
    if x >= last[0]:
        return last[1]
    # The last knot at or before x begins the segment, so that two knots at one x make a jump.
    index = 0
    while index + 1 < len(knots) and knots[index + 1][0] <= x:
        index += 1
    x0, y0, easing = knots[index]
    x1, y1 = knots[index + 1][:2]
    share = (x - x0) / (x1 - x0)
    value = _monotone_cubic(knots, index, share) if easing == "monotone" else y0 + (y1 - y0) * _ease(easing, share)
    return clamp(value, min(y0, y1), max(y0, y1))


def _ease(easing, share):
    if easing == "step":
        return 0.0
    if easing == "linear":
        return share
    if easing == "cosine":
        return (1 - math.cos(math.pi * share)) / 2
    if easing == "exponential":
        return (1 - math.exp(-EXPONENTIAL_RATE * share)) / (1 - math.exp(-EXPONENTIAL_RATE))
    raise ValueError(f"easing {easing!r}: one of step, linear, cosine, exponential, monotone")


def _monotone_cubic(knots, index, share):
    """Hermite segment with the slopes of Fritsch and Carlson (SIAM J. Numer. Anal. 17, 1980): no overshoot."""
    x0, y0 = knots[index][:2]
    x1, y1 = knots[index + 1][:2]
    width = x1 - x0
    slope0, slope1 = _slope_at(knots, index), _slope_at(knots, index + 1)
    s2 = share * share
    s3 = s2 * share
    value = (
        (2 * s3 - 3 * s2 + 1) * y0
        + (s3 - 2 * s2 + share) * width * slope0
        + (3 * s2 - 2 * s3) * y1
        + (s3 - s2) * width * slope1
    )
    # Knots so close to each other that their slope is no float64.
    return value if math.isfinite(value) else y0 + (y1 - y0) * share


def _slope_at(knots, index):
    before, after = _secant(knots, index - 1), _secant(knots, index)
    if before is None or after is None:
        only = before if before is not None else after
        return 0.0 if only is None else only[0]
    if before[0] * after[0] <= 0:
        return 0.0
    weight_before = 2 * after[1] + before[1]
    weight_after = after[1] + 2 * before[1]
    return (weight_before + weight_after) / (weight_before / before[0] + weight_after / after[0])


def _secant(knots, index):
    """(slope, width) of the segment from knot `index`; None past an end and at a jump."""
    if index < 0 or index + 1 >= len(knots):
        return None
    (x0, y0), (x1, y1) = knots[index][:2], knots[index + 1][:2]
    if x1 <= x0:
        return None
    rise, width = y1 - y0, x1 - x0
    return (rise / width, width)
