"""Values of expressions in complex doubles."""

import math

from . import complex_numbers as c
from . import js
from .rational import to_number

_TWO, _ONE = c.of(2.0), c.of(1.0)
_CONSTANTS = {"pi": c.of(math.pi), "e": c.of(math.e), "i": c.of(0.0, 1.0), "infinity": c.Complex(math.inf, 0.0, 0.0)}


def evaluate(node, point, work):
    """The value with variables at `point` (by name); not finite where it has none. Infinity is infinite."""
    work.spend(0.5)

    def of(part):
        return evaluate(part, point, work)

    kind = node.kind
    if kind == "number":
        return c.of(to_number(node.value))
    if kind == "constant":
        return _CONSTANTS[node.name]
    if kind == "symbol":
        return c.of(point.get(node.name, math.nan))
    if kind in ("sum", "product"):
        values = [of(part) for part in (node.terms if kind == "sum" else node.factors)]
        result = values[0]
        for value in values[1:]:
            result = c.add(result, value) if kind == "sum" else c.multiply(result, value)
        return result
    if kind == "quotient":
        return c.divide(of(node.over), of(node.under))
    if kind == "negative":
        return c.negate(of(node.of))
    if kind == "power":
        return _raise(node.exponent, of(node.base), of(node.exponent))
    if kind == "root":
        return _root(of(node.of), node.degree)
    if kind == "degrees":
        return of(node.of)
    if kind == "percent":
        return c.divide(of(node.of), c.of(100.0))
    if kind == "call":
        return _call(node.name, [of(arg) for arg in node.args])
    return c.NOT_A_NUMBER


def _raise(written, base, exponent):
    """A fraction with an odd denominator takes the real root of a negative number: (-8)^{1/3} = -2."""
    if base.im == 0 and base.re < 0 and exponent.im == 0 and written.kind == "quotient" and written.under.kind == "number":
        degree = to_number(written.under.value)
        over = js.rounded(exponent.re * degree)
        if degree % 2 == 1 and abs(over - exponent.re * degree) < 1e-9:
            return c.power(_root(base, degree), c.of(float(over)))
    return c.power(base, exponent)


def _root(of, degree):
    if degree == 2 and of.im == 0:
        value = math.sqrt(abs(of.re))
        error = 0.0 if value == 0 else of.error / (2 * value)
        return c.of(value, 0.0, error) if of.re >= 0 else c.of(0.0, value, error)
    if of.re == 0 and of.im == 0:
        return of
    if degree % 2 == 1 and of.im == 0 and of.re < 0:
        return c.negate(_root(c.negate(of), degree))
    return c.power(of, c.of(1 / degree))


def _hyperbolic(x, sign):
    back = c.exponential(c.negate(x))
    return c.divide(c.add(c.exponential(x), back if sign == 1 else c.negate(back)), _TWO)


def _call(name, args):
    x = args[0] if args else c.NOT_A_NUMBER
    y = args[1] if len(args) > 1 else c.NOT_A_NUMBER
    simple = {
        "sin": lambda: c.sine(x),
        "cos": lambda: c.cosine(x),
        "tan": lambda: c.divide(c.sine(x), c.cosine(x)),
        "cot": lambda: c.divide(c.cosine(x), c.sine(x)),
        "sec": lambda: c.divide(_ONE, c.cosine(x)),
        "csc": lambda: c.divide(_ONE, c.sine(x)),
        "sinh": lambda: _hyperbolic(x, -1),
        "cosh": lambda: _hyperbolic(x, 1),
        "tanh": lambda: c.divide(_hyperbolic(x, -1), _hyperbolic(x, 1)),
        "coth": lambda: c.divide(_hyperbolic(x, 1), _hyperbolic(x, -1)),
        "ln": lambda: c.logarithm(x),
        "log": lambda: c.divide(c.logarithm(x), c.logarithm(y)),
        "abs": lambda: c.of(c.magnitude(x), 0.0, x.error),
        "re": lambda: c.of(x.re, 0.0, x.error),
        "im": lambda: c.of(x.im, 0.0, x.error),
        "arg": lambda: c.of(math.atan2(x.im, x.re), 0.0, x.error),
    }
    if name in simple:
        return simple[name]()
    return _real_call(name, [arg.re for arg in args], x.error) if x.im == 0 else c.NOT_A_NUMBER


def _real_call(name, args, error):
    """Functions that are only read for real arguments. An unknown one (f) is some smooth function of its own."""
    x = args[0] if args else math.nan
    y = args[1] if len(args) > 1 else math.nan
    if name in ("gcd", "lcm", "det"):
        return c.NOT_A_NUMBER
    if name == "floor":
        return c.of(float(math.floor(x + 1e-12)) if math.isfinite(x) else x)
    if name == "ceil":
        return c.of(float(math.ceil(x - 1e-12)) if math.isfinite(x) else x)
    if name == "factorial":
        return c.of(_factorial(x))
    if name == "binomial":
        value = js.divide(js.divide(_factorial(x), _factorial(y)), _factorial(x - y))
        return c.of(value, 0.0, 1e-13 * abs(_factorial(x)))
    inverse = {
        "arcsin": lambda: js.asin(x),
        "arccos": lambda: js.acos(x),
        "arctan": lambda: js.atan(x),
        "arccot": lambda: math.pi / 2 - js.atan(x),
        "arcsec": lambda: js.acos(js.divide(1.0, x)),
        "arccsc": lambda: js.asin(js.divide(1.0, x)),
        "max": lambda: math.nan if any(map(math.isnan, args)) else max(args),
        "min": lambda: math.nan if any(map(math.isnan, args)) else min(args),
    }
    if name in inverse:
        return c.of(inverse[name](), 0.0, error)
    mixed = 0.0
    for index, arg in enumerate(args):
        mixed += js.sin((index + 1) * arg + _hash(name)) + arg / 7
    return c.of(mixed, 0.0, error)


def _factorial(n):
    """n! in doubles, NaN where n is no whole number from 0."""
    if not js.is_integer(n) or n < 0 or n > 170:
        return math.nan
    value = 1.0
    for factor in range(2, int(n) + 1):
        value *= factor
    return value


def _hash(name):
    value = 0
    for character in name:
        value = (value * 31 + ord(character)) % 9973
    return value / 100
