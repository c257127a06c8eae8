"""Sums of products in normal form: {monomial's key: (coefficient, monomial)}.

A generator is a prime under a root ("2"), pi, e, i, a variable ("x:a"), or an expression that is not taken apart ("#..."); exponents
are fractions. Products of different fractional powers of primes are linearly independent over the rationals (Besicovitch 1940), and
pi and e are treated as independent of them and each other: two polynomials are equal when their normal forms are the same.
"""

from typing import NamedTuple

from . import rational
from .limits import MAX_TERMS, LimitError


class Monomial(NamedTuple):
    key: str
    powers: dict


class Term(NamedTuple):
    coefficient: rational.Rational
    monomial: Monomial


_UNIT = Monomial("", {})


def constant(value):
    return {} if value.over == 0 else {"": Term(value, _UNIT)}


def generator(name, exponent=rational.ONE):
    """name^exponent."""
    return single(_normalize({name: exponent}, rational.ONE))


def add(a, b, work):
    """Raises LimitError over MAX_TERMS."""
    if not a:
        return b
    result = dict(a)
    work.spend(len(a) / 20)
    for term in b.values():
        work.spend(_cost(term.coefficient))
        _accumulate(result, term)
    return result


def scale(a, factor):
    if factor.over == 0:
        return {}
    if factor == rational.ONE:
        return a
    return {key: Term(rational.multiply(term.coefficient, factor), term.monomial) for key, term in a.items()}


def multiply(a, b, work):
    """Raises LimitError over MAX_TERMS or when the work is used up."""
    product = {}
    for left in a.values():
        for right in b.values():
            coefficient = rational.multiply(left.coefficient, right.coefficient)
            work.spend(_cost(coefficient))
            if left.monomial.key == "" or right.monomial.key == "":
                _accumulate(product, Term(coefficient, right.monomial if left.monomial.key == "" else left.monomial))
                continue
            work.spend(len(left.monomial.powers))
            powers = dict(left.monomial.powers)
            for name, exponent in right.monomial.powers.items():
                powers[name] = rational.add(powers.get(name, rational.ZERO), exponent)
            _accumulate(product, _normalize(powers, coefficient))
    return product


def power(a, n, work):
    """a^n for a whole n >= 0, by squaring. Raises LimitError."""
    value = constant_value(a)
    if value is not None:
        raised = rational.power(value, n)
        return constant(rational.ZERO if raised is None else raised)
    if len(a) == 1:
        term = next(iter(a.values()))
        return single(term_power(term, rational.integer(n), rational.power(term.coefficient, n) or rational.ONE))
    if n > 64:
        raise LimitError("power")
    result, square, rest = constant(rational.ONE), a, n
    while rest > 0:
        if rest % 2 == 1:
            result = multiply(result, square, work)
        if rest > 1:
            square = multiply(square, square, work)
        rest //= 2
    return result


def term_power(term, exponent, coefficient):
    """The monomial of a term to a fractional power, with the coefficient given."""
    powers = {name: rational.multiply(given, exponent) for name, given in term.monomial.powers.items()}
    return _normalize(powers, coefficient)


def single(term):
    return {} if term.coefficient.over == 0 else {term.monomial.key: term}


def negate(a):
    return scale(a, rational.MINUS_ONE)


def equal(a, b):
    return len(a) == len(b) and all(key in b and b[key].coefficient == term.coefficient for key, term in a.items())


def proportion(a, b):
    """The c with a = c b, None when there is none. Both must not be 0."""
    first = next(iter(a.values()), None)
    other = None if first is None else b.get(first.monomial.key)
    inverse = None if other is None else rational.invert(other.coefficient)
    if inverse is None:
        return None
    factor = rational.multiply(first.coefficient, inverse)
    return factor if equal(a, scale(b, factor)) else None


def constant_value(a):
    """The value of a polynomial without generators, None otherwise."""
    if not a:
        return rational.ZERO
    return a[""].coefficient if len(a) == 1 and "" in a else None


def key_of(a):
    """Text that two polynomials share exactly when they are equal."""
    digits = rational.digits_of
    return "+".join(sorted(f"{digits(c.over)}/{digits(c.under)}*{monomial.key}" for c, monomial in a.values()))


def _accumulate(total, term):
    key = term.monomial.key
    before = total.get(key)
    coefficient = term.coefficient if before is None else rational.add(before.coefficient, term.coefficient)
    if coefficient.over == 0:
        total.pop(key, None)
    else:
        total[key] = Term(coefficient, term.monomial)
    if len(total) > MAX_TERMS:
        raise LimitError("terms")


def _normalize(powers, factor):
    """Whole powers of primes go into the coefficient, i^2 = -1, powers of 0 vanish."""
    coefficient, kept = factor, []
    for name, exponent in powers.items():
        if exponent.over == 0:
            continue
        is_prime = "0" <= name[:1] <= "9"
        if not is_prime and name != "i":
            kept.append((name, exponent))
            continue
        whole = exponent.over // exponent.under
        rest = rational.add(exponent, rational.integer(-whole))
        if is_prime:
            step = rational.power(rational.integer(int(name)), whole)
            if step is not None:
                coefficient = rational.multiply(coefficient, step)
            if rest.over != 0:
                kept.append((name, rest))
        else:
            quarter = whole % 4
            if quarter >= 2:
                coefficient = rational.negate(coefficient)
            left = rational.add(rest, rational.integer(quarter % 2))
            if left.over != 0:
                kept.append((name, left))
    kept.sort(key=lambda pair: pair[0])
    digits = rational.digits_of
    key = "*".join(f"{name}^{digits(p.over)}{'' if p.under == 1 else f'/{digits(p.under)}'}" for name, p in kept)
    return Term(coefficient, Monomial(key, dict(kept)))


def _cost(value):
    """Work of computing with a number of this size: a common divisor is quadratic in the bits."""
    above, below = rational.bit_length(value.over), rational.bit_length(value.under)
    return 1 + (above + below) / 500 + min(above, below) ** 2 / 20_000
