"""A query, title, link or another variable uses a variable that the dashboard does not define.

Grafana leaves `$job` in the text as it stands, so the query asks for a job of that name.

Flagged:
    dashboard = Dashboard(
        uid="up", title="Up", data=prometheus, rows=[[stat("Targets", 'sum(up{job="$job"})', unit="short")]]
    )

Instead:
    dashboard = Dashboard(
        uid="up",
        title="Up",
        data=prometheus,
        variables=[prometheus.label("up", "job")],
        rows=[[stat("Targets", 'sum(up{job=~"$job"})', unit="short")]],
    )

Source: Grafana 11, variable syntax; dashboard-linter does not look for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.graph.variable_uses import variable_uses
from obs.model.dashboard import Dashboard


@dashboard_check()
def undefined_variable(dashboard: Dashboard) -> Iterator[Finding]:
    """Each name once for each text's owner; what only an import dialog fills in is said elsewhere."""
    defined = {variable.name for variable in dashboard.variables}
    names = ", ".join(variable.name for variable in dashboard.variables) or "none"
    dialog = [note.problem for note in dashboard.notes if note.check == "datasource-from-import-dialog"]
    told: set[tuple[str, str]] = set()
    for use in variable_uses(dashboard):
        if use.name in defined or not use.meant or (use.what, use.name) in told:
            continue
        if any(f"${{{use.name}}}" in problem for problem in dialog):
            continue
        told.add((use.what, use.name))
        yield Finding(
            f"{use.what} uses ${use.name}, which dashboard {dashboard.uid} does not define",
            use.at or dashboard.origin,
            "Grafana leaves it in the text as it stands",
            f"define it; the dashboard has: {names}",
            excerpt=use.excerpt,
            object=panel_title(dashboard, use.panel),
            cause=f"${use.name} in {dashboard.uid}",
        )
