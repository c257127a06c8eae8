"""Two expressions without structure: numbers, closed values, functions of variables."""

from typing import NamedTuple

from . import complex_numbers as c
from . import rational
from .evaluate import evaluate
from .exact import exact_form, rational_value, same_form
from .expression import Node, map_tree, some
from .limits import Work
from .sampled import RELATIVE_TOLERANCE, close_to, compare_sampled, variables
from .tables import ANGLE_FUNCTIONS
from .verdict import differs, same


class Comparing(NamedTuple):
    """`papers`: the papers' grader, a relative 1e-4 and values times or divided by 100."""

    work: Work
    papers: bool


# A rounded decimal must show this many digits, so that 0.3 is no third.
_FEWEST_ROUNDED_DIGITS = 3
# With so many digits a decimal may also be cut off, or be wrong by less than one in its last digit.
_FULL_PRECISION_DIGITS = 7
# A number that is itself a decimal of at most so many places must be given exactly.
_EXACT_DECIMALS = 6
_PAPERS_TOLERANCE = 1e-4
_TEN = rational.integer(10)


def compare_values(gold, response, comparing):
    left, right = _percents(gold, response)
    for a in left:
        for b in right:
            outcome = _compare_once(a, b, comparing)
            if len(left) + len(right) == 2:
                return outcome
            if outcome[0]:
                return same("percent")
    return differs("different value")


def _percents(gold, response):
    """A percentage against a bare number has two readings: 17% is 17 or 0.17."""
    if gold.kind == "percent" and response.kind == "percent":
        return [gold.of], [response.of]
    return _readings(gold), _readings(response)


def _readings(node):
    return [node, node.of] if node.kind == "percent" else [node]


def _compare_once(gold, response, comparing):
    work = comparing.work
    left, right = exact_form(gold, work), exact_form(response, work)
    if left == "undefined" or right == "undefined":
        return differs("undefined value")
    if left != "unknown" and right != "unknown":
        identical = same_form(left, right, work)
        if identical is True:
            return same("identical")
        if _is_rounded(gold, response, right, work) or _is_rounded(response, gold, left, work):
            return same("rounded decimal")
        if comparing.papers and _is_close(gold, response, work):
            return same("papers: close")
        if identical is False and not left.atoms and not right.atoms:
            return _compare_renamed(gold, response, work)
    elif _is_rounded(gold, response, right, work) or _is_rounded(response, gold, left, work):
        return same("rounded decimal")
    sampled = compare_sampled(gold, response, RELATIVE_TOLERANCE, work)
    if sampled == "equal":
        return same("same at sample points" if variables(gold, response) else "same value")
    if comparing.papers and _is_close(gold, response, work):
        return same("papers: close")
    if (
        _misses_degrees(gold, response)
        and compare_sampled(gold, _drop_degrees(response), RELATIVE_TOLERANCE, work) == "equal"
    ):
        return same("same value")
    natural = _with_natural_logarithms(gold, response)
    if natural is not None and compare_sampled(*natural, RELATIVE_TOLERANCE, work) == "equal":
        return same("same value")
    return differs("undecided") if sampled == "undecided" else _compare_renamed(gold, response, work)


def _is_rounded(decimal, other, form, work):
    """Whether `decimal` is a plain decimal, and `other` (exactly `form`) has its digits when rounded to as many places."""
    written = _plain_decimal(decimal)
    if written is None or _plain_decimal(other) is not None or variables(other):
        return False
    value_written, decimals = written
    unit = rational.fraction(1, 10**decimals)
    digits = len(rational.digits_of(abs(value_written.over) * (10**decimals // value_written.under)))
    if value_written.over == 0 or digits < _FEWEST_ROUNDED_DIGITS:
        return False
    full = digits >= _FULL_PRECISION_DIGITS
    value = None if isinstance(form, str) else rational_value(form)
    if value is not None:
        places = rational.decimal_length(value)
        if places is not None and places <= _EXACT_DECIMALS:
            return False
        difference = rational.add(value, rational.negate(value_written))
        if difference.over < 0:
            difference = rational.negate(difference)
        return rational.compare(rational.multiply(difference, rational.integer(1 if full else 2)), unit) <= 0
    numeric = evaluate(other, {}, work)
    if not c.is_finite(numeric) or not c.is_real(numeric):
        return False
    target = rational.to_number(value_written)
    allowed = (1 if full else 0.5) * rational.to_number(unit)
    return abs(numeric.re - target) <= allowed * (1 + 1e-6) + 1e-12 * abs(target)


def _plain_decimal(node):
    """(value, decimals) or None."""
    if node.kind == "number" and node.decimals is not None:
        return node.value, node.decimals
    if node.kind == "degrees":
        return _plain_decimal(node.of)
    if node.kind != "negative":
        return None
    inner = _plain_decimal(node.of)
    return None if inner is None else (rational.negate(inner[0]), inner[1])


def _is_close(gold, response, work):
    """The papers' grader on closed values: the same, a hundredth or a hundredfold, to a relative 1e-4 of the gold."""
    if variables(gold, response):
        return False
    left, right = evaluate(gold, {}, work), evaluate(response, {}, work)
    if not c.is_finite(left) or not c.is_finite(right):
        return False
    return any(close_to(c.multiply(left, c.of(float(f))), right, _PAPERS_TOLERANCE) for f in (1, 100, 0.01))


def is_near(a, b, comparing):
    """Whether one closed value may be said to be about the other: within 2 %."""
    left, right = evaluate(a, {}, comparing.work), evaluate(b, {}, comparing.work)
    return not c.is_finite(left) or not c.is_finite(right) or close_to(left, right, 0.02)


def _compare_renamed(gold, response, work):
    """Variables in another case are the same variables unless an answer uses both cases."""
    left, right = variables(gold), variables(response)
    lower_left, lower_right = {name.lower() for name in left}, {name.lower() for name in right}
    renamed = any(name not in right for name in left)
    if not renamed or len(lower_left) != len(left) or len(lower_right) != len(right) or lower_left != lower_right:
        return differs("different value")
    equal = compare_sampled(_lower_case(gold), _lower_case(response), RELATIVE_TOLERANCE, work) == "equal"
    return same("same at sample points") if equal else differs("different value")


def _lower_case(node):
    return map_tree(node, lambda part: part.changed(name=part.name.lower()) if part.kind == "symbol" else part)


def _is_call(part, name):
    return part.kind == "call" and part.name == name


def _with_natural_logarithms(gold, response):
    """Where one side writes ln and the other log, log is the natural one too."""

    def has_natural(node):
        return some(node, lambda part: _is_call(part, "ln"))

    if has_natural(gold) == has_natural(response):
        return None

    def change(part):
        if not _is_call(part, "log") or len(part.args) < 2:
            return part
        base = part.args[1]
        ten = base.kind == "number" and base.value == _TEN
        return Node("call", name="ln", args=[part.args[0]]) if ten else part

    return map_tree(gold, change), map_tree(response, change)


def _is_angle(part):
    return part.kind == "call" and part.name in ANGLE_FUNCTIONS


def _misses_degrees(gold, response):
    """A gold whose degree signs a cleaner has dropped: tan 15, of whole numbers and not all below a full turn in radians, where
    the response writes tan 15 degrees."""

    def of_whole(part):
        arg = part.args[0] if part.args else None
        return arg is not None and arg.kind == "number" and arg.value.under == 1

    def has_degrees(node):
        return some(node, lambda part: part.kind == "degrees")

    return (
        has_degrees(response)
        and not has_degrees(gold)
        and some(gold, _is_angle)
        and not some(gold, lambda part: _is_angle(part) and not of_whole(part))
        and some(gold, lambda part: part.kind == "number" and part.value.over > 6)
    )


def _drop_degrees(node):
    """The same with angles in radians of the same number."""

    def change(part):
        arg = part.args[0] if _is_angle(part) and part.args else None
        angle = arg.factors[0] if arg is not None and arg.kind == "product" else None
        return part.changed(args=[angle.of]) if angle is not None and angle.kind == "degrees" else part

    return map_tree(node, change)
