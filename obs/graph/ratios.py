"""What kind of number an expression results in, as far as it can be proved: a part of a whole (0 to 1), or percent."""

from __future__ import annotations

from typing import Literal

from obs.graph.metrics import Find
from obs.graph.parts import Parts, comparison, matchers_of, metric_of, number
from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Call,
    Expr,
    MatrixSelector,
    Subquery,
    VectorSelector,
    strip_parens,
)
from obs.record import dataclass

Kind = Literal["ratio", "percent"]

_PART = (
    "_avail_bytes",
    "_available_bytes",
    "_free_bytes",
    "_used_bytes",
    "_MemAvailable_bytes",
    "_MemFree_bytes",
)
_WHOLE = ("_size_bytes", "_total_bytes", "_capacity_bytes", "_limit_bytes", "_MemTotal_bytes")
_KEEP_UNIT = frozenset(
    {"label_replace", "label_join", "last_over_time", "avg_over_time", "max_over_time"}
) | {
    "min_over_time",
    "abs",
    "sort",
    "sort_desc",
}
_OF_PARTS = frozenset({"rate", "irate", "increase", "last_over_time", "sum_over_time", "count_over_time"})
_ABOVE_ONE = (
    "burnrate",
    "load",
    "fragmentation",
    "compression",
    "weighted",
    "failure_rate",
    "slow_call_rate",
)
_SAME_UNIT = frozenset({"avg", "min", "max", "topk", "bottomk"})


_SECONDS_OF_ONE = frozenset(
    ("node_cpu_seconds_total", "node_disk_io_time_seconds_total", "node_pressure_cpu_waiting_seconds_total")
)
"""Counters of the seconds that one thing spends in one state: their rate is at most 1. Source: node_exporter 1.8."""


@dataclass(frozen=True, slots=True)
class Measured:
    """An alert's measured part, its kind, and what it is compared with."""

    kind: Kind
    node: Expr
    op: str
    threshold: float
    comparison: Binary


def measured(tree: Expr, parts: Parts, find: Find | None = None) -> Measured | None:
    """The outermost comparison of an expression with a number, where the other side's kind is certain.

    `find` tells what the catalogue knows of a selector's metric.
    """
    found = comparison(tree)
    kind = kind_of(found.measured, parts, find) if found is not None else None
    if found is None or kind is None:
        return None
    return Measured(kind, found.measured, found.op, found.threshold, found.node)


def kind_of(node: Expr, parts: Parts, find: Find | None = None) -> Kind | None:
    """A ratio is a part of a whole; 100 times that is percent; 1 minus a ratio is one."""
    node = strip_parens(node)
    if isinstance(node, VectorSelector):
        return _declared(node, find) if find is not None else None
    if isinstance(node, Call) and node.function in {"rate", "irate"}:
        names = {metric_of(one) for one in parts.within(node)}
        return "ratio" if names and names <= _SECONDS_OF_ONE else None
    if isinstance(node, Call) and node.function in _KEEP_UNIT:
        vector = next((arg for arg in node.args if arg.type in {"vector", "matrix"}), None)
        inner = vector.expr if isinstance(vector, Subquery) else vector
        return kind_of(inner, parts, find) if inner is not None else None
    if isinstance(node, Aggregate) and node.op in _SAME_UNIT:
        return kind_of(node.expr, parts, find)
    if not isinstance(node, Binary):
        return None
    if node.op in {"and", "unless", "<", ">", "<=", ">=", "=="} and not node.returns_bool:
        return kind_of(node.left, parts, find)
    if node.op == "/":
        if number(node.right) == 100:
            return "ratio" if kind_of(node.left, parts, find) == "percent" else None
        if isinstance(strip_parens(node.left), Binary):
            scaled = _scaled(node, parts)
            if scaled is not None:
                return scaled
        return "ratio" if _is_part_of(node.left, node.right, parts) else None
    if node.op == "*":
        inner = node.right if number(node.left) == 100 else node.left if number(node.right) == 100 else None
        return "percent" if inner is not None and kind_of(inner, parts, find) == "ratio" else None
    if node.op == "-":
        whole = number(node.left)
        kind = kind_of(node.right, parts, find) if whole in {1.0, 100.0} else None
        return kind if (whole, kind) in {(1.0, "ratio"), (100.0, "percent")} else None
    return None


def _declared(node: VectorSelector, find: Find) -> Kind | None:
    """What the catalogue says; some ratios exceed 1 (burn rates, load per CPU), and are none of a part to its whole."""
    series = find(node)
    unit = series.unit if series is not None else ""
    if unit == "percent":
        return "percent"
    if unit != "ratio" or series is None or any(word in series.name for word in _ABOVE_ONE):
        return None
    return "ratio"


def _scaled(node: Binary, parts: Parts) -> Kind | None:
    """`100 * part / whole`, which reads as `(100 * part) / whole`."""
    left = strip_parens(node.left)
    assert isinstance(left, Binary)
    if left.op != "*":
        return None
    part = left.right if number(left.left) == 100 else left.left if number(left.right) == 100 else None
    return "percent" if part is not None and _is_part_of(part, node.right, parts) else None


def _is_part_of(part: Expr, whole: Expr, parts: Parts) -> bool:
    """Whether the first counts a subset of what the second counts, or is a known share of it."""
    part, whole = _without_default(part), _without_guard(whole)
    mine, theirs = parts.within(part), parts.within(whole)
    if len(mine) != 1 or len(theirs) != 1:
        return False
    left, right = metric_of(mine[0]), metric_of(theirs[0])
    if left is None or right is None:
        return False
    if left == right:
        return _selects_more(mine[0], theirs[0]) and _same_shape(part, whole)
    stem = next((left[: -len(end)] for end in _PART if left.endswith(end)), None)
    base = next((right[: -len(end)] for end in _WHOLE if right.endswith(end)), None)
    return stem is not None and stem == base and _same_shape(part, whole)


def _without_default(node: Expr) -> Expr:
    """`part or whole * 0`, which is 0 where there is no part, without its default."""
    node = strip_parens(node)
    if not isinstance(node, Binary) or node.op != "or":
        return node
    default = strip_parens(node.right)
    is_zero = (
        isinstance(default, Binary)
        and default.op == "*"
        and 0 in (number(default.left), number(default.right))
    )
    return strip_parens(node.left) if is_zero else node


def _without_guard(node: Expr) -> Expr:
    """`whole > 0`, which is nothing where there is nothing, without the comparison."""
    node = strip_parens(node)
    guarded = isinstance(node, Binary) and node.op in {">", "!="} and number(node.right) == 0
    return strip_parens(node.left) if isinstance(node, Binary) and guarded and not node.returns_bool else node


def _selects_more(part: VectorSelector, whole: VectorSelector) -> bool:
    mine = {(one.label, one.op, one.value) for one in matchers_of(part)}
    theirs = {(one.label, one.op, one.value) for one in matchers_of(whole)}
    return theirs < mine and part.offset == whole.offset


def _same_shape(part: Expr, whole: Expr) -> bool:
    mine = _shape(part)
    return mine is not None and mine == _shape(whole)


def _shape(node: Expr) -> tuple[object, ...] | None:
    """Functions, ranges and aggregations around the one selector; None where a part can exceed its whole."""
    found: list[object] = []
    node = strip_parens(node)
    while not isinstance(node, VectorSelector):
        if isinstance(node, Call) and len(node.args) == 1 and node.function in _OF_PARTS:
            found.append(node.function)
            node = strip_parens(node.args[0])
        elif isinstance(node, Aggregate) and node.op in {"sum", "count", "max"}:
            found.append((node.op, node.without, sorted(label.name for label in node.grouping)))
            node = strip_parens(node.expr)
        elif isinstance(node, MatrixSelector):
            found.append(node.range.milliseconds)
            node = node.selector
        else:
            return None
    return tuple(found)
