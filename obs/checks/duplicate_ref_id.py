"""Two queries of a panel have the same refId.

Grafana keeps the results by refId, so only one of the two is shown.

Flagged:
    panels:
      - type: timeseries
        targets: [{refId: A, expr: up}, {refId: A, expr: vector(1)}]

Instead:
    panels:
      - type: timeseries
        targets: [{refId: A, expr: up}, {refId: B, expr: vector(1)}]

Source: Grafana 11, query options: a refId is unique in its panel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.model.dashboard import Dashboard


@dashboard_check()
def duplicate_ref_id(dashboard: Dashboard) -> Iterator[Finding]:
    """Grafana gives names to queries that have none, so only equal ones are at fault."""
    for panel in dashboard.panels():
        for ref_id, count in Counter(query.ref_id for query in panel.queries).items():
            if count > 1:
                yield Finding(
                    f"panel {panel.title or panel.key!r}: {count} queries have the refId {ref_id!r}, "
                    "and Grafana keeps the last one",
                    panel.origin,
                    fix="call them A, B, C; in Python leave ref_id out",
                    object=panel_title(dashboard, panel),
                )
