"""Panels that show the same query."""

from __future__ import annotations

from collections.abc import Iterator

from obs.graph.panel_query import PanelQuery, has_one_unit
from obs.graph.subject import Subject


def clones(subject: Subject) -> Iterator[list[PanelQuery]]:
    """Queries of one text and language, two or more, of panels whose settings are for all of their numbers."""
    found: dict[tuple[str, str], list[PanelQuery]] = {}
    for query in subject.asked:
        if has_one_unit(query.panel) and not query.target.hide:
            found.setdefault((query.target.language, query.expr), []).append(query)
    return (queries for queries in found.values() if len(queries) > 1)
