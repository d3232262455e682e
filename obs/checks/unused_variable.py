"""A variable that changes nothing: no query, title, link or other variable uses it.

The reader of the dashboard chooses a value and nothing happens.

Flagged:
    templating: {list: [{type: custom, name: env, query: "prod,stage"}]}
    panels:
      - {type: stat, targets: [{refId: A, expr: up}]}

Instead:
    templating: {list: [{type: custom, name: env, query: "prod,stage"}]}
    panels:
      - {type: stat, targets: [{refId: A, expr: 'up{env="$env"}'}]}

Source: Grafana 11 shows the same in a dashboard's settings, under Variables.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.graph.variable_uses import unused_names
from obs.model.dashboard import Dashboard


@dashboard_check("warning")
def unused_variable(dashboard: Dashboard) -> Iterator[Finding]:
    """Where a library's panel is on the page, nothing is known."""
    if not dashboard.variables or any("libraryPanel" in panel.extra for panel in dashboard.panels()):
        return
    unused = unused_names(dashboard)
    for variable in dashboard.variables:
        if variable.name in unused and variable.kind not in ("adhoc", "groupby", "system"):
            yield Finding(
                f"variable ${variable.name} changes nothing: no query, title, link or other variable uses it",
                variable.origin,
                fix="use it, or remove it from the variables",
                object=panel_title(dashboard),
            )
