"""Whether two answers say the same. Deterministic; raises LimitError when the work is used up."""

from . import rational
from .expression import Node, product
from .intervals import to_intervals, same_intervals
from .names import expand_signs, is_name, named_values
from .relations import holds_on, same_relation
from .sampled import variables
from .values import compare_values, is_near
from .verdict import differs, same
from .words import compatible_units, spelling


def compare_answers(gold, response, comparing):
    """(equal, reason)."""
    left, right = _elements(_by_coordinate(gold, response)), _elements(_by_coordinate(response, gold))
    if len(left) != 1 or len(right) != 1:
        # One value said in several ways: -b + 2 or 2 - b.
        if len(left) == 1 and right and len(right) <= 4:
            if all(_compare_named(right[0], other, comparing)[0] for other in right[1:]):
                outcomes = [_compare_named(left[0], item, comparing) for item in right]
                match = next((outcome for outcome in outcomes if outcome[0]), None)
                if match is not None:
                    return match
        outcome = _compare_elements(left, right, comparing)
        if outcome[0]:
            return outcome
        return _as_sets(gold, response, comparing) or outcome
    return _compare_named(left[0], right[0], comparing)


def _by_coordinate(node, other):
    """(a, b) = (2, 3) as a = 2, b = 3, where the other side says it so."""
    if other.kind != "list" or node.kind != "relation" or len(node.sides) != 2:
        return node
    names, values = node.sides
    if names.kind != "tuple" or values.kind != "tuple" or len(names.items) != len(values.items):
        return node
    if not all(item.kind == "relation" for item in other.items):
        return node
    pairs = zip(names.items, values.items, strict=True)
    return Node("list", items=[Node("relation", sides=[name, value], signs=["="]) for name, value in pairs])


def _elements(node):
    """What a list, a set or an answer with +- is made of; any other answer is its one element."""
    if node.kind == "member" and node.set.kind == "set":
        return _elements(node.set)
    if node.kind in ("list", "set"):
        return [element for item in node.items for element in _elements(item)]
    return expand_signs(node)


def _compare_elements(gold, response, comparing):
    """Unordered, each with one of the other side; by name where all of both sides have one."""
    if len(gold) != len(response):
        return differs("different parts")
    names = [named_values(item, "gold")[0][0] for item in gold]
    others = [named_values(item, "response")[0][0] for item in response]
    by_name = _are_distinct(names) and _are_distinct(others) and sorted(names) == sorted(others)
    left = list(range(len(response)))
    for index, item in enumerate(gold):
        match = None
        for place in left:
            comparing.work.spend(2)
            if by_name and others[place] != names[index]:
                continue
            if _compare_named(item, response[place], comparing, True)[0]:
                match = place
                break
        if match is None:
            return differs("different parts")
        left.remove(match)
    return same("same parts")


def _are_distinct(names):
    return None not in names and len(set(names)) == len(names)


def _compare_named(gold, response, comparing, any_name=False):
    """Two single answers, of which either may name its value. `any_name`: the names were compared before."""
    if _contradicts_itself(response, comparing):
        return differs("different value")
    outcome = differs("different kind")
    for left_name, left in named_values(gold, "gold"):
        for right_name, right in named_values(response, "response"):
            if not any_name and left_name is not None and right_name is not None and left_name != right_name:
                outcome = _compare_single(gold, response, comparing)
                if not outcome[0]:
                    outcome = differs("different name")
            else:
                outcome = _compare_single(left, right, comparing)
            if outcome[0]:
                return outcome
    # y = 2x + 1 may also be written 2x - y + 1 = 0.
    if gold.kind == "relation" and response.kind == "relation":
        whole = _compare_single(gold, response, comparing)
        return whole if whole[0] or outcome[1] != "different name" else outcome
    return _as_sets(gold, response, comparing) or outcome


def _contradicts_itself(node, comparing):
    """2.56 = 56%, or 2/3 ~ 0.87: numbers that are said to be equal and are not."""
    if node.kind != "relation" or variables(node):
        return False
    for index, right in enumerate(node.sides[1:]):
        left, sign = node.sides[index], node.signs[index]
        if _is_structure(left) or _is_structure(right) or is_name(left) or is_name(right):
            continue
        if sign == "~" and not is_near(left, right, comparing):
            return True
        if sign == "=" and not _compare_single(left, right, comparing)[0]:
            return True
    return False


def _compare_single(gold, response, comparing):
    kinds = (gold.kind, response.kind)
    if any(kind in ("list", "set") for kind in kinds):
        return _compare_elements(_elements(gold), _elements(response), comparing)
    left, right = spelling(gold), spelling(response)
    if "words" in kinds:
        return same("same words") if left is not None and left == right else differs("different words")
    if "quantity" in kinds:
        return _compare_quantities(gold, response, comparing)
    if "based" in kinds:
        return _compare_based(gold, response)
    if "ratio" in kinds:
        return _compare_ratios(gold, response, comparing)
    vector, other_vector = _as_vector(gold), _as_vector(response)
    if kinds == ("matrix", "matrix"):
        return _compare_matrices(gold.rows, response.rows, comparing)
    if vector is not None and other_vector is not None and "matrix" in kinds:
        return _compare_in_order(vector, other_vector, comparing)
    if kinds == ("tuple", "tuple"):
        angled = gold.open == "<" or response.open == "<"
        if not comparing.papers and not angled and (gold.open, gold.close) != (response.open, response.close):
            return differs("different kind")
        return _compare_in_order(gold.items, response.items, comparing)
    if kinds == ("relation", "relation"):
        equal = same_relation(gold, response, comparing.work)
        return same("same relation") if equal else differs("different relation")
    if _is_structure(gold) or _is_structure(response):
        return _as_sets(gold, response, comparing) or differs("different kind")
    if _infinity_sign(gold) != 0 or _infinity_sign(response) != 0:
        equal = _infinity_sign(gold) == _infinity_sign(response)
        return same("identical") if equal else differs("different value")
    return compare_values(gold, response, comparing)


def _compare_in_order(gold, response, comparing):
    equal = len(gold) == len(response) and all(
        compare_answers(item, other, comparing)[0] for item, other in zip(gold, response, strict=True)
    )
    return same("same parts") if equal else differs("different parts")


def _compare_matrices(gold, response, comparing):
    if len(gold) != len(response) or len(gold[0]) != len(response[0]):
        return differs("different parts")
    return _compare_in_order(sum(gold, []), sum(response, []), comparing)


def _as_vector(node):
    """The entries of a point in round or angled brackets, or of a matrix with one column or row."""
    if node.kind == "tuple":
        return None if node.open == "[" or node.close == "]" else node.items
    if node.kind != "matrix":
        return None
    return sum(node.rows, []) if len(node.rows) == 1 or len(node.rows[0]) == 1 else None


def _compare_quantities(gold, response, comparing):
    """The amounts, if the units can be the same."""
    left, right = spelling(gold), spelling(response)
    if left is not None and left == right:
        return same("same words")
    time, other_time = _time_of_day(gold), _time_of_day(response)
    if time is not None and other_time is not None:
        return same("same value") if time == other_time else differs("different value")
    if gold.kind == response.kind == "quantity" and not compatible_units(gold.unit, response.unit):
        return differs("different unit")
    return _compare_single(
        gold.of if gold.kind == "quantity" else gold,
        response.of if response.kind == "quantity" else response,
        comparing,
    )


def _time_of_day(node):
    """Hours from 0 to 23, minutes, seconds of 8:34 p.m. and of 20:34; None where noon or midnight is left open."""
    clock = node.of if node.kind == "quantity" else node
    if clock.kind != "ratio" or not clock.clock:
        return None
    numbers = [rational.small_integer(part.value) if part.kind == "number" else None for part in clock.parts]
    if None in numbers or numbers[0] > 23:
        return None
    hour, *rest = numbers
    suffix = node.unit if node.kind == "quantity" else ""
    if suffix not in ("am", "pm"):
        return [hour, *rest] if suffix == "" and hour > 12 else None
    return [hour % 12 + (12 if suffix == "pm" else 0), *rest]


def _compare_based(gold, response):
    """Numbers in a base: the same digits in the same base. A bare number is one only where both readings of it, the digits and
    the value, agree."""
    if gold.kind == response.kind == "negative":
        return _compare_based(gold.of, response.of)
    if gold.kind == response.kind == "based":
        equal = gold.base == response.base and _trim_zeros(gold.digits) == _trim_zeros(response.digits)
        return same("same in base") if equal else differs("different base")
    based, bare = (gold, response) if gold.kind == "based" else (response, gold)
    if based.kind != "based" or bare.kind != "number":
        return differs("different base")
    digits = _trim_zeros(based.digits)
    equal = (
        digits == rational.digits_of(bare.value.over)
        and bare.value.under == 1
        and (based.base == 10 or (len(digits) == 1 and int(digits, 36) < based.base))
    )
    return same("same in base") if equal else differs("different base")


def _trim_zeros(digits):
    return digits.lstrip("0") or digits[-1:]


def _compare_ratios(gold, response, comparing):
    """a:b as a proportion, unless it may be a time of day: that only equals itself."""
    clock = any(node.kind == "ratio" and node.clock for node in (gold, response))
    if gold.kind == response.kind == "ratio":
        if len(gold.parts) != len(response.parts):
            return differs("different parts")
        if _compare_in_order(gold.parts, response.parts, comparing)[0]:
            return same("same ratio")
        if clock:
            return differs("different value")
        left = [product(part, response.parts[0]) for part in gold.parts]
        right = [product(part, gold.parts[0]) for part in response.parts]
        equal = _compare_in_order(left, right, comparing)[0]
        return same("same ratio") if equal else differs("different value")
    if clock:
        return differs("different kind")
    outcome = compare_values(_as_quotient(gold), _as_quotient(response), comparing)
    return same("same ratio") if outcome[0] else outcome


def _as_quotient(node):
    if node.kind != "ratio" or len(node.parts) != 2:
        return node
    return Node("quotient", over=node.parts[0], under=node.parts[1])


def _as_sets(gold, response, comparing):
    """Intervals, unions and inequalities as sets of reals; None when one of them is none, or both are mere points."""
    if not _describes_set(gold) and not _describes_set(response):
        return None
    work = comparing.work
    left, right = to_intervals(gold, work), to_intervals(response, work)
    equal = (
        (left is not None and right is not None and same_intervals(left, right))
        or (gold.kind == "relation" and right is not None and holds_on(gold, right, work))
        or (response.kind == "relation" and left is not None and holds_on(response, left, work))
    )
    if equal:
        return same("same set")
    return None if left is None and right is None else differs("different value")


def _describes_set(node):
    """Whether an answer can only be a set of reals: (1, 2) may be a point, {1, 2} a list."""
    if node.kind == "list":
        return len(node.items) > 0 and all(item.kind == "relation" for item in node.items)
    if node.kind == "relation":
        return any(sign not in ("=", "~") for sign in node.signs)
    if node.kind == "tuple":
        return node.open == "[" or node.close == "]"
    return (
        node.kind == "setOperation"
        or (node.kind == "member" and _describes_set(node.set))
        or (node.kind == "symbol" and node.name.startswith("set "))
    )


def _is_structure(node):
    return node.kind in ("tuple", "matrix", "relation", "setOperation", "member")


def _infinity_sign(node):
    """1 or -1 of infinity with its sign, 0 of anything else."""
    if node.kind == "negative":
        return -_infinity_sign(node.of)
    return 1 if node.kind == "constant" and node.name == "infinity" else 0
