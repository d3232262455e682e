"""Whether an expression uses each metric as its type allows: counters through rate, gauges without.

Source: Prometheus, metric types and query functions; the same cases as its run-time annotations and pint's
promql/counter and promql/rate, from declared types instead of a server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Call,
    Expr,
    MatrixSelector,
    NumberLiteral,
    Subquery,
    VectorSelector,
    children,
    strip_parens,
)
from obs.record import dataclass

MetricType = Literal["counter", "gauge", "histogram", "summary"]
TypeOf = Callable[[str], MetricType | None]

RATES = frozenset({"rate", "irate", "increase"})
_OF_COUNTERS = RATES | {"resets"}
_OF_GAUGES = frozenset(
    {"delta", "idelta", "deriv", "predict_linear", "holt_winters", "double_exponential_smoothing"}
)
_VALUE_UNUSED = frozenset(
    {"absent", "absent_over_time", "present_over_time", "count_over_time", "changes", "timestamp", "resets"}
)
_COUNTS_SERIES = frozenset({"count", "group"})
_COUNTER_PARTS: dict[str, tuple[MetricType, ...]] = {
    "_bucket": ("histogram",),
    "_count": ("histogram", "summary"),
    "_sum": ("histogram", "summary"),
}


@dataclass(frozen=True, slots=True)
class Misuse:
    """`start` and `end` (exclusive) are offsets into the expression."""

    kind: Literal[
        "counter-read-raw",
        "rate-on-gauge",
        "gauge-function-on-counter",
        "rate-of-aggregate",
        "quantile-out-of-range",
    ]
    metric: str | None
    problem: str
    fix: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Place:
    """What surrounds a node: the innermost range function over it, and whether its value matters at all."""

    function: Call | None = None
    unused: bool = False
    rated: bool = False
    aggregated: Aggregate | None = None


def sample_type(metric: str, type_of: TypeOf) -> MetricType | None:
    """The type of a series' samples: `_bucket`, `_sum` and `_count` of a histogram are counters."""
    declared = type_of(metric)
    if declared is None:
        for suffix, owners in _COUNTER_PARTS.items():
            if metric.endswith(suffix) and type_of(metric.removesuffix(suffix)) in owners:
                return "counter"
        return None
    if declared in {"histogram", "summary"} and metric.endswith(tuple(_COUNTER_PARTS)):
        return "counter"
    return "gauge" if declared == "summary" else declared


def misuses(tree: Expr, type_of: TypeOf) -> Iterator[Misuse]:
    """Every use of a metric that its type does not allow, in the order of the text."""
    waiting: list[tuple[Expr, _Place]] = [(tree, _Place())]
    while waiting:
        node, place = waiting.pop()
        if isinstance(node, VectorSelector):
            yield from _selector(node, place, type_of)
            continue
        if isinstance(node, Call):
            yield from _quantile(node)
        waiting.extend((child, _inside(node, child, place)) for child in reversed(children(node)))


def _inside(node: Expr, child: Expr, place: _Place) -> _Place:
    if isinstance(node, Call):
        unused = place.unused or node.function in _VALUE_UNUSED
        rated = place.rated or node.function in RATES
        ranged = isinstance(strip_parens(child), MatrixSelector | Subquery)
        return _Place(node if ranged else None, unused, rated, None)
    if isinstance(node, Aggregate):
        if child is node.parameter:
            return _Place()
        return _Place(
            None if place.function is None else place.function,
            place.unused or node.op in _COUNTS_SERIES,
            place.rated,
            node,
        )
    if isinstance(node, Binary):
        unused = node.op in {"and", "unless"} and child is node.right
        return _Place(None, place.unused or unused, place.rated, None)
    return place


def _selector(node: VectorSelector, place: _Place, type_of: TypeOf) -> Iterator[Misuse]:
    if node.name is None:
        return
    found = sample_type(node.name, type_of)
    name = node.name
    function = place.function.function if place.function is not None else None
    if found == "counter" and place.aggregated is not None and function in RATES:
        yield Misuse(
            "rate-of-aggregate", name,
            f"{function}() over {place.aggregated.op}() of the counter {name} takes one restart "
            "for a reset of the sum",
            f"take the rate first: {place.aggregated.op}({function}({name}[...]))", node.start, node.end,
        )  # fmt: skip
    elif found == "counter" and function in _OF_GAUGES:
        yield Misuse(
            "gauge-function-on-counter", name,
            f"{function}() over the counter {name} does not see its resets",
            f"use {'increase' if function in {'delta', 'idelta'} else 'rate'}()", node.start, node.end,
        )  # fmt: skip
    elif found == "counter" and not place.unused and not place.rated:
        yield Misuse(
            "counter-read-raw", name,
            f"the counter {name} is read raw: its value only tells how long the process has been running",
            f"use rate({name}[...]) or increase({name}[...])", node.start, node.end,
        )  # fmt: skip
    elif found == "gauge" and function in _OF_COUNTERS:
        yield Misuse(
            "rate-on-gauge", name,
            f"{function}() over the gauge {name} takes every decrease for a counter reset",
            f"use {'delta' if function == 'increase' else 'deriv'}({name}[...])", node.start, node.end,
        )  # fmt: skip


def _quantile(node: Call) -> Iterator[Misuse]:
    if node.function not in {"histogram_quantile", "quantile_over_time"} or not node.args:
        return
    wanted = strip_parens(node.args[0])
    if isinstance(wanted, NumberLiteral) and not 0 <= wanted.value <= 1:
        yield Misuse(
            "quantile-out-of-range", None,
            f"{node.function}() takes a quantile from 0 to 1, got {wanted.value:g}: the result is infinite",
            f"write {wanted.value / 100:g}" if 1 < wanted.value <= 100 else "use a value from 0 to 1",
            wanted.start, wanted.end,
        )  # fmt: skip
