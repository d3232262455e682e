"""Write the way from an alert to what a person opens next: its dashboard, its panel, its runbook."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from obs.graph.link import panel_key
from obs.graph.program import Program
from obs.graph.queries import kept_labels
from obs.model.rule import Alert, ExternalDashboard


def alert_links(program: Program) -> Program:
    """Every alert's annotations, its links among them.

    `__dashboardUid__` and `__panelId__` are read by Grafana's rule list, `dashboard_url` by the message. The label
    values in the address are filled in by Prometheus when the alert fires.
    """
    return replace(
        program,
        annotations={alert.name: _annotations(program, alert) for alert in program.definitions.alerts},
    )


def _annotations(program: Program, alert: Alert) -> dict[str, str]:
    found = {"summary": alert.summary, "description": alert.description}
    if alert.runbook:
        found["runbook"] = alert.runbook
    if program.definitions.runbook_pages:
        found["runbook_page"] = program.definitions.runbook_pages[0].page(alert.name)
    found |= _dashboard_links(program, alert)
    return found | dict(alert.annotations)


def _dashboard_links(program: Program, alert: Alert) -> dict[str, str]:
    base = program.stack.grafana.url
    if isinstance(alert.dashboard, ExternalDashboard):
        return {"dashboard_url": _url(base, alert.dashboard.uid, dict(alert.dashboard.variables), None)}
    dashboard = program.dashboard_of(alert)
    if dashboard is None:
        return {}
    names = [variable.name for variable in dashboard.variables]
    kept = kept_labels(program, alert.expr) if names else frozenset()
    variables = {name: name for name in names if name in kept}
    key = panel_key(program, alert)
    panel = program.panel_ids.get(dashboard.uid, {}).get(key) if key is not None else None
    links = {"dashboard_url": _url(base, dashboard.uid, variables, panel)}
    if panel is not None:
        links |= {"__dashboardUid__": dashboard.uid, "__panelId__": str(panel)}
    return links


def _url(base: str, uid: str, variables: dict[str, str], panel: int | None) -> str:
    parts = ["from=now-1h", "to=now"]
    parts += [f"var-{quote(name)}={{{{ $labels.{label} | urlquery }}}}" for name, label in variables.items()]
    if panel is not None:
        parts.append(f"viewPanel=panel-{panel}")
    return f"{base}/d/{quote(uid)}?{'&'.join(parts)}"
