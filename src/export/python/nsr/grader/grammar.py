"""Tokens -> the tree of an answer: lists, relations, sets, ratios, sums, products, powers."""

import re

from .atoms import parse_argument, parse_atom
from .expression import Node, negative, number
from .limits import MAX_ITEMS, LimitError
from .rational import ONE, ZERO
from .reader import Reader, Unreadable

_COMPARISONS = {"=", "~", "<", ">", "<=", ">=", "!="}
_SET_OPERATORS = {"union", "intersection", "difference"}
_LABEL = re.compile(r"(?:^| )(?:is|are|answer|about|approximately|exactly|rs|usd|total|value)\Z")
_MINUTES = re.compile(r"[0-5][0-9]\Z")


def parse_answer(tokens):
    """The tree of a whole answer; None when it is no mathematics that we read. Raises LimitError where it is too deep."""
    try:
        return _parse_list(Reader(tokens))
    except Unreadable:
        return None


def _separators(reader):
    while reader.accept(",") or reader.accept(";"):
        pass


def _parse_list(reader):
    items = []
    _separators(reader)
    while reader.peek() is not None:
        if items:
            before = reader.peek(-1)
            if not (before.kind == "symbol" and before.text in (",", ";")):
                raise Unreadable("something behind the answer")
        items.append(parse_item(reader))
        if len(items) > MAX_ITEMS:
            raise LimitError("items")
        _separators(reader)
    if not items:
        raise Unreadable("nothing")
    return items[0] if len(items) == 1 else Node("list", items=items)


def parse_item(reader):
    """A relation, a statement x in S, or a plain value."""
    # "= 5" and "~ 8.24" say no more than the number.
    if not reader.accept("="):
        reader.accept("~")
    label = reader.peek()
    if label is not None and label.kind == "words" and _LABEL.search(label.text) and reader.starts_atom(1):
        reader.at += 1
    first = _parse_sets(reader)
    if reader.accept("in"):
        return Node("member", of=first, set=_parse_sets(reader))
    sides, signs = [first], []
    while (token := reader.peek()) is not None and token.kind == "symbol" and token.text in _COMPARISONS:
        reader.at += 1
        signs.append(token.text)
        sides.append(_parse_sets(reader))
        if len(sides) > MAX_ITEMS:
            raise LimitError("items")
    return Node("relation", sides=sides, signs=signs) if signs else first


def _parse_sets(reader):
    left, count = _parse_ratio(reader), 0
    while (token := reader.peek()) is not None and token.kind == "symbol" and token.text in _SET_OPERATORS:
        count += 1
        if count > MAX_ITEMS:
            raise LimitError("items")
        reader.at += 1
        left = Node("setOperation", operator=token.text, left=left, right=_parse_ratio(reader))
    return left


def _parse_ratio(reader):
    first = _parse_quantity(reader)
    if not reader.is_symbol(":"):
        return first
    parts, clock = [first], True
    while reader.accept(":"):
        token = reader.peek()
        clock = clock and token is not None and token.kind == "number" and _MINUTES.match(token.text) is not None
        parts.append(_parse_quantity(reader))
    if len(parts) > MAX_ITEMS:
        raise LimitError("items")
    last = parts[-1]
    # The words behind a time belong to the whole: 4:51 p.m.
    if last.kind != "quantity":
        return Node("ratio", parts=parts, clock=clock)
    return Node("quantity", of=Node("ratio", parts=[*parts[:-1], last.of], clock=clock), unit=last.unit)


def _parse_quantity(reader):
    """A sum with its unit, if words follow."""
    of, words = parse_sum(reader), []
    while True:
        token = reader.peek()
        if token is not None and token.kind == "words":
            words.append(token.text)
        elif reader.is_symbol("{") and reader.is_kind("words", 1) and reader.is_symbol("}", 2):
            words.append(reader.peek(1).text)
            reader.at += 2
        elif words and token is not None and token.kind == "symbol" and token.text in ("/", "*"):
            words.append(token.text)
        elif words and reader.accept("^"):
            words.append("^")
            parse_argument(reader)
            continue
        else:
            break
        reader.at += 1
    return Node("quantity", of=of, unit=" ".join(words)) if words else of


def parse_sum(reader):
    def parse():
        terms = []
        sign = _leading_sign(reader, True)
        while sign is not None:
            if sign in ("upper", "lower"):
                right = parse_product(reader)
                terms = [Node("plusMinus", left=_sum(terms), right=right, upper=1 if sign == "upper" else -1)]
            else:
                term = parse_product(reader)
                terms.append(negative(term) if sign == "minus" else term)
            sign = _leading_sign(reader, False)
        return _sum(terms)

    return reader.deeper(parse)


def _sum(terms):
    if not terms:
        return number(ZERO)
    return terms[0] if len(terms) == 1 else Node("sum", terms=terms)


def _leading_sign(reader, first):
    """The sign before the next term, None where the sum ends; the first term needs none."""
    sign = "plus" if first else None
    while True:
        if reader.accept("+"):
            sign = sign or "plus"
        elif reader.accept("-"):
            sign = "plus" if sign == "minus" else "minus"
        elif reader.accept("±"):
            sign = "upper"
        elif reader.accept("∓"):
            sign = "lower"
        else:
            return sign


def parse_product(reader):
    factors = [parse_factor(reader)]
    while True:
        star = reader.accept("*")
        # A slash before an operand; before a word it belongs to a unit (miles/hour).
        slash = not star and reader.is_symbol("/") and not reader.is_kind("words", 1)
        if slash:
            reader.at += 1
        elif not star and not reader.starts_atom():
            break
        # Two bare numbers side by side are no product.
        if not star and not slash and reader.is_kind("number") and reader.is_kind("number", -1):
            break
        minus = _accept_signs(reader) if star or slash else False
        factor = parse_factor(reader)
        signed = negative(factor) if minus else factor
        factors.append(Node("quotient", over=number(ONE), under=signed) if slash else signed)
    return factors[0] if len(factors) == 1 else Node("product", factors=factors)


def _accept_signs(reader):
    minus = False
    while True:
        if reader.accept("-"):
            minus = not minus
        elif not reader.accept("+"):
            return minus


def parse_factor(reader):
    """An operand with powers, factorials, degrees and percent behind it."""
    node, count = parse_atom(reader), 0
    while True:
        if count > 4:
            raise LimitError("depth")
        if reader.accept("!"):
            node = Node("call", name="factorial", args=[node])
        elif reader.accept("%"):
            node = Node("percent", of=node)
        elif reader.accept("deg") or _accept_degrees(reader):
            node = Node("degrees", of=node)
        elif reader.is_symbol("^"):
            reader.at += 1
            node = Node("power", base=node, exponent=_parse_exponent(reader))
        else:
            return node
        count += 1


def _accept_degrees(reader):
    if not reader.is_symbol("^"):
        return False
    braced = reader.is_symbol("{", 1)
    if not reader.is_symbol("deg", 2 if braced else 1):
        return False
    reader.at += 4 if braced else 2
    return True


def _parse_exponent(reader):
    """x^{n}, x^10, x^-2, 2^3^2."""

    def parse():
        minus = _accept_signs(reader)
        exponent = parse_argument(reader)
        if reader.accept("^"):
            exponent = Node("power", base=exponent, exponent=_parse_exponent(reader))
        return negative(exponent) if minus else exponent

    return reader.deeper(parse)
