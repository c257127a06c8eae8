"""Complex doubles with a rough upper bound of what rounding may have added."""

import math
from typing import NamedTuple

from . import js

_EPSILON = 2.0**-52


class Complex(NamedTuple):
    re: float
    im: float
    error: float


NOT_A_NUMBER = Complex(math.nan, 0.0, 0.0)


def of(re, im=0.0, error=0.0):
    return Complex(re, im, error + (abs(re) + abs(im)) * _EPSILON)


def magnitude(a):
    return abs(a.re) if a.im == 0 else math.hypot(a.re, a.im)


def is_finite(a):
    return math.isfinite(a.re) and math.isfinite(a.im)


def is_real(a):
    """Whether the imaginary part is nothing but rounding."""
    return abs(a.im) <= 1e-12 * abs(a.re) + 4 * a.error


def add(a, b):
    return of(a.re + b.re, a.im + b.im, a.error + b.error)


def negate(a):
    return Complex(-a.re, -a.im, a.error)


def multiply(a, b):
    error = magnitude(a) * b.error + magnitude(b) * a.error
    if a.im == 0 and b.im == 0:
        return of(a.re * b.re, 0.0, error)
    return of(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re, error)


def divide(a, b):
    """Not finite for a division by what may be 0."""
    size = magnitude(b)
    if size <= 2 * b.error or size == 0:
        return NOT_A_NUMBER
    error = (a.error + (magnitude(a) / size) * b.error) / size
    if a.im == 0 and b.im == 0:
        return of(a.re / b.re, 0.0, error)
    re, im = b.re / size, -b.im / size
    return of((a.re * re - a.im * im) / size, (a.re * im + a.im * re) / size, error)


def exponential(a):
    size = js.exp(a.re)
    if a.im == 0:
        return of(size, 0.0, size * a.error)
    return of(size * js.cos(a.im), size * js.sin(a.im), size * a.error)


def logarithm(a):
    """The principal branch."""
    size = magnitude(a)
    if size == 0:
        return NOT_A_NUMBER
    return of(js.log(size), 0.0 if a.im == 0 and a.re > 0 else math.atan2(a.im, a.re), a.error / size)


def power(a, b):
    """The principal branch; real powers of reals as exactly as doubles have them."""
    size = magnitude(a)
    if size == 0:
        return of(0.0) if b.im == 0 and b.re > 0 else NOT_A_NUMBER
    if a.im == 0 and b.im == 0 and (a.re > 0 or js.is_integer(b.re)):
        value = js.power(a.re, b.re)
        grown = abs(value) * (abs(b.re / a.re) * a.error + abs(js.log(size)) * b.error)
        return of(value, 0.0, grown + abs(value) * _EPSILON)
    return exponential(multiply(b, logarithm(a)))


def sine(a):
    if a.im == 0:
        return of(js.sin(a.re), 0.0, a.error + _EPSILON * abs(a.re))
    return of(js.sin(a.re) * js.cosh(a.im), js.cos(a.re) * js.sinh(a.im), a.error * js.cosh(a.im))


def cosine(a):
    if a.im == 0:
        return of(js.cos(a.re), 0.0, a.error + _EPSILON * abs(a.re))
    return of(js.cos(a.re) * js.cosh(a.im), -js.sin(a.re) * js.sinh(a.im), a.error * js.cosh(a.im))
