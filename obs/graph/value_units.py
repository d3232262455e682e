"""In which unit an expression's values are, as far as functions and the names of metrics tell."""

from __future__ import annotations

from typing import Literal

from obs.graph.parts import Parts, metric_of, number
from obs.graph.ratios import kind_of
from obs.lang.promql.functions import COMPARISONS
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

ValueUnit = Literal[
    "ratio", "percent", "seconds", "milliseconds", "bytes", "bytes per second", "count", "events per second"
]

_KEEP = frozenset({"sum", "avg", "min", "max", "topk", "bottomk", "quantile"})
_KEEP_CALLS = frozenset(
    {
        "increase",
        "delta",
        "idelta",
        "label_replace",
        "label_join",
        "sort",
        "sort_desc",
        "abs",
        "ceil",
        "floor",
    }
    | {"round", "clamp", "clamp_min", "clamp_max", "avg_over_time", "min_over_time", "max_over_time"}
    | {"last_over_time", "sum_over_time", "quantile_over_time", "histogram_quantile"}
)
_PER_SECOND: dict[ValueUnit, ValueUnit] = {"bytes": "bytes per second", "count": "events per second"}
_TIMES = ("_time_seconds", "_timestamp_seconds", "_timestamp", "_created", "_time")
"""Names of moments, which are no durations."""
_SUFFIXES: tuple[tuple[str, ValueUnit], ...] = (
    ("_seconds", "seconds"),
    ("_milliseconds", "milliseconds"),
    ("_ms", "milliseconds"),
    ("_bytes", "bytes"),
    ("_ratio", "ratio"),
)
_PARTS = ("_total", "_bucket", "_sum", "_max", "_min")


def value_unit(tree: Expr, parts: Parts) -> ValueUnit | None:
    """None where nothing is known, or where a calculation changes the unit."""
    kind = kind_of(tree, parts)
    if kind is not None:
        return kind
    node = strip_parens(tree)
    if isinstance(node, VectorSelector):
        return metric_unit(metric_of(node))
    if isinstance(node, MatrixSelector):
        return value_unit(node.selector, parts)
    if isinstance(node, Subquery):
        return value_unit(node.expr, parts)
    if isinstance(node, Aggregate):
        if node.op in ("count", "group"):
            return "count"
        return value_unit(node.expr, parts) if node.op in _KEEP else None
    if isinstance(node, Call):
        return _of_call(node, parts)
    return _of_binary(node, parts) if isinstance(node, Binary) else None


def _of_call(node: Call, parts: Parts) -> ValueUnit | None:
    vector = next((arg for arg in node.args if arg.type in {"vector", "matrix"}), None)
    if vector is None:
        return None
    if node.function == "count_over_time":
        return "count"
    inner = value_unit(vector, parts)
    if inner is None:
        return None
    if node.function in ("rate", "irate"):
        return _PER_SECOND.get(inner)
    if node.function == "histogram_quantile":
        return _of_buckets(vector, parts)
    return inner if node.function in _KEEP_CALLS else None


def _of_buckets(vector: Expr, parts: Parts) -> ValueUnit | None:
    """A quantile is in the unit of the boundaries, not of the buckets' counts."""
    names = {metric_of(selector) or "" for selector in parts.within(vector)}
    stems = {name.removesuffix("_bucket") for name in names if name.endswith("_bucket")}
    return metric_unit(stems.pop()) if len(stems) == 1 == len(names) else None


def _of_binary(node: Binary, parts: Parts) -> ValueUnit | None:
    if node.op in COMPARISONS:
        return None if node.returns_bool else value_unit(node.left, parts)
    if node.op in ("and", "unless"):
        return value_unit(node.left, parts)
    if node.op == "or" and (number(node.right) is not None or _is_constant(node.right)):
        return value_unit(node.left, parts)
    if node.op in ("or", "+", "-"):
        left, right = value_unit(node.left, parts), value_unit(node.right, parts)
        return left if left == right else None
    return _average(node, parts) if node.op == "/" else None


def _is_constant(node: Expr) -> bool:
    inner = strip_parens(node)
    return isinstance(inner, Call) and inner.function == "vector"


def _average(node: Binary, parts: Parts) -> ValueUnit | None:
    """`rate(x_sum) / rate(x_count)` is in the unit of what is summed, unless a number scales it."""
    if any(node.start <= one.start < node.end for one in parts.numbers):
        return None
    left = {metric_of(selector) or "" for selector in parts.within(node.left)}
    right = {metric_of(selector) or "" for selector in parts.within(node.right)}
    if len(left) != 1 or len(right) != 1:
        return None
    summed, counted = left.pop(), right.pop()
    same = summed.endswith("_sum") and counted == summed.removesuffix("_sum") + "_count"
    return metric_unit(summed.removesuffix("_sum")) if same else None


def metric_unit(name: str | None) -> ValueUnit | None:
    """By the suffix that the conventions of Prometheus ask for."""
    if not name or ":" in name:
        return None
    if name.endswith(("_count", "_bucket")):
        return "count"
    stem = name
    for part in _PARTS:
        stem = stem.removesuffix(part)
    if stem.endswith(_TIMES):
        return None
    found: ValueUnit | None = next((unit for suffix, unit in _SUFFIXES if stem.endswith(suffix)), None)
    return found or ("count" if name.endswith(("_requests_total", "_errors_total")) else None)
