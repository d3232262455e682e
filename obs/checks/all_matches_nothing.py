""" "All" of a variable is `.*`, which Loki refuses.

A selector whose every matcher also matches the empty text is an error, so the panel shows nothing for "All".

Flagged:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: loki, uid: loki}, query: label_values(pod), refresh: 2,
           multi: true, includeAll: true, allValue: ".*"}
    panels:
      - {type: logs, datasource: {type: loki, uid: loki}, targets: [{refId: A, expr: '{pod=~"$pod"}'}]}

Instead:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: loki, uid: loki}, query: label_values(pod), refresh: 2,
           multi: true, includeAll: true, allValue: ".+"}
    panels:
      - {type: logs, datasource: {type: loki, uid: loki}, targets: [{refId: A, expr: '{pod=~"$pod"}'}]}

Source: Loki 3.4, LogQL: at least one matcher of a selector must not match the empty text.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.model.dashboard import Dashboard


@dashboard_check()
def all_matches_nothing(dashboard: Dashboard) -> Iterator[Finding]:
    """Variables over Loki."""
    for variable in dashboard.variables:
        loki = variable.datasource is not None and variable.datasource.type == "loki"
        if loki and variable.include_all and variable.all_value == ".*":
            yield Finding(
                f'"All" of ${variable.name} is {variable.all_value!r}',
                variable.origin,
                "Loki refuses a selector whose every matcher also matches the empty text",
                'all_value=".+"; in JSON "allValue": ".+"',
                object=panel_title(dashboard),
            )
