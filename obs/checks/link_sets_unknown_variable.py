"""A link to a dashboard sets a variable that the dashboard does not have.

Grafana passes over it, and the dashboard opens on whatever it shows by itself.

Flagged:
    links: [{title: Errors, type: link, url: "/d/example?var-ns=shop"}]
    templating: {list: [{name: namespace, type: textbox}]}
    panels:
      - {type: stat, datasource: {type: loki, uid: loki}, targets: [{refId: A, expr: 'sum(rate({namespace="$namespace"}[5m]))'}]}

Instead:
    links: [{title: Errors, type: link, url: "/d/example?var-namespace=shop"}]
    templating: {list: [{name: namespace, type: textbox}]}
    panels:
      - {type: stat, datasource: {type: loki, uid: loki}, targets: [{refId: A, expr: 'sum(rate({namespace="$namespace"}[5m]))'}]}

An alert leads to a dashboard as well: by an address in an annotation, or by `dashboard=`.

Flagged:
    nodes = ExternalDashboard("7d57716318ee0dddbac5a7f451fb7753", title="Nodes", variables={"node": "instance"})
    busy = Alert("Busy", expr="node_load1 > 10", summary="Busy", description="A node is busy.", dashboard=nodes)

Instead:
    nodes = ExternalDashboard("7d57716318ee0dddbac5a7f451fb7753", title="Nodes", variables={"instance": "instance"})
    busy = Alert("Busy", expr="node_load1 > 10", summary="Busy", description="A node is busy.", dashboard=nodes)

Source: Grafana 11, dashboard URL variables: `var-NAME=value`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from obs.checks.base import Finding, lint
from obs.graph.chart_dashboards import CHART_VARIABLES
from obs.graph.dashboard_links import Destination, alert_destination, dashboard_links
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject


@lint("warning")
def link_sets_unknown_variable(subject: Subject) -> Iterator[Finding]:
    """Links to dashboards that are at hand, or that the chart brings."""
    variables = {
        dashboard.uid: [variable.name for variable in dashboard.variables] for dashboard in subject.dashboards
    }
    for link in dashboard_links(subject):
        name = panel_title(link.dashboard, link.panel)
        for found in _unknown(link.to, variables, f"{name}: the link {link.title!r}"):
            yield replace(found, at=link.at, object=name)
    for alert in subject.alerts:
        leads = alert_destination(alert)
        for found in _unknown(leads[1], variables, f"{alert}: {leads[0]}") if leads is not None else ():
            yield replace(found, at=alert.origin, object=alert.title)


def _unknown(to: Destination, variables: Mapping[str, Sequence[str]], what: str) -> Iterator[Finding]:
    known = variables.get(to.uid, sorted(CHART_VARIABLES.get(to.uid, ())))
    ours = to.uid in variables
    for name in to.variables if known or ours else ():
        close = get_close_matches(name, known, 1, 0.5 if ours else 0.75)
        if name not in known:
            yield Finding(
                f"{what} sets {name}, a variable that dashboard {to.uid} does not have",
                why=f"it has {', '.join(known) or 'none'}",
                fix=f"did you mean {close[0]}?" if close else "leave it out, or add the variable there",
                evidence="certain" if ours else "likely",
                severity=None if ours or close else "info",  # the chart's differ from release to release
            )
