""" "All" of a variable over Loki lists every value that it has.

The query grows with the number of values, and misses those that appear after the dashboard was opened.

Flagged:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: loki, uid: loki}, query: label_values(pod), refresh: 2,
           multi: true, includeAll: true}
    panels:
      - {type: logs, datasource: {type: loki, uid: loki}, targets: [{refId: A, expr: '{pod=~"$pod"}'}]}

Instead:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: loki, uid: loki}, query: label_values(pod), refresh: 2,
           multi: true, includeAll: true, allValue: ".+"}
    panels:
      - {type: logs, datasource: {type: loki, uid: loki}, targets: [{refId: A, expr: '{pod=~"$pod"}'}]}

Source: Grafana 11, variables: custom all value.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.model.dashboard import Dashboard


@dashboard_check("warning")
def all_lists_every_value(dashboard: Dashboard) -> Iterator[Finding]:
    """Variables over Loki without a value of their own for "All"."""
    for variable in dashboard.variables:
        loki = variable.datasource is not None and variable.datasource.type == "loki"
        if loki and variable.include_all and not variable.all_value:
            yield Finding(
                f'"All" of ${variable.name} lists every value it has',
                variable.origin,
                "the query grows with the number of values, and misses those that appear later",
                'all_value=".+"; in JSON "allValue": ".+"',
                object=panel_title(dashboard),
            )
