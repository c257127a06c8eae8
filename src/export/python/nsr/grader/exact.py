"""Quotients of polynomials in normal form: equality that is proved."""

from typing import NamedTuple

from . import polynomial, rational
from .limits import MAX_EXACT_WORK, MAX_FACTORIAL, MAX_TRIAL_DIVISOR, LimitError


class ExactForm(NamedTuple):
    """`atoms`: parts stood in the way that are only known by their text, so that two forms that differ may have one value."""

    over: dict
    under: dict
    atoms: bool


class _Undefined(Exception):
    """1/0 and the like."""


_ONE = polynomial.constant(rational.ONE)


def exact_form(node, work):
    """The normal form: 'undefined' for a division by 0, 'unknown' where it has none or it would be too large."""
    try:
        return _form(node, work.share(MAX_EXACT_WORK))
    except _Undefined:
        return "undefined"
    except LimitError as error:
        if str(error) == "work":
            raise
        return "unknown"


def same_form(a, b, work):
    """Whether a/b = c/d, as ad = bc. 'unknown' where that would be too large."""
    if polynomial.equal(a.under, b.under):
        return polynomial.equal(a.over, b.over)
    try:
        share = work.share(MAX_EXACT_WORK)
        left = polynomial.multiply(a.over, b.under, share)
        return polynomial.equal(left, polynomial.multiply(b.over, a.under, share))
    except LimitError as error:
        if str(error) == "work":
            raise
        return "unknown"


def rational_value(form):
    """The value of a form that is a plain fraction, None otherwise."""
    above, below = polynomial.constant_value(form.over), polynomial.constant_value(form.under)
    if above is None or below is None:
        return None
    inverse = rational.invert(below)
    return None if inverse is None else rational.multiply(above, inverse)


def _whole(over, atoms=False):
    return ExactForm(over, _ONE, atoms)


def _form(node, work):
    work.spend(1)
    kind = node.kind
    if kind == "number":
        return _whole(polynomial.constant(node.value))
    if kind == "constant":
        if node.name == "infinity":
            raise LimitError("infinity")
        return _whole(polynomial.generator(node.name))
    if kind == "symbol":
        return _whole(polynomial.generator(f"x:{node.name}"))
    if kind == "sum":
        return _fold([_form(term, work) for term in node.terms], _add, work)
    if kind == "product":
        return _fold([_form(factor, work) for factor in node.factors], _multiply, work)
    if kind == "quotient":
        return _multiply(_form(node.over, work), _invert(_form(node.under, work), work), work)
    if kind == "negative":
        form = _form(node.of, work)
        return form._replace(over=polynomial.negate(form.over))
    if kind == "power":
        return _raise(_form(node.base, work), _form(node.exponent, work), work)
    if kind == "root":
        return _root(_form(node.of, work), node.degree, work)
    if kind == "degrees":
        return _form(node.of, work)
    if kind == "percent":
        return _multiply(_form(node.of, work), _whole(polynomial.constant(rational.fraction(1, 100))), work)
    if kind == "call":
        return _call(node.name, node.args, work)
    raise LimitError(kind)


def _fold(forms, combine, work):
    result = forms[0]
    for form in forms[1:]:
        result = combine(result, form, work)
    return result


def _add(a, b, work):
    atoms = a.atoms or b.atoms
    if polynomial.equal(a.under, b.under):
        return ExactForm(polynomial.add(a.over, b.over, work), a.under, atoms)
    left = polynomial.multiply(a.over, b.under, work)
    over = polynomial.add(left, polynomial.multiply(b.over, a.under, work), work)
    return ExactForm(over, polynomial.multiply(a.under, b.under, work), atoms)


def _multiply(a, b, work):
    over = polynomial.multiply(a.over, b.over, work)
    return ExactForm(over, polynomial.multiply(a.under, b.under, work), a.atoms or b.atoms)


def _invert(form, work):
    """1 / a. A denominator of one term goes above at once, with negative powers."""
    if not form.over:
        raise _Undefined
    if len(form.over) > 1:
        return ExactForm(form.under, form.over, form.atoms)
    term = next(iter(form.over.values()))
    coefficient = rational.invert(term.coefficient) or rational.ONE
    inverse = polynomial.single(polynomial.term_power(term, rational.MINUS_ONE, coefficient))
    return ExactForm(polynomial.multiply(form.under, inverse, work), _ONE, form.atoms)


def _raise(base, exponent, work):
    value = rational_value(exponent)
    if value is None:
        return _atom(f"({_key_of(base)})^({_key_of(exponent)})")
    n = rational.small_integer(value)
    if n is None:
        if value.under > 100 or rational.bit_length(value.over) > 40:
            return _atom(f"({_key_of(base)})^({_key_of(exponent)})")
        taken = _root(base, value.under, work)
        return _raise(taken, _whole(polynomial.constant(rational.integer(value.over))), work)
    start = _invert(base, work) if n < 0 else base
    times = abs(n)
    if times > 100_000:
        raise LimitError("power")
    # 0^0 is left undefined.
    if times == 0 and not base.over:
        raise _Undefined
    over = polynomial.power(start.over, times, work)
    return ExactForm(over, polynomial.power(start.under, times, work), base.atoms)


def _root(of, degree, work):
    """The real root of odd degree, the principal one of even degree. Of more than one term, or of even powers of variables
    (sqrt(x^2) is |x|), it is an atom."""
    if not of.over:
        return of
    over, under = _term_root(of.over, degree, work), _term_root(of.under, degree, work)
    if over is None or under is None:
        return _atom(f"root{degree}({_key_of(of)})")
    return _multiply(ExactForm(over, _ONE, of.atoms), _invert(ExactForm(under, _ONE, of.atoms), work), work)


def _term_root(of, degree, work):
    if len(of) != 1:
        return None
    term = next(iter(of.values()))
    for name, exponent in term.monomial.powers.items():
        if name == "i" or name.startswith("#") or (name.startswith("x:") and exponent.over % 2 == 0):
            return None
    exponent = rational.fraction(1, degree)
    coefficient, sign = term.coefficient, polynomial.constant(rational.ONE)
    if coefficient.over < 0:
        # sqrt(-3 x) is left alone: its sign depends on x.
        if degree % 2 == 0 and (degree != 2 or any(name.startswith("x:") for name in term.monomial.powers)):
            return None
        coefficient = rational.negate(coefficient)
        sign = polynomial.generator("i") if degree % 2 == 0 else polynomial.constant(rational.MINUS_ONE)
    above = _number_root(coefficient.over, exponent, work)
    below = _number_root(coefficient.under, rational.negate(exponent), work)
    if above is None or below is None:
        return None
    result = polynomial.single(polynomial.term_power(term, exponent, rational.ONE))
    for factor in (above, below, sign):
        result = polynomial.multiply(result, factor, work)
    return result


def _number_root(n, exponent, work):
    """n^exponent over primes; None when n has a large factor that is no perfect power of that degree."""
    product, rest = _ONE, n
    if rational.bit_length(n) > 4000:
        return None

    def take(prime, count):
        raised = rational.multiply(exponent, rational.integer(count))
        return polynomial.multiply(product, polynomial.generator(rational.digits_of(prime), raised), work)

    divisor = 2
    while divisor * divisor <= rest and divisor <= MAX_TRIAL_DIVISOR:
        work.spend(0.2)
        count = 0
        while rest % divisor == 0:
            rest, count = rest // divisor, count + 1
        if count > 0:
            product = take(divisor, count)
        divisor += 1 if divisor == 2 else 2
    if rest == 1:
        return product
    # Free of small divisors and below their square's bound: a prime.
    if rest < MAX_TRIAL_DIVISOR**2:
        return take(rest, 1)
    whole = _integer_root(rest, exponent.under)
    if whole is None:
        return None
    value = rational.power(rational.integer(whole), exponent.over)
    return None if value is None else polynomial.multiply(product, polynomial.constant(value), work)


def _integer_root(n, degree):
    """The whole root of a number, None when there is none."""
    if rational.bit_length(n) > 1000:
        return None
    guess = round(float(n) ** (1 / degree))
    return next((near for near in (guess, guess - 1, guess + 1) if near > 0 and near**degree == n), None)


def _call(name, args, work):
    forms = [_form(arg, work) for arg in args]
    values = [value for value in map(rational_value, forms) if value is not None]
    if len(values) == len(forms):
        known = _integer_function(name, values, work)
        if known is not None:
            return _whole(polynomial.constant(known))
    return _atom(f"{name}({';'.join(map(_key_of, forms))})")


def _integer_function(name, values, work):
    """Functions whose value at these fractions is a fraction, None otherwise."""
    first = values[0] if values else rational.ZERO
    second = values[1] if len(values) > 1 else rational.ONE
    if name == "abs":
        return rational.negate(first) if first.over < 0 else first
    if name == "floor":
        return rational.integer(first.over // first.under)
    if name == "ceil":
        return rational.integer(-(-first.over // first.under))
    if name in ("max", "min"):
        best = values[0]
        for value in values[1:]:
            order = rational.compare(best, value)
            if (order < 0) if name == "max" else (order > 0):
                best = value
        return best
    n = rational.small_integer(first)
    if n is None or n < 0:
        return None
    if name == "factorial":
        return rational.integer(_product(1, n, work))
    k = rational.small_integer(second)
    if k is None or k < 0 or len(values) != 2:
        return None
    if name == "binomial":
        if k > n:
            return rational.ZERO
        few = min(k, n - k)
        return rational.integer(_product(n - few + 1, n, work) // _product(1, few, work))
    if name == "gcd":
        return rational.integer(rational.greatest_common_divisor(n, k))
    if name == "lcm":
        return rational.ZERO if n == 0 or k == 0 else rational.fraction(n * k, rational.greatest_common_divisor(n, k))
    return None


def _product(first, last, work):
    """first * (first + 1) * ... * last. Raises LimitError over MAX_FACTORIAL factors."""
    if last - first > MAX_FACTORIAL:
        raise LimitError("factorial")
    work.spend((last - first) / 2)
    value = 1
    for factor in range(first, last + 1):
        value *= factor
    return value


def _atom(key):
    """Something that is only known by its text."""
    if len(key) > 2000:
        raise LimitError("atom")
    return _whole(polynomial.generator(f"#{key}"), True)


def _key_of(form):
    return f"{polynomial.key_of(form.over)}|{polynomial.key_of(form.under)}"
