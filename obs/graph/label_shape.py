"""Which labels the series of an expression carry in practice, as the exporters' own lists and aggregations tell."""

from __future__ import annotations

from dataclasses import replace

from obs.graph.metrics import Metrics
from obs.lang.promql.functions import SET_OPERATORS
from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Call,
    Expr,
    MatrixSelector,
    Paren,
    Subquery,
    Unary,
    VectorSelector,
    strip_parens,
)
from obs.record import dataclass

_OFTEN_EMPTY = frozenset({"id", "image", "name", "container", "pod", "namespace", "node", "uid"})
"""Labels that whole groups of series leave empty: of a cgroup that is no container, of a pod without a node."""
_OTHER_LABELS = frozenset({"label_replace", "label_join", "vector", "absent", "absent_over_time", "info"})
_SHARED = frozenset({"go-runtime", "synthetic", "kps-recording-rules"})
"""Systems whose metrics come from many targets."""


@dataclass(frozen=True, slots=True)
class Shape:
    """`present` are on every series, `maybe` on some. `system` is whose raw series they are, empty for aggregates."""

    present: frozenset[str]
    maybe: frozenset[str] = frozenset()
    system: str = ""

    def lacks(self, label: str) -> bool:
        return label not in self.present and label not in self.maybe


def shape(node: Expr, metrics: Metrics) -> Shape | None:
    """The labels of the result; None where they are not known."""
    node = strip_parens(node)
    if isinstance(node, VectorSelector):
        return _selected(node, metrics)
    if isinstance(node, MatrixSelector):
        return _selected(node.selector, metrics)
    if isinstance(node, Unary | Subquery | Paren):
        return shape(node.expr, metrics)
    if isinstance(node, Aggregate):
        return _aggregated(node, metrics)
    if isinstance(node, Call):
        return _called(node, metrics)
    return _combined(node, metrics) if isinstance(node, Binary) else None


def _selected(node: VectorSelector, metrics: Metrics) -> Shape | None:
    series = metrics.selected(node)
    if series is None and (recorded := metrics.followed(shape, node)) is not None:
        return replace(recorded, present=recorded.present | metrics.recorded_labels(node))
    if series is None or series.entry.open or series.system.id in _SHARED:
        return None
    own = frozenset(series.usual_labels.own.values())
    unsure = own & _OFTEN_EMPTY if series.system.id == "kubelet-cadvisor" else frozenset[str]()
    unsure |= own & {"uid", "device_error"}
    unsure |= frozenset(one.label for one in node.matchers if one.op != "=" or not one.value) & own
    return Shape(own - unsure, unsure, series.system.id)


def _aggregated(node: Aggregate, metrics: Metrics) -> Shape | None:
    if any(label.templated for label in node.grouping) or node.op == "count_values":
        return None
    inner = shape(node.expr, metrics)
    names = frozenset(label.name for label in node.grouping)
    if node.op in {"topk", "bottomk", "limitk", "limit_ratio"}:
        return inner
    if node.without:
        return replace(inner, present=inner.present - names, maybe=inner.maybe - names) if inner else None
    present = names & inner.present if inner is not None else frozenset[str]()
    return Shape(present, names - present)


def _called(node: Call, metrics: Metrics) -> Shape | None:
    if node.function in _OTHER_LABELS or node.type == "scalar":
        return None
    subject = next((arg for arg in node.args if arg.type in {"vector", "matrix"}), None)
    found = shape(subject, metrics) if subject is not None else None
    if found is None or node.function != "histogram_quantile":
        return found
    return replace(found, present=found.present - {"le"}, maybe=found.maybe - {"le"})


def _combined(node: Binary, metrics: Metrics) -> Shape | None:
    if node.op == "or":
        return None
    if node.matching is None:
        return shape(node.left if node.left.type == "vector" else node.right, metrics)
    if node.op in SET_OPERATORS or node.matching.card == "many-to-one":
        return shape(node.left, metrics) if not node.matching.include else None
    if node.matching.card == "one-to-many" or node.matching.on:
        return None
    found = shape(node.left, metrics)
    ignored = frozenset(label.name for label in node.matching.labels)
    return replace(found, present=found.present - ignored, maybe=found.maybe - ignored) if found else None
