"""A query without a text.

Grafana does not send it; the panel stays empty, or shows its other queries only.

Flagged:
    panels:
      - {type: stat, datasource: {type: prometheus, uid: prometheus}, targets: [{refId: A, expr: ""}]}

Instead:
    panels:
      - {type: stat, datasource: {type: prometheus, uid: prometheus}, targets: [{refId: A, expr: up}]}

Source: Grafana 11, Prometheus and Loki datasources: `filterQuery`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.model.dashboard import Dashboard


@dashboard_check()
def empty_query(dashboard: Dashboard) -> Iterator[Finding]:
    """Of Prometheus and Loki; a hidden query is nobody's concern."""
    for panel, query in dashboard.queries():
        if not query.text.strip() and query.language and not query.extra and not query.hide:
            yield Finding(
                f"panel {panel.title or panel.key!r}: query {query.ref_id} is empty",
                query.origin or panel.origin,
                fix="write it, or remove it",
                object=panel_title(dashboard, panel),
            )
