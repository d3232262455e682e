"""Where links and alerts lead: the dashboard and the panel in an address of Grafana's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from obs.model.dashboard import Dashboard
from obs.model.panel import Panel
from obs.origin import Origin
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.graph.subject import Rule, Subject

_ADDRESS = re.compile(r"(?:^|/)d/([A-Za-z0-9_-]{1,40})(?=[/?#]|$)")
_PANEL = re.compile(r"[?&](?:viewPanel|editPanel|inspect)=(?:panel-)?(\d+)(?=[&#]|$)")
_SETS = re.compile(r"[?&]var-([A-Za-z_]\w*)=")
UID, PANEL = "__dashboardUid__", "__panelId__"
"""Annotations by which Grafana's list of rules finds dashboard and panel."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A dashboard's uid, the id of one of its panels where the address names one, and the variables that it sets."""

    uid: str
    panel: int | None = None
    variables: tuple[str, ...] = ()


def destination(address: str) -> Destination | None:
    """Of an address such as `/d/UID/slug?viewPanel=panel-3`; None for one of something else."""
    found = _ADDRESS.search(address)
    if found is None:
        return None
    panel = _PANEL.search(address)
    variables = tuple(dict.fromkeys(_SETS.findall(address)))
    return Destination(found[1], int(panel[1]) if panel else None, variables)


@dataclass(frozen=True, slots=True)
class DashboardLink:
    """A link of a dashboard, of one of its panels, or of a number in a panel."""

    dashboard: Dashboard
    panel: Panel | None
    title: str
    to: Destination
    at: Origin | None


def dashboard_links(subject: Subject) -> Iterator[DashboardLink]:
    """Every link that leads to a dashboard."""
    for dashboard in subject.dashboards:
        for link in dashboard.links:
            to = destination(link.url)
            if to is not None:
                yield DashboardLink(dashboard, None, link.title, to, link.origin or dashboard.origin)
        for panel in dashboard.panels():
            for link in (*panel.links, *panel.field.links):
                to = destination(link.url)
                if to is not None:
                    yield DashboardLink(dashboard, panel, link.title, to, link.origin or panel.origin)


def alert_destination(alert: Rule) -> tuple[str, Destination] | None:
    """Where an alert leads, and the annotation that says so: Grafana's own, or an address."""
    uid, panel = alert.annotations.get(UID, ""), alert.annotations.get(PANEL, "")
    if uid:
        return UID, Destination(uid, int(panel) if panel.isdecimal() else None)
    for name, text in alert.annotations.items():
        to = destination(text)
        if to is not None:
            return name, to
    return None


def panels_by_id(subject: Subject, dashboard: Dashboard) -> dict[int, Panel | None] | None:
    """The panels (None for a row) by id; None where Grafana chooses some of the ids."""
    program = subject.program
    if program is not None:
        ids = program.panel_ids.get(dashboard.uid, {})
        by_key = {panel.key: panel for panel in dashboard.panels()}
        return {number: by_key.get(key) for key, number in ids.items()}
    found: dict[int, Panel | None] = {}
    for item in dashboard.items():
        if item.id is None:
            return None
        found[item.id] = item if isinstance(item, Panel) else None
    return found


def linked_panel(subject: Subject, alert: Rule) -> tuple[Dashboard, Panel] | None:
    """The panel that an alert leads to, where it is here."""
    found = alert_destination(alert)
    if found is None or found[1].panel is None:
        return None
    for dashboard in subject.dashboards:
        if dashboard.uid == found[1].uid:
            panel = (panels_by_id(subject, dashboard) or {}).get(found[1].panel)
            return (dashboard, panel) if panel is not None else None
    return None
