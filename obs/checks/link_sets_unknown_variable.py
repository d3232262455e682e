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

Source: Grafana 11, dashboard URL variables: `var-NAME=value`.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from obs.checks.base import Finding, lint
from obs.graph.dashboard_links import dashboard_links
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject


@lint("warning")
def link_sets_unknown_variable(subject: Subject) -> Iterator[Finding]:
    """Links to dashboards that are at hand."""
    variables = {
        dashboard.uid: [variable.name for variable in dashboard.variables] for dashboard in subject.dashboards
    }
    for link in dashboard_links(subject):
        known = variables.get(link.to.uid)
        for name in link.to.variables if known is not None else ():
            if known is None or name in known:
                continue
            close = get_close_matches(name, known, 1, 0.5)
            yield Finding(
                f"{panel_title(link.dashboard, link.panel)}: the link {link.title!r} sets {name}, "
                f"a variable that {link.to.uid} does not have",
                link.at,
                why=f"it has {', '.join(known) or 'none'}",
                fix=f"did you mean {close[0]}?" if close else "leave it out, or add the variable there",
                object=panel_title(link.dashboard, link.panel),
            )
