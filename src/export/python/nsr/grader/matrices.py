"""Sums, multiples and products of matrices worked out where their shapes allow it."""

from .expression import Node, map_tree, negative, product, some, total

# Products in one entry-by-entry multiplication, and parts of the tree that comes of it.
_MAX_PRODUCTS = 1000
_MAX_NODES = 3000


def work_out_matrices(node):
    return map_tree(node, _work_out) if some(node, _is_matrix) else node


def _is_matrix(node):
    return node.kind == "matrix"


def _bounded(matrix):
    """The matrix, or None when it has become too large."""
    left = [_MAX_NODES]

    def spend(_):
        left[0] -= 1
        return left[0] < 0

    return None if some(matrix, spend) else matrix


def _or(value, otherwise):
    return otherwise if value is None else value


def _work_out(node):
    if node.kind == "negative" and _is_matrix(node.of):
        return _or(_entries(node.of, negative), node)
    if node.kind == "quotient" and _is_matrix(node.over):
        return _or(_entries(node.over, lambda entry: Node("quotient", over=entry, under=node.under)), node)
    if node.kind == "product" and any(map(_is_matrix, node.factors)):
        return _or(_fold(node.factors, _multiply), node)
    if node.kind == "sum" and all(map(_is_matrix, node.terms)):
        return _or(_fold(node.terms, _add), node)
    return node


def _fold(items, combine):
    """None where two shapes do not fit, or it would be too large."""
    result = items[0]
    for item in items[1:]:
        result = combine(result, item)
        if result is None:
            return None
    return result


def _multiply(a, b):
    if not _is_matrix(a):
        return _entries(b, lambda entry: product(a, entry)) if _is_matrix(b) else product(a, b)
    if not _is_matrix(b):
        return _entries(a, lambda entry: product(entry, b))
    inner, columns = len(b.rows), len(b.rows[0])
    if len(a.rows[0]) != inner or len(a.rows) * inner * columns > _MAX_PRODUCTS:
        return None
    rows = [
        [total(*(product(entry, b.rows[index][column]) for index, entry in enumerate(row))) for column in range(columns)]
        for row in a.rows
    ]
    return _bounded(Node("matrix", rows=rows))


def _add(a, b):
    if len(a.rows) != len(b.rows) or len(a.rows[0]) != len(b.rows[0]):
        return None
    rows = [[total(x, y) for x, y in zip(left, right, strict=True)] for left, right in zip(a.rows, b.rows, strict=True)]
    return _bounded(Node("matrix", rows=rows))


def _entries(matrix, change):
    return _bounded(Node("matrix", rows=[[change(entry) for entry in row] for row in matrix.rows]))
