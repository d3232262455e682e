"""Of which type a metric is: by the pipeline, the rules that record it, the catalogue, or the conventions of names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from obs.diagnostic import Evidence
from obs.graph.parts import metric_of, number
from obs.lang.promql.functions import COMPARISONS
from obs.lang.promql.metric_types import MetricType, Misuse, misuses
from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Call,
    Expr,
    MatrixSelector,
    Unary,
    VectorSelector,
    strip_parens,
)
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.catalogue.series import Series
    from obs.graph.panel_query import PanelQuery
    from obs.graph.subject import Rule

_GAUGES = frozenset({"up", "ALERTS", "ALERTS_FOR_STATE"})
_SUFFIXES: tuple[tuple[str, MetricType], ...] = (
    ("_total", "counter"),
    ("_bucket", "counter"),
    ("_info", "gauge"),
    ("_timestamp_seconds", "gauge"),
)
_GAUGES_CALLED_TOTAL = ("_pending_request_total", "_watched_total", "_limit_total", "_capacity_total")
_KEEP_TYPE = frozenset({"label_replace", "label_join", "sort", "sort_desc", "last_over_time"})
_MAKE_GAUGES = frozenset(
    {"rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear", "changes", "resets"}
    | {"count_over_time", "avg_over_time", "present_over_time", "histogram_quantile"}
    | {"absent", "absent_over_time", "time", "timestamp"}
)
_SAME_TYPE = frozenset({"sum", "avg", "min", "max", "topk", "bottomk"})
_DEEPEST = 20
"""Records of records that are followed."""


@dataclass(frozen=True, slots=True)
class MetricKind:
    """A type and how it is known; `aggregate` is the operation over several series that a record stores."""

    type: MetricType
    evidence: Evidence = "certain"
    aggregate: str = ""


class MetricTypes:
    """Answers by metric name, each found once."""

    def __init__(
        self,
        counters: Iterable[str],
        records: Mapping[str, Sequence[Rule]],
        catalogued: Callable[[str], Sequence[Series]] = lambda name: (),
    ) -> None:
        self._kinds: dict[str, MetricKind | None] = {name: MetricKind("counter") for name in counters}
        self._kinds.update((name, MetricKind("gauge")) for name in _GAUGES)
        self._records = records
        self._catalogued = catalogued

    def kind(self, metric: str, depth: int = 0) -> MetricKind | None:
        """None where nothing is known, or where rules record different types under one name."""
        if metric not in self._kinds:
            self._kinds[metric] = None  # what a record that reads itself is
            self._kinds[metric] = self._find(metric, depth)
        return self._kinds[metric]

    def type(self, metric: str) -> MetricType | None:
        """The type alone."""
        found = self.kind(metric)
        return found.type if found is not None else None

    def _find(self, metric: str, depth: int) -> MetricKind | None:
        records = self._records.get(metric, ())
        if records:
            kinds = {self._of(rule.query.tree, depth) for rule in records if rule.query is not None}
            return kinds.pop() if len(kinds) == 1 else None
        catalogued = self._catalogued(metric)
        if catalogued:
            types = {one.type for one in catalogued}
            only = types.pop() if len(types) == 1 else "untyped"
            return MetricKind(only) if only != "untyped" else None
        if metric.endswith(_GAUGES_CALLED_TOTAL):
            return None
        if metric.startswith("scrape_"):
            return MetricKind("gauge")
        return next(
            (MetricKind(type_, "likely") for suffix, type_ in _SUFFIXES if metric.endswith(suffix)), None
        )

    def _of(self, tree: Expr, depth: int) -> MetricKind | None:
        """Of the values of an expression."""
        if depth > _DEEPEST:
            return None
        node, aggregate = strip_parens(tree), ""
        while True:
            if isinstance(node, Aggregate):
                if node.op not in _SAME_TYPE:
                    return MetricKind("gauge")
                aggregate = aggregate or node.op
                node = strip_parens(node.expr)
            elif isinstance(node, Call) and node.function in _KEEP_TYPE and node.args:
                node = strip_parens(node.args[0])
            elif isinstance(node, MatrixSelector):
                node = node.selector
            elif isinstance(node, Binary):
                following = _same_type(node)
                if following is None:
                    return MetricKind("gauge") if node.op in {"/", "%"} else None
                node = strip_parens(following)
            else:
                break
        if isinstance(node, Call):
            return MetricKind("gauge") if node.function in _MAKE_GAUGES else None
        if isinstance(node, Unary) or not isinstance(node, VectorSelector):
            return None
        name = metric_of(node)
        found = self.kind(name, depth + 1) if name is not None else None
        return replace(found, aggregate=aggregate or found.aggregate) if found is not None else None


def _same_type(node: Binary) -> Expr | None:
    """The operand whose type the result has."""
    if node.op in COMPARISONS or node.op in {"and", "unless"}:
        return node.left if node.left.type == "vector" else node.right
    if node.op in {"*", "/"} and number(node.right) is not None:
        return node.left
    if node.op == "*" and number(node.left) is not None:
        return node.right
    return None


@dataclass(frozen=True, slots=True)
class TypeMisuse:
    """A use that the type of a metric does not allow, in a rule or a panel."""

    rule: Rule | PanelQuery
    misuse: Misuse
    evidence: Evidence


def type_misuses(rules: Iterable[Rule | PanelQuery], types: MetricTypes) -> Iterator[TypeMisuse]:
    """Every wrong use in the rules, also of what other rules record."""
    for rule in rules:
        if rule.query is None:
            continue
        for misuse in (*misuses(rule.query.tree, types.type), *_rates_of_records(rule, types)):
            known = types.kind(misuse.metric) if misuse.metric is not None else None
            yield TypeMisuse(rule, misuse, known.evidence if known is not None else "certain")


def _rates_of_records(rule: Rule | PanelQuery, types: MetricTypes) -> Iterator[Misuse]:
    """`rate(job:requests:sum[5m])` where the record is a sum of counters."""
    assert rule.parts is not None
    for call in rule.parts.calls:
        if call.function not in {"rate", "irate", "increase"} or not call.args:
            continue
        ranged = strip_parens(call.args[0])
        name = metric_of(ranged.selector) if isinstance(ranged, MatrixSelector) else None
        known = types.kind(name) if name is not None else None
        if name is not None and known is not None and known.type == "counter" and known.aggregate:
            yield Misuse(
                "rate-of-aggregate",
                name,
                f"{call.function}() over {name} takes one restart for a reset of the {known.aggregate}: "
                f"the rule stores {known.aggregate}() of a counter",
                f"record {known.aggregate}({call.function}(...[5m])) instead",
                call.start,
                call.end,
            )
