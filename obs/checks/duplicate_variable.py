"""Two variables of a dashboard have the same name.

Grafana keeps both in its list and fills in one of them.

Flagged:
    templating:
      list:
        - {type: custom, name: env, query: "prod,stage"}
        - {type: textbox, name: env, query: prod}
    panels:
      - {type: text, title: $env}

Instead:
    templating:
      list:
        - {type: custom, name: env, query: "prod,stage"}
    panels:
      - {type: text, title: $env}

Source: Grafana 11, variables: the name is unique.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.model.dashboard import Dashboard


@dashboard_check()
def duplicate_variable(dashboard: Dashboard) -> Iterator[Finding]:
    """Each name once."""
    defined = {variable.name: variable for variable in dashboard.variables}
    for name, count in Counter(variable.name for variable in dashboard.variables).items():
        if count > 1:
            yield Finding(
                f"{count} variables are called {name!r}",
                defined[name].origin or dashboard.origin,
                fix="rename one of them",
                object=panel_title(dashboard),
            )
