"""By which labels the series of an expression can be told apart: those that a join needs to find a single partner."""

from __future__ import annotations

from obs.catalogue.keys import key
from obs.graph.metrics import Metrics
from obs.graph.parts import number
from obs.lang.promql.functions import COMPARISONS, SET_OPERATORS
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
    walk,
)

Key = frozenset[str]
_OTHER_LABELS = frozenset({"label_replace", "label_join", "vector", "absent", "absent_over_time", "info"})

_TARGET = frozenset({"container", "endpoint", "job", "metrics_path", "namespace", "node", "pod", "service"})


def unique_by(node: Expr, metrics: Metrics) -> Key | None:
    """Labels that no two series of the result share all of; None where that is not known."""
    node = strip_parens(node)
    if isinstance(node, VectorSelector):
        return _selected(node, metrics)
    if isinstance(node, MatrixSelector):
        return _selected(node.selector, metrics)
    if isinstance(node, Unary | Subquery | Paren):
        return unique_by(node.expr, metrics)
    if isinstance(node, Aggregate):
        return _aggregated(node, metrics)
    if isinstance(node, Call):
        return _called(node, metrics)
    return _combined(node, metrics) if isinstance(node, Binary) else None


def _selected(node: VectorSelector, metrics: Metrics) -> Key | None:
    series = metrics.selected(node)
    found = key(series) if series is not None else metrics.followed(unique_by, node)
    if found is None:
        return None
    fixed = {one.label for one in node.matchers if one.op == "=" and one.value}
    return found - fixed


def _aggregated(node: Aggregate, metrics: Metrics) -> Key | None:
    if any(label.templated for label in node.grouping):
        return None
    names = frozenset(label.name for label in node.grouping)
    if node.op in {"topk", "bottomk", "limitk"}:
        one = node.parameter is not None and number(node.parameter) == 1 and not node.without
        return names if one else unique_by(node.expr, metrics)
    if node.op in {"limit_ratio", "count_values"}:
        return None
    inner = unique_by(node.expr, metrics)
    if node.without:
        return inner - names if inner is not None else None
    if inner is not None and inner <= names:
        return inner
    return names - _of_the_target(node, metrics) if "instance" in names else names


def _of_the_target(node: Aggregate, metrics: Metrics) -> Key:
    """Labels of a target, which its instance decides; the metric's own are not among them."""
    own: set[str] = set()
    for inner in walk(node.expr):
        series = metrics.selected(inner) if isinstance(inner, VectorSelector) else None
        own |= set(series.usual_labels.own.values()) if series is not None else set()
    return _TARGET - own


def _called(node: Call, metrics: Metrics) -> Key | None:
    if node.function in _OTHER_LABELS or node.type == "scalar":
        return None
    subject = next((arg for arg in node.args if arg.type in {"vector", "matrix"}), None)
    found = unique_by(subject, metrics) if subject is not None else None
    return found - {"le"} if found is not None and node.function == "histogram_quantile" else found


def _combined(node: Binary, metrics: Metrics) -> Key | None:
    if node.op == "or":
        return None
    if node.matching is None or node.op in SET_OPERATORS:
        vector = node.left if node.left.type == "vector" else node.right
        found = unique_by(vector, metrics)
        return found - _states(node, vector, metrics) if found is not None else None
    if node.matching.card == "one-to-many":
        return unique_by(node.right, metrics)
    if node.matching.card == "one-to-one" and node.matching.on:
        return frozenset(label.name for label in node.matching.labels)
    return unique_by(node.left, metrics)


def _states(node: Binary, vector: Expr, metrics: Metrics) -> Key:
    """The state of a state set, once `== 1` has left the one that holds."""
    inner = strip_parens(vector)
    series = metrics.selected(inner) if isinstance(inner, VectorSelector) else None
    other = node.right if vector is node.left else node.left
    holds = (node.op, number(other)) in {("==", 1.0), (">", 0.0), ("!=", 0.0)} and not node.returns_bool
    if node.op in COMPARISONS and holds and series is not None and series.entry.kind == "stateset":
        return frozenset({series.entry.state_label})
    return frozenset()
