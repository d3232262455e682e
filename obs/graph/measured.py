"""What an alert measures and a panel shows, compared: the same expression but for windows and chosen values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from obs.graph.panel_query import PanelQuery
from obs.graph.parts import comparison, matchers_of, metric_of
from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Call,
    Expr,
    MatrixSelector,
    NumberLiteral,
    StringLiteral,
    Subquery,
    Unary,
    VectorSelector,
    strip_parens,
)
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.graph.subject import Rule, Subject

Shape = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An alert that compares with a number, and a panel that shows what it measures."""

    alert: Rule
    threshold: float
    query: PanelQuery


def shape(node: Expr) -> Shape | None:
    """Equal for expressions that measure the same; None where a part is not understood.

    Windows do not count, nor matchers whose value is a variable: those are for the reader to choose.
    """
    node = strip_parens(node)
    if isinstance(node, NumberLiteral):
        return ("number", node.value)
    if isinstance(node, StringLiteral):
        return ("text", node.value)
    if isinstance(node, VectorSelector):
        fixed = [one for one in matchers_of(node) if not one.dynamic and not one.templated and one.op]
        return (
            "series",
            metric_of(node),
            frozenset((one.label, one.op, one.value) for one in fixed),
            _offset(node),
        )
    if isinstance(node, MatrixSelector):
        return shape(node.selector)
    if isinstance(node, Subquery | Unary):
        inner = shape(node.expr)
        return (type(node).__name__, inner) if inner is not None else None
    if isinstance(node, Aggregate):
        by = (node.without, frozenset(label.name for label in node.grouping))
        return _around((node.op, by), [node.expr, *([node.parameter] if node.parameter is not None else [])])
    if isinstance(node, Call):
        return _around((node.function,), list(node.args))
    if isinstance(node, Binary):
        on = (
            (node.matching.on, frozenset(label.name for label in node.matching.labels))
            if node.matching
            else None
        )
        return _around((node.op, node.returns_bool, on), [node.left, node.right])
    return None


def _offset(node: VectorSelector) -> int | None:
    return node.offset.milliseconds if node.offset is not None else 0


def _around(head: tuple[object, ...], inner: list[Expr]) -> Shape | None:
    found = [shape(one) for one in inner]
    return (*head, *found) if all(one is not None for one in found) else None


def drawn(subject: Subject) -> Iterator[Drawn]:
    """Every alert with each panel that shows what it measures; selectors alone are too little to tell."""
    panels: dict[Shape, list[PanelQuery]] = {}
    for query in subject.asked:
        found = shape(query.query.tree) if query.query is not None else None
        if found is not None and found[0] != "series":
            panels.setdefault(found, []).append(query)
    for alert in subject.alerts if panels else ():
        compared = comparison(alert.query.tree) if alert.query is not None else None
        measured = shape(compared.measured) if compared is not None else None
        if compared is not None and measured is not None:
            for query in panels.get(measured, ()):
                yield Drawn(alert, compared.threshold, query)
