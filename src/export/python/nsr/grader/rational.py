"""Exact fractions (over, under) in lowest terms with a positive denominator, at most MAX_BITS bits above and below."""

import math
from typing import NamedTuple

from . import js
from .limits import MAX_BITS, LimitError


class Rational(NamedTuple):
    over: int
    under: int


ZERO, ONE, MINUS_ONE = Rational(0, 1), Rational(1, 1), Rational(-1, 1)
_SMALL = 1 << 53
_LARGEST = 1 << MAX_BITS
_CHUNK = 10**4000
# Bits times steps of one common divisor.
_MAX_DIVISOR_COST = 2_000_000
_DECIMAL = js.pattern(r"^(?:\d+\.?\d*|\.\d+)$")


def integer(value):
    return Rational(int(value), 1)


def fraction(over, under):
    """over / under in lowest terms. Raises LimitError when too large; `under` must not be 0."""
    divisor = greatest_common_divisor(over, under)
    if under < 0:
        over, under = -over, -under
    over, under = over // divisor, under // divisor
    if abs(over) >= _LARGEST or under >= _LARGEST:
        raise LimitError("digits")
    return Rational(over, under)


def parse_decimal(text):
    """A decimal as written, exactly; None for text that is no plain decimal."""
    if _DECIMAL.match(text) is None:
        return None
    point = text.find(".")
    if point < 0:
        return fraction(int(text), 1)
    return fraction(int(text[:point] + text[point + 1 :]), 10 ** (len(text) - point - 1))


def add(a, b):
    if a.under == 1 and b.under == 1:
        return fraction(a.over + b.over, 1)
    return fraction(a.over * b.under + b.over * a.under, a.under * b.under)


def negate(a):
    return Rational(-a.over, a.under)


def multiply(a, b):
    if a == ONE:
        return b
    if b == ONE:
        return a
    return fraction(a.over * b.over, a.under * b.under)


def invert(a):
    """1 / a, None for 0."""
    if a.over == 0:
        return None
    return Rational(-a.under, -a.over) if a.over < 0 else Rational(a.under, a.over)


def power(a, n):
    """a^n for a whole n; None for 0 to a negative power. Raises LimitError before it would compute something huge."""
    base = invert(a) if n < 0 else a
    if base is None:
        return None
    times = abs(n)
    if base == ONE or times == 0:
        return ONE
    if base == MINUS_ONE or base.over == 0:
        return multiply(base, base) if times % 2 == 0 else base
    bits = max(bit_length(base.over), bit_length(base.under))
    if (bits - 1) * times > MAX_BITS:
        raise LimitError("power")
    return Rational(_checked(base.over**times), _checked(base.under**times))


def compare(a, b):
    """Negative, 0 or positive as a is below, at or above b."""
    difference = a.over * b.under - b.over * a.under
    return (difference > 0) - (difference < 0)


def small_integer(a):
    """The whole number, or None when it is a fraction or beyond 2^53."""
    return a.over if a.under == 1 and abs(a.over) < _SMALL else None


def to_number(a):
    """The nearest double."""
    try:
        return a.over / a.under
    except OverflowError:
        return -math.inf if a.over < 0 else math.inf


def decimal_length(a):
    """The digits after the point of the finite decimal that equals a, or None when its decimals never end."""
    rest, twos, fives = a.under, 0, 0
    if bit_length(rest) > 200:
        return None
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def bit_length(value):
    """Bits; of large values to the next multiple of 4."""
    magnitude = abs(value)
    return magnitude.bit_length() if magnitude < _SMALL else (magnitude.bit_length() + 3) // 4 * 4


def greatest_common_divisor(a, b):
    """Raises LimitError where Euclid's algorithm would take long."""
    x, y = abs(a), abs(b)
    if x == 1 or y == 1:
        return 1
    cost, step = 0, 0
    while y != 0:
        if x < _SMALL and y < _SMALL:
            return math.gcd(x, y)
        if step % 16 == 0:
            cost += bit_length(x) * 16
        if cost > _MAX_DIVISOR_COST:
            raise LimitError("divisor")
        x, y, step = y, x % y, step + 1
    return x


def digits_of(value):
    """Decimal digits of any whole number: Python refuses to write more than 4,300 at once."""
    if value < 0:
        return f"-{digits_of(-value)}"
    if value < _CHUNK:
        return str(value)
    return digits_of(value // _CHUNK) + str(value % _CHUNK).rjust(4000, "0")


def _checked(value):
    if abs(value) >= _LARGEST:
        raise LimitError("digits")
    return value
