"""How long a condition can hold at most: of conditions that end by themselves, whatever happens."""

from __future__ import annotations

from obs.graph.parts import comparison
from obs.lang.promql.syntax import Binary, Call, Expr, Paren, VectorSelector, strip_parens

_CALENDAR = {
    "minute": 60_000,
    "hour": 3_600_000,
    "day_of_week": 86_400_000,
    "day_of_month": 86_400_000,
    "day_of_year": 86_400_000,
}
"""How long each keeps one value, milliseconds."""


def longest_true(expr: Expr) -> int | None:
    """Milliseconds for which a series can be in the result without a break; None where nothing bounds it."""
    node = strip_parens(expr)
    if isinstance(node, Paren):
        return longest_true(node.expr)
    if not isinstance(node, Binary):
        return None
    if node.op == "unless":
        return _least(_new(node), longest_true(node.left))
    if node.op == "and":
        return _least(longest_true(node.left), _other_side(node))
    if node.op == "or":
        left, right = longest_true(node.left), longest_true(node.right)
        return None if left is None or right is None else left + right
    found = comparison(node)
    if found is None:
        return None
    measured = strip_parens(found.measured)
    return _calendar(node) or longest_true(measured)


def _calendar(expr: Expr) -> int | None:
    """`hour() == 3`: true for everything at once."""
    found = comparison(expr)
    measured = strip_parens(found.measured) if found is not None else None
    if found is None or found.op != "==" or not isinstance(measured, Call) or measured.args:
        return None
    return _CALENDAR.get(measured.function)


def _other_side(node: Binary) -> int | None:
    """The right of an `and`; by fewer labels than all, another series may take over there."""
    if node.matching is not None and (node.matching.on or node.matching.labels):
        return _calendar(node.right)
    return longest_true(node.right)


def _new(node: Binary) -> int | None:
    """`x unless x offset d`: d after a series has come, it is there on both sides."""
    matching = node.matching
    left, right = strip_parens(node.left), strip_parens(node.right)
    if not isinstance(left, VectorSelector) or not isinstance(right, VectorSelector):
        return None
    if matching is not None and (matching.on or matching.labels):
        return None
    same = (
        left.name == right.name and left.matchers == right.matchers and left.at is None and right.at is None
    )
    if not same or left.offset is not None or right.offset is None:
        return None
    return right.offset.milliseconds


def _least(*found: int | None) -> int | None:
    return min((one for one in found if one is not None), default=None)
