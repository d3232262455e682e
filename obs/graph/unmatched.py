"""Selectors of panels that have no matcher on a label."""

from __future__ import annotations

from collections.abc import Iterator

from obs.graph.panel_query import PanelQuery
from obs.graph.subject import Subject
from obs.lang.promql.syntax import VectorSelector


def selectors_without(subject: Subject, label: str) -> Iterator[tuple[PanelQuery, VectorSelector]]:
    """Every one that may mean series of any value; records are left out, which seldom have the label."""
    for query in subject.asked:
        for selector in query.parts.selectors if query.parts is not None else ():
            fixed = any(one.label == label or not one.op or one.templated for one in selector.matchers)
            if not fixed and ":" not in (selector.name or ""):
                yield query, selector
