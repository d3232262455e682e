"""A dashboard has the uid or the title of one that kube-prometheus-stack brings.

Both are loaded into one Grafana, which keeps one of them, or refuses to write either.

Flagged:
    dashboard = Dashboard(
        uid="6581e46e4e5c7ba40a07646395ef7b23", title="Pods", data=prometheus, rows=[[stat("Up", "sum(up)", unit="short")]]
    )

Instead:
    dashboard = Dashboard(uid="shop-pods", title="Pods", data=prometheus, rows=[[stat("Up", "sum(up)", unit="short")]])

Source: kube-prometheus-stack 88.5, templates/grafana/dashboards-1.14; Helm charts issue 4405.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.chart_dashboards import CHART_DASHBOARDS
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject


@lint("error")
def dashboard_of_the_chart(subject: Subject) -> Iterator[Finding]:
    """Of files: only one that cannot be the chart's own, since title and uid are not those of one dashboard."""
    by_uid = {one.uid: one for one in CHART_DASHBOARDS if one.uid}
    by_title = {one.title: one for one in CHART_DASHBOARDS if one.title}
    for dashboard in subject.dashboards:
        same_uid, same_title = by_uid.get(dashboard.uid), by_title.get(dashboard.title)
        own = subject.program is not None
        if same_uid is not None and (own or (same_uid.title and same_uid.title != dashboard.title)):
            what, one = f"the uid {dashboard.uid!r}", same_uid
        elif same_title is not None and own:
            what, one = f"the title {dashboard.title!r}", same_title
        else:
            continue
        yield Finding(
            f"dashboard {dashboard.title!r} has {what} of kube-prometheus-stack's {one.file}",
            dashboard.origin,
            "Grafana keeps one of the two, or refuses to write either",
            "choose another, or switch the chart's off: grafana.defaultDashboardsEnabled",
            object=panel_title(dashboard),
            evidence="certain" if own else "likely",
            severity=None if own and what.startswith("the uid") else "warning",
        )
