"""In which unit the result of an expression is, as far as the catalogue knows the metrics and the arithmetic is plain.

Only units that can be told apart: seconds and their parts, points in time, bytes, bits, ratios, percent, degrees.
Source of the scales: Prometheus, metric and label naming, base units.
"""

from __future__ import annotations

from obs.graph.metrics import Metrics
from obs.graph.parts import metric_of, number
from obs.lang.promql.functions import COMPARISONS
from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Call,
    Expr,
    MatrixSelector,
    Subquery,
    Unary,
    VectorSelector,
    strip_parens,
)
from obs.record import dataclass

PHYSICAL = frozenset(
    {
        "bits",
        "bytes",
        "celsius",
        "hertz",
        "kilobytes",
        "microseconds",
        "milliseconds",
        "nanoseconds",
        "percent",
    }
    | {"ratio", "seconds", "timestamp_seconds"}
)
_BY_NAME = {"_milliseconds": "milliseconds", "_millis": "milliseconds", "_ms": "milliseconds"}
_SCALES = {
    ("seconds", "*", 1e3): "milliseconds",
    ("seconds", "*", 1e6): "microseconds",
    ("milliseconds", "/", 1e3): "seconds",
    ("microseconds", "/", 1e6): "seconds",
    ("microseconds", "/", 1e3): "milliseconds",
    ("nanoseconds", "/", 1e9): "seconds",
    ("nanoseconds", "/", 1e6): "milliseconds",
    ("ratio", "*", 100.0): "percent",
    ("percent", "/", 100.0): "ratio",
    ("bytes", "*", 8.0): "bits",
    ("bits", "/", 8.0): "bytes",
    ("kilobytes", "*", 1024.0): "bytes",
}
_KEEP = frozenset(
    {
        "abs",
        "avg_over_time",
        "ceil",
        "clamp",
        "clamp_max",
        "clamp_min",
        "delta",
        "floor",
        "histogram_quantile",
    }
    | {
        "idelta",
        "increase",
        "label_join",
        "label_replace",
        "last_over_time",
        "max_over_time",
        "min_over_time",
    }
    | {"predict_linear", "quantile_over_time", "round", "sort", "sort_desc", "stddev_over_time"}
)
_PER_SECOND = frozenset({"rate", "irate", "deriv"})
_AGGREGATES = frozenset({"avg", "bottomk", "max", "min", "quantile", "stddev", "sum", "topk"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its name in the catalogue; `rate` if it is a change per second."""

    name: str
    rate: bool = False

    def __str__(self) -> str:
        name = "a point in time" if self.name == "timestamp_seconds" else self.name
        return f"{name} per second" if self.rate else name


def unit_of(node: Expr, metrics: Metrics) -> Unit | None:
    """The unit of the values; None where it is not known, or is a plain count."""
    node = strip_parens(node)
    if isinstance(node, VectorSelector):
        return _declared(node, metrics)
    if isinstance(node, MatrixSelector):
        return _declared(node.selector, metrics)
    if isinstance(node, Unary | Subquery):
        return unit_of(node.expr, metrics)
    if isinstance(node, Aggregate):
        return unit_of(node.expr, metrics) if node.op in _AGGREGATES else None
    if isinstance(node, Call):
        return _called(node, metrics)
    return _combined(node, metrics) if isinstance(node, Binary) else None


def _declared(node: VectorSelector, metrics: Metrics) -> Unit | None:
    series = metrics.measured(node)
    if series is not None:
        name = "timestamp_seconds" if series.unit == "timestamp_seconds" else series.unit
        if series.part == "bucket":
            name = series.entry.unit  # what histogram_quantile makes of it
        return Unit(name) if name in PHYSICAL else None
    recorded = metrics.followed(unit_of, node)
    if recorded is not None:
        return recorded
    named = next((unit for end, unit in _BY_NAME.items() if (metric_of(node) or "").endswith(end)), "")
    return Unit(named) if named else None


def _called(node: Call, metrics: Metrics) -> Unit | None:
    if node.function in ("time", "timestamp"):
        return Unit("timestamp_seconds")
    subject = next((arg for arg in node.args if arg.type in {"vector", "matrix"}), None)
    inner = unit_of(subject, metrics) if subject is not None else None
    if inner is None or node.function == "histogram_quantile":
        return _of_buckets(subject, metrics) if node.function == "histogram_quantile" else None
    if node.function in _PER_SECOND:
        return None if inner.rate else Unit(inner.name, rate=True)
    return inner if node.function in _KEEP else None


def _of_buckets(node: Expr | None, metrics: Metrics) -> Unit | None:
    """Of a quantile: that of what is in the buckets, whatever rate is taken of their counts."""
    found = unit_of(node, metrics) if node is not None else None
    return Unit(found.name) if found is not None else None


def _combined(node: Binary, metrics: Metrics) -> Unit | None:
    left, right = unit_of(node.left, metrics), unit_of(node.right, metrics)
    if node.op in COMPARISONS or node.op in ("and", "unless"):
        return None if node.returns_bool else (left if node.left.type == "vector" else right)
    if node.op in ("*", "/"):
        return _scaled(node, left, right)
    if left is None or right is None:
        return (left or right) if number(node.left) is not None or number(node.right) is not None else None
    times = (left.name, right.name)
    if node.op == "-" and times == ("timestamp_seconds", "timestamp_seconds"):
        return Unit("seconds")
    if "timestamp_seconds" in times and "seconds" in times:
        return Unit("timestamp_seconds")
    return left if left == right and node.op in ("+", "-", "or", "%") else None


def _scaled(node: Binary, left: Unit | None, right: Unit | None) -> Unit | None:
    by, scaled = number(node.right), left
    if by is None and node.op == "*":
        by, scaled = number(node.left), right
    if by is not None:
        if scaled is None or by == 1:
            return scaled
        name = _SCALES.get((scaled.name, node.op, by))
        return Unit(name, scaled.rate) if name else None
    same = left is not None and left == right
    return Unit("ratio") if same and node.op == "/" else None
