"""Names that an answer gives its value: x = 5, f(x) = x + 1, Area = 12."""

import re

from .expression import map_tree, negative, some, total
from .sampled import variables

_FUNCTION = re.compile(r"[fgh](?:\b|[_'])", re.ASCII)


def named_values(node, role):
    """(name or None, value) readings of an answer once "x =" and "x in" are dropped. role: 'gold' may say one value in several
    ways, a 'response' says one."""
    if node.kind == "member":
        return [(_name_of(node.of), node.set)]
    if node.kind != "relation" or not all(sign in "=~" for sign in node.signs):
        return [(None, node)]
    first, others = node.sides[0], node.sides[1:]
    if not others:
        return [(None, node)]
    if is_name(first):
        return [(_name_of(first), value) for value in _last_of_segments(others, node.signs[1:], role)]
    if all(not variables(side) for side in node.sides):
        return [(None, value) for value in _last_of_segments(node.sides, node.signs, role)]
    # a + b = 3 + 4 = 7 ends in its value; a + b = 7 alone is an equation, unless a response says so of a number.
    if not variables(others[-1]) and (len(others) > 1 or (role == "response" and _is_sum_of_names(first))):
        return [(None, node), *((None, value) for value in _last_of_segments(others, node.signs[1:], role))]
    return [(None, node)]


def _last_of_segments(sides, signs, role):
    """The last side before each ~ and of the end; of a response only the first of them: a value and its rounding."""
    ends = [
        side
        for index, side in enumerate(sides)
        if index == len(sides) - 1 or (index < len(signs) and signs[index] == "~")
    ]
    return ends if role == "gold" else ends[:1]


def is_name(node):
    """Something that names a value and says nothing of it: x, AB, f(x), |AB|, (x, y), a:b, a word."""
    kind = node.kind
    if kind in ("symbol", "words"):
        return True
    if kind == "constant":
        return node.name in ("e", "i")
    if kind == "call":
        return all(map(is_name, node.args)) if node.name == "abs" else _FUNCTION.match(node.name) is not None
    if kind == "product":
        return all(map(is_name, node.factors))
    if kind == "quotient":
        return is_name(node.over) and is_name(node.under)
    if kind in ("tuple", "list"):
        return all(map(is_name, node.items))
    if kind == "ratio":
        return all(map(is_name, node.parts))
    return False


def _is_sum_of_names(node):
    if node.kind == "negative":
        return _is_sum_of_names(node.of)
    return is_name(node) or (node.kind == "sum" and all(map(_is_sum_of_names, node.terms)))


def _name_of(node):
    """A plain name in lower case; None for what names a figure, a function or several things."""
    return node.name.lower() if node.kind == "symbol" else None


def expand_signs(node):
    """Both readings of an answer with +-, or the answer itself."""
    if not some(node, lambda part: part.kind == "plusMinus"):
        return [node]
    return [_take_sign(node, 1), _take_sign(node, -1)]


def _take_sign(node, sign):
    def change(part):
        if part.kind != "plusMinus":
            return part
        return total(part.left, part.right if sign * part.upper == 1 else negative(part.right))

    return map_tree(node, change)
