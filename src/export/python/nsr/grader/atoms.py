"""One operand without what may stand behind it: numbers, names, functions, commands, brackets, matrices."""

import re

from . import grammar
from .expression import Node, negative, number, product, some
from .limits import MAX_ITEMS
from .rational import ONE, add, fraction, integer, parse_decimal, small_integer
from .reader import Unreadable
from .tables import ACCENT_COMMANDS, ANGLE_FUNCTIONS, INVERSES, NUMBER_WORDS

_FRACTIONS = ("frac", "dfrac", "tfrac", "cfrac")
_MATRIX = re.compile(r"(?:[pbBvV]?(?:small)?matrix|array)\Z")
_FUNCTION_NAME = re.compile(r"[fgh](?:'|_|\Z)")
# pi/180.
_DEGREE = Node("quotient", over=Node("constant", name="pi"), under=number(integer(180)))


def parse_atom(reader):
    token = reader.next()
    if token.kind == "number":
        return _parse_number(reader, token)
    if token.kind == "name":
        return _parse_name(reader, token.text)
    if token.kind == "function":
        return _parse_call(reader, token.text)
    if token.kind == "words":
        return _parse_words(reader, token.text)
    return _parse_command(reader, token.text) if token.kind == "command" else _parse_bracket(reader, token.text)


def _parse_number(reader, token):
    if reader.is_symbol("_"):
        return _parse_based(reader, token.text)
    value = _value_of(token)
    decimals = len(token.text) - token.text.index(".") - 1 if "." in token.text and token.repeating is None else None
    if decimals is not None:
        reader.accept("dots")
    if decimals is not None or value.under != 1:
        return number(value, decimals)
    part = _proper_fraction(reader)
    return number(value if part is None else add(value, part))


def _value_of(token):
    value = parse_decimal(token.text)
    if value is None:
        raise Unreadable(token.text)
    if token.repeating is None:
        return value
    before = len(token.text) - token.text.find(".") - 1
    period = 10 ** len(token.repeating) - 1
    return add(value, fraction(int(token.repeating), period * 10**before))


def _proper_fraction(reader):
    """The fraction of a mixed number behind its whole part: \\frac{1}{4} or " 1/4", below 1."""
    at, token = reader.at, reader.peek()
    over = under = None
    if token is not None and token.kind == "command" and token.text in _FRACTIONS:
        reader.at += 1
        over = _digits_argument(reader)
        under = None if over is None else _digits_argument(reader)
    elif (
        token is not None
        and token.kind == "number"
        and token.space
        and reader.is_symbol("/", 1)
        and reader.is_kind("number", 2)
    ):
        over, under = token.text, reader.peek(2).text
        reader.at += 3
    if over is not None and under is not None and re.fullmatch("[0-9]+", over + under) and int(over) < int(under):
        return fraction(int(over), int(under))
    reader.at = at
    return None


def _digits_argument(reader):
    """The digits of an argument that holds nothing else."""
    braced = reader.accept("{")
    token = reader.peek()
    if token is None or token.kind != "number":
        return None
    if braced:
        reader.at += 1
        return token.text if reader.accept("}") else None
    return _take_digit(reader, token)


def _take_digit(reader, token):
    """Of a number that is not in braces LaTeX takes the first digit as an argument: \\frac12."""
    if len(token.text) == 1 or "." in token.text:
        reader.at += 1
        return token.text
    reader.tokens[reader.at] = token._replace(text=token.text[1:], space=False)
    return token.text[:1]


def _parse_based(reader, digits):
    """Digits with the base under them."""
    reader.expect("_")
    braced = reader.accept("{")
    if braced and reader.is_kind("words") and reader.is_kind("number", 1):
        reader.at += 1
    token = reader.next()
    if braced:
        reader.expect("}")
    if token.kind == "number":
        base = float(token.text)
    else:
        base = NUMBER_WORDS.get(re.sub("^base ", "", token.text), -1)
    if not 2 <= base <= 36 or re.fullmatch("[0-9a-zA-Z]+", digits) is None:
        raise Unreadable("base")
    return Node("based", digits=digits.lower(), base=base)


def _parse_name(reader, name):
    full = name
    while reader.accept("'"):
        full += "'"
    if reader.is_symbol("_"):
        reader.at += 1
        full += f"_{_subscript(reader)}"
        while reader.accept("'"):
            full += "'"
    if full in ("e", "i"):
        return Node("constant", name=full)
    # f(4 - x) is a value of f; other letters before a bracket are factors.
    if _FUNCTION_NAME.match(full) and reader.is_symbol("("):
        argument = parse_argument(reader)
        return Node("call", name=full, args=argument.items if argument.kind == "tuple" else [argument])
    return Node("symbol", name=full)


def _subscript(reader):
    if not reader.accept("{"):
        return reader.next().text
    words, depth = [], 1
    while True:
        token = reader.next()
        if token.kind == "symbol" and token.text == "{":
            depth += 1
        if token.kind == "symbol" and token.text == "}":
            depth -= 1
            if depth == 0:
                return "".join(words)
        words.append(token.text)


def _parse_words(reader, first):
    if reader.is_symbol("_") and re.search("[0-9]", first):
        return _parse_based(reader, first)
    text = first
    while reader.is_kind("words"):
        text += f" {reader.peek().text}"
        reader.at += 1
    value = NUMBER_WORDS.get(text)
    return Node("words", text=text) if value is None else number(integer(value))


def _parse_command(reader, name):
    if name == "pi":
        return Node("constant", name="pi")
    if name in (*_FRACTIONS, "sfrac"):
        over = parse_argument(reader, True)
        return Node("quotient", over=over, under=parse_argument(reader, True))
    if name == "sqrt":
        return _parse_root(reader)
    if name in ("binom", "dbinom", "tbinom"):
        over = parse_argument(reader, True)
        return Node("call", name="binomial", args=[over, parse_argument(reader, True)])
    if name == "mathbb":
        return Node("symbol", name=f"set {_subscript(reader)}")
    if name in ("phantom", "hphantom", "vphantom"):
        _subscript(reader)
        return parse_atom(reader)
    if name == "begin":
        return _parse_matrix(reader)
    if name in ACCENT_COMMANDS:
        return _accented(reader)
    raise Unreadable(name)


def _accented(reader):
    """A vector or mean is called by its letter; a segment AB is written with and without its bar."""
    name = _subscript(reader)
    if re.fullmatch("[A-Z]{2}", name) is None:
        return Node("symbol", name=name)
    return product(*(Node("symbol", name=letter) for letter in name))


def _parse_root(reader):
    degree = 2
    if reader.accept("["):
        token = reader.next()
        if token.kind != "number" or re.fullmatch(r"[0-9]+(?:\.0*)?", token.text) is None:
            raise Unreadable("degree of a root")
        degree = int(float(token.text))
        if degree < 1 or degree > 100:
            raise Unreadable("degree of a root")
        reader.expect("]")
    return Node("root", of=parse_argument(reader), degree=degree)


def parse_argument(reader, digit=False):
    """An argument of a command: {...}, (...), one token; `digit`: of bare digits the first one only."""

    def parse():
        token = reader.peek()
        if digit and token is not None and token.kind == "number":
            return number(parse_decimal(_take_digit(reader, token)) or ONE)
        if not reader.accept("{"):
            return parse_atom(reader)
        value = grammar.parse_sum(reader)
        reader.expect("}")
        return value

    return reader.deeper(parse)


def _parse_bracket(reader, symbol):
    if symbol == "infinity":
        return Node("constant", name="infinity")
    if symbol == "empty":
        return Node("set", items=[])
    if symbol in ("(", "["):
        return _parse_round(reader, symbol)
    if symbol == "\\<":
        items = _parse_items(reader, ("\\>",))
        reader.at += 1
        return Node("tuple", open="<", close=">", items=items)
    if symbol == "\\{":
        items = [] if reader.is_symbol("\\}") else _parse_items(reader, ("\\}",))
        reader.at += 1
        return Node("set", items=items)
    if symbol == "{":
        return _parse_group(reader)
    if symbol == "|":
        reader.bars += 1
        of = reader.deeper(lambda: grammar.parse_sum(reader))
        reader.bars -= 1
        reader.expect("|")
        return Node("call", name="abs", args=[of])
    if symbol in ("lfloor", "lceil"):
        of = reader.deeper(lambda: grammar.parse_sum(reader))
        reader.expect("rfloor" if symbol == "lfloor" else "rceil")
        return Node("call", name="floor" if symbol == "lfloor" else "ceil", args=[of])
    raise Unreadable(symbol)


def _parse_round(reader, opening):
    """Inside ( or [: one thing in brackets of a kind is that thing, else a point or interval."""
    items = _parse_items(reader, (")", "]"))
    close = ")" if reader.next().text == ")" else "]"
    if len(items) > 1:
        return Node("tuple", open=opening, close=close, items=items)
    if (opening == "(") != (close == ")"):
        raise Unreadable("bracket")
    return items[0]


def _parse_group(reader):
    """LaTeX's braces group; with commas inside somebody forgot the backslashes of a set."""
    if reader.accept("}"):
        return parse_atom(reader) if reader.starts_atom() else number(ONE)
    items = _parse_items(reader, ("}",))
    reader.at += 1
    return items[0] if len(items) == 1 else Node("set", items=items)


def _parse_items(reader, close):
    """Things between commas or semicolons, up to one of `close`, which is left."""

    def parse():
        bars, items = reader.bars, []
        reader.bars = 0
        while True:
            items.append(grammar.parse_item(reader))
            if len(items) > MAX_ITEMS:
                raise Unreadable("too many items")
            if any(reader.is_symbol(symbol) for symbol in close):
                break
            if not reader.accept(",") and not reader.accept(";"):
                raise Unreadable("bracket")
            while reader.accept(",") or reader.accept(";"):
                pass
        reader.bars = bars
        return items

    return reader.deeper(parse)


def _parse_call(reader, written):
    """A function's name has been read: its power, its base, and what it is taken of."""
    name, power, base = written, None, None
    while True:
        if power is None and reader.accept("^"):
            power = parse_argument(reader)
        elif base is None and reader.accept("_"):
            base = parse_argument(reader)
        else:
            break
    if power is not None and name in INVERSES and _is_minus_one(power):
        name, power = INVERSES[name], None
    argument = reader.deeper(lambda: _parse_operand(reader))
    call = _build(name, argument, base)
    return call if power is None else Node("power", base=call, exponent=power)


def _build(name, argument, base):
    args = argument.items if argument.kind == "tuple" and argument.open == "(" else [argument]
    if name == "cbrt":
        return Node("root", of=argument, degree=3)
    if name == "exp":
        return Node("power", base=Node("constant", name="e"), exponent=argument)
    if name == "log":
        return Node("call", name=name, args=[argument, number(integer(10)) if base is None else base])
    if base is not None:
        raise Unreadable(f"{name} with a base")
    if name in ANGLE_FUNCTIONS and some(argument, lambda part: part.kind == "degrees"):
        # sin(30 degrees): the whole argument is an angle in degrees.
        return Node("call", name=name, args=[product(argument, _DEGREE)])
    return Node("call", name=name, args=args)


def _parse_operand(reader):
    """The brackets behind a function, or without brackets the factors up to the next function or sign: sin 2x cos x."""
    token = reader.peek()
    if token is not None and token.kind == "symbol" and token.text in ("(", "{", "[", "|"):
        inner = parse_atom(reader)
        return Node("call", name="factorial", args=[inner]) if reader.accept("!") else inner
    if reader.accept("-"):
        return negative(reader.deeper(lambda: _parse_operand(reader)))
    factors = []
    while reader.starts_atom() and not reader.is_kind("function"):
        # sin x (y + 1): brackets behind an operand are a factor of the sine.
        if factors and reader.is_symbol("("):
            break
        factors.append(grammar.parse_factor(reader))
        # sin x/2 is the sine of x/2.
        if reader.is_symbol("/") and reader.is_kind("number", 1):
            reader.at += 1
            factors.append(Node("quotient", over=number(ONE), under=grammar.parse_factor(reader)))
    if not factors:
        if reader.is_kind("function"):
            return parse_atom(reader)
        raise Unreadable("a function of nothing")
    return factors[0] if len(factors) == 1 else Node("product", factors=factors)


def _is_minus_one(node):
    return node.kind == "negative" and node.of.kind == "number" and small_integer(node.of.value) == 1


def _parse_matrix(reader):
    """\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix} behind its \\begin."""
    environment = _environment_name(reader)
    if _MATRIX.match(environment) is None:
        raise Unreadable(environment)
    if environment == "array" and reader.accept("{"):
        while not reader.accept("}"):
            reader.next()

    def parse():
        rows, row = [], []
        while True:
            token = reader.peek()
            if reader.accept("\\\\"):
                if row:
                    rows.append(row)
                row = []
            elif token is not None and token.kind == "command" and token.text == "end":
                break
            else:
                row.append(grammar.parse_sum(reader))
                if len(row) > MAX_ITEMS or len(rows) > MAX_ITEMS:
                    raise Unreadable("too large")
                if not reader.accept("&") and not reader.is_symbol("\\\\"):
                    following = reader.peek()
                    if following is None or following.text != "end":
                        raise Unreadable("matrix")
        if row:
            rows.append(row)
        reader.at += 1
        _environment_name(reader)
        if not rows or any(len(one) != len(rows[0]) for one in rows):
            raise Unreadable("ragged")
        matrix = Node("matrix", rows=rows)
        return Node("call", name="det", args=[matrix]) if environment == "vmatrix" else matrix

    return reader.deeper(parse)


def _environment_name(reader):
    reader.expect("{")
    name = ""
    while not reader.accept("}"):
        name += reader.next().text
    return name
