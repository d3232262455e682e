"""A query in the language of another kind of datasource.

LogQL sent to Prometheus, or PromQL sent to Loki: the panel shows an error.

Flagged:
    panels:
      - type: logs
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: '{app="shop"} |= "error"'}]

Instead:
    panels:
      - type: logs
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: '{app="shop"} |= "error"'}]

Source: Grafana 11: a query goes to the datasource that it, its panel or its dashboard names.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import other_language, panel_title
from obs.model.dashboard import Dashboard


@dashboard_check()
def query_language_mismatch(dashboard: Dashboard) -> Iterator[Finding]:
    """By what only one of the two languages has."""
    for panel, query in dashboard.queries():
        other, data = other_language(query), query.datasource
        if other and data is not None:
            yield Finding(
                f"panel {panel.title or panel.key!r}: query {query.ref_id} is {other}, "
                f"but datasource {data.uid!r} is {data.type}",
                query.origin or panel.origin,
                fix="give the query, the panel or the dashboard the datasource that it is meant for",
                object=panel_title(dashboard, panel),
            )
