"""A variable never asks for its values again.

The list is the one that was stored with the dashboard; what came later is not in it, what is gone still is.

Flagged:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: prometheus, uid: prometheus}, query: 'label_values(up, pod)', refresh: 0}
    panels:
      - {type: text, title: $pod}

Instead:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: prometheus, uid: prometheus}, query: 'label_values(up, pod)', refresh: 2}
    panels:
      - {type: text, title: $pod}

Source: Grafana 11, variables: refresh. dashboard-linter's template-on-time-change-reload-rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject


@lint("info")
def variable_never_refreshed(subject: Subject) -> Iterator[Finding]:
    """Variables over a query; each on its own line of the dashboard, told once for it."""
    for dashboard in subject.dashboards:
        for variable in dashboard.variables:
            if variable.kind == "query" and variable.refresh == "never":
                yield Finding(
                    f"variable ${variable.name} of {dashboard.uid} never asks for its values again",
                    variable.origin or dashboard.origin,
                    fix='refresh="time"; in JSON "refresh": 2, or 1 for each load',
                    object=panel_title(dashboard),
                    cause=f"refresh of variables of {dashboard.uid}",
                )
