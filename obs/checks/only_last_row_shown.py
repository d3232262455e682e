"""A panel that shows one row of many, because Loki's instant result is one table.

A stat, gauge or pie chart reduces the table to its last row, unless it is told to show all of its values.

Flagged:
    panels:
      - type: bargauge
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, queryType: instant, expr: 'sum by (pod) (count_over_time({app="shop"}[5m]))'}]
        options: {reduceOptions: {values: false, calcs: [lastNotNull]}}

Instead:
    panels:
      - type: bargauge
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, queryType: instant, expr: 'sum by (pod) (count_over_time({app="shop"}[5m]))'}]
        options: {reduceOptions: {values: true, calcs: []}}

Source: Grafana 11, Loki datasource: instant metric queries; `reduceOptions.values`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel

_GROUPED = re.compile(
    r"\s*(?:(?:topk|bottomk|sort|sort_desc)\s*\((?:\s*\d+\s*,)?\s*)?[a-z_]+\s+by\s*\(\s*\w", re.IGNORECASE
)


@dashboard_check("warning")
def only_last_row_shown(dashboard: Dashboard) -> Iterator[Finding]:
    """Panels that reduce, over a grouped instant query of Loki's."""
    for panel in dashboard.panels():
        if _hides_rows(panel):
            yield Finding(
                f"panel {panel.title or panel.key!r} shows one row only: "
                "an instant result of Loki's is one table, not a series for each",
                panel.origin,
                fix="each_row=True; in JSON options.reduceOptions.values: true",
                object=panel_title(dashboard, panel),
            )


def _hides_rows(panel: Panel) -> bool:
    reduced = panel.options.get("reduceOptions")
    return (
        panel.type in ("stat", "gauge", "bargauge", "piechart")
        and isinstance(reduced, Mapping)
        and reduced.get("values") is not True
        and any(one.language == "logql" and one.instant and _GROUPED.match(one.text) for one in panel.queries)
    )
