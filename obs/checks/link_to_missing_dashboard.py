"""A link of a dashboard leads to a dashboard or a panel that does not exist.

Flagged:
    links: [{title: Details, type: link, url: "/d/exampel"}]
    panels: []

Instead:
    links: [{title: Details, type: link, url: "/d/example"}]
    panels: []

Flagged:
    links: [{title: Details, type: link, url: "/d/example?viewPanel=panel-9"}]
    panels:
      - {id: 1, type: text, title: Notes}

Instead:
    links: [{title: Details, type: link, url: "/d/example?viewPanel=panel-1"}]
    panels:
      - {id: 1, type: text, title: Notes}

Source: Grafana 11: a dashboard's address is `/d/UID`.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from obs.checks.base import Finding, lint
from obs.graph.chart_dashboards import CHART_UIDS
from obs.graph.dashboard_links import dashboard_links, panels_by_id
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject


@lint("warning")
def link_to_missing_dashboard(subject: Subject) -> Iterator[Finding]:
    """A project holds all its dashboards but the chart's; files may not, so there only near misses are told."""
    dashboards = {dashboard.uid: dashboard for dashboard in subject.dashboards}
    for link in dashboard_links(subject):
        target = dashboards.get(link.to.uid)
        name = panel_title(link.dashboard, link.panel)
        problem = fix = ""
        if target is not None:
            panels = panels_by_id(subject, target) if link.to.panel is not None else None
            if panels is not None and link.to.panel not in panels:
                problem = f"panel {link.to.panel} of {link.to.uid}, which is not there"
        elif link.to.uid not in CHART_UIDS:
            near = get_close_matches(link.to.uid, dashboards, n=1, cutoff=0.8)
            if near or subject.program is not None:
                problem = f"dashboard {link.to.uid!r}, which nobody provisions"
                fix = (
                    f"did you mean {near[0]!r}?"
                    if near
                    else "link to the dashboard object, or remove the link"
                )
        if problem:
            yield Finding(
                f"{name}: the link {link.title!r} leads to {problem}",
                link.at,
                fix=fix,
                object=name,
                evidence="certain" if target is not None else "likely",
            )
