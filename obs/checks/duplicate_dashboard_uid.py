"""Two dashboards have the same uid.

Grafana keeps one of them, and writes the other over it whenever it loads its files.

Flagged:
    kind: ConfigMap
    apiVersion: v1
    metadata: {name: dashboards}
    data:
      shop.json: '{"uid": "shop", "title": "Shop", "panels": []}'
      cart.json: '{"uid": "shop", "title": "Cart", "panels": []}'

Instead:
    kind: ConfigMap
    apiVersion: v1
    metadata: {name: dashboards}
    data:
      shop.json: '{"uid": "shop", "title": "Shop", "panels": []}'
      cart.json: '{"uid": "cart", "title": "Cart", "panels": []}'

Source: Grafana 11, provisioning: `the same UID is used more than once`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject
from obs.model.dashboard import Dashboard


@lint("warning")
def duplicate_dashboard_uid(subject: Subject) -> Iterator[Finding]:
    """Copies of one dashboard are taken for the same. A project with two of one uid does not even build."""
    seen: dict[str, Dashboard] = {}
    for dashboard in subject.dashboards:
        first = seen.setdefault(dashboard.uid, dashboard)
        if first is dashboard or first == dashboard:
            continue
        yield Finding(
            f"dashboards {first.title!r} and {dashboard.title!r} both have the uid {dashboard.uid!r}",
            dashboard.origin,
            "Grafana keeps one of them only",
            "give one of them another uid",
            also=((first.origin, "the other"),) if first.origin is not None else (),
            object=panel_title(dashboard),
            evidence="likely",
        )
