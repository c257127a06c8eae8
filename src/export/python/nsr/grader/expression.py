"""What an answer says, as a tree.

Kinds and their fields: number (value, decimals), constant (name), symbol (name), sum (terms), product (factors), quotient (over,
under), power (base, exponent), root (of, degree), negative (of), call (name, args), degrees (of), percent (of), plusMinus (left,
right, upper), based (digits, base), ratio (parts, clock), quantity (of, unit), words (text), tuple (open, close, items), set
(items), list (items), matrix (rows), setOperation (operator, left, right), member (of, set), relation (sides, signs).
"""

from .rational import digits_of


class Node:
    """One part; never changed after it was made."""

    def __init__(self, kind, **fields):
        self.kind = kind
        self.fields = fields

    def __getattr__(self, name):
        try:
            return self.__dict__["fields"][name]
        except KeyError as error:
            raise AttributeError(name) from error

    def changed(self, **fields):
        return Node(self.kind, **{**self.fields, **fields})


_LISTS = {"sum": "terms", "product": "factors", "call": "args", "ratio": "parts", "tuple": "items", "set": "items",
          "list": "items", "relation": "sides"}
_SINGLE = {"quotient": ("over", "under"), "power": ("base", "exponent"), "root": ("of",), "negative": ("of",),
           "degrees": ("of",), "percent": ("of",), "quantity": ("of",), "plusMinus": ("left", "right"),
           "setOperation": ("left", "right"), "member": ("of", "set")}


def parts(node):
    """The direct parts of an expression, in order."""
    if node.kind in _LISTS:
        return node.fields[_LISTS[node.kind]]
    if node.kind == "matrix":
        return [entry for row in node.rows for entry in row]
    return [node.fields[name] for name in _SINGLE.get(node.kind, ())]


def some(node, test):
    """Whether `test` holds anywhere in the tree."""
    return test(node) or any(some(part, test) for part in parts(node))


def map_tree(node, change):
    """A tree with each part replaced by what `change` makes of it, from the leaves up."""
    if node.kind in _LISTS:
        name = _LISTS[node.kind]
        return change(node.changed(**{name: [map_tree(part, change) for part in node.fields[name]]}))
    if node.kind == "matrix":
        return change(node.changed(rows=[[map_tree(entry, change) for entry in row] for row in node.rows]))
    names = _SINGLE.get(node.kind, ())
    return change(node.changed(**{name: map_tree(node.fields[name], change) for name in names}) if names else node)


def tree_key(node):
    """Text that two trees share exactly when they are the same."""

    def plain(value):
        if isinstance(value, Node):
            return tree_key(value)
        if isinstance(value, (list, tuple)):
            return f"[{','.join(plain(inner) for inner in value)}]"
        return digits_of(value) if isinstance(value, int) and not isinstance(value, bool) else repr(value)

    return f"{node.kind}({','.join(f'{name}={plain(value)}' for name, value in node.fields.items())})"


def number(value, decimals=None):
    return Node("number", value=value, decimals=decimals)


def negative(node):
    return Node("negative", of=node)


def product(*factors):
    return Node("product", factors=list(factors))


def total(*terms):
    return Node("sum", terms=list(terms))
