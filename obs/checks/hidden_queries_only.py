"""All queries of a panel are hidden, so it stays empty.

Flagged:
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: up, hide: true}]

Instead:
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: up}]

Source: Grafana 11, query options: a hidden query is only there for expressions over it.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("warning")
def hidden_queries_only(subject: Subject) -> Iterator[Finding]:
    """Panels with queries, none of which is shown."""
    for dashboard in subject.dashboards:
        for panel in dashboard.panels():
            if panel.queries and all(query.hide for query in panel.queries):
                yield Finding.in_panel(
                    dashboard,
                    panel,
                    f"shows nothing: {'its query is' if len(panel.queries) == 1 else 'all its queries are'} hidden",
                    fix="show one of them, or remove the panel",
                )
