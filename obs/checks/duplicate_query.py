"""Two panels of a dashboard ask the same and show it in the same way.

Every viewer pays for both, and one of them is usually a copy that somebody forgot to change.

Flagged:
    panels:
      - {type: stat, title: Errors, targets: [{refId: A, expr: sum(errors_total)}]}
      - {type: stat, title: Requests, targets: [{refId: A, expr: sum(errors_total)}]}

Instead:
    panels:
      - {type: stat, title: Errors, targets: [{refId: A, expr: sum(errors_total)}]}
      - {type: stat, title: Requests, targets: [{refId: A, expr: sum(requests_total)}]}

Source: Grafana 11, best practices: no copies; the Dashboard datasource shares a result.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.model.panel import Panel


@lint("info")
def duplicate_query(subject: Subject) -> Iterator[Finding]:
    """Panels of one type with all queries and transformations equal."""
    for dashboard in subject.dashboards:
        seen: dict[object, Panel] = {}
        for panel in dashboard.panels():
            asked = _asked(panel)
            first = seen.setdefault(asked, panel) if asked is not None else panel
            if first is not panel:
                yield Finding.in_panel(
                    dashboard,
                    panel,
                    f"asks what {first.title or first.key!r} asks, and shows it in the same way",
                    fix="change one of them, or remove it",
                    also=((first.origin, "the other"),) if first.origin is not None else (),
                )


def _asked(panel: Panel) -> object:
    queries = [one for one in panel.queries if one.text.strip()]
    if len(queries) != len(panel.queries) or not queries or panel.repeat:
        return None
    asked = tuple(
        (one.text, one.legend, one.instant, one.format, one.datasource, one.hide, one.min_step)
        for one in queries
    )
    shown = (panel.options.get("reduceOptions"), panel.transformations, panel.time_from, panel.time_shift)
    return (panel.type, asked, repr(shown), repr(panel.overrides))
