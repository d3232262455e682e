"""Two panels of a dashboard have the same id.

Links to the panel, and what alerts say of it, lead to one of the two; Grafana gives the other a new id each time.

Flagged:
    panels:
      - {type: text, id: 1, title: Notes}
      - {type: text, id: 1, title: More}

Instead:
    panels:
      - {type: text, id: 1, title: Notes}
      - {type: text, id: 2, title: More}

Source: Grafana 11, dashboard JSON model: a panel's id is unique in its dashboard.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject
from obs.model.panel import Panel, Row


@lint("warning")
def duplicate_panel_id(subject: Subject) -> Iterator[Finding]:
    """Rows have ids too."""
    for dashboard in subject.dashboards:
        seen: dict[int, Panel | Row] = {}
        for item in dashboard.items():
            first = seen.setdefault(item.id, item) if item.id is not None else item
            if first is not item:
                yield Finding(
                    f"{dashboard.uid}: {first.title or first.key!r} and {item.title or item.key!r} "
                    f"both have the id {item.id}",
                    item.origin or dashboard.origin,
                    fix="give each its own; without one, Grafana chooses it",
                    also=((first.origin, "the other"),) if first.origin is not None else (),
                    object=panel_title(dashboard),
                    cause=f"ids of {dashboard.origin} {dashboard.uid}",
                )
