"""An alert leads to a panel that its dashboard does not have.

Whoever follows the link at night sees an error, or the whole dashboard, and searches.

Flagged:
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: dashboards}
    data:
      shop.json: >-
        {"uid": "shop", "title": "Shop", "panels": [{"id": 1, "type": "stat", "title": "Errors", "gridPos":
        {"x": 0, "y": 0, "w": 6, "h": 4}, "targets": [{"refId": "A", "expr": "up"}]}]}
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: PrometheusRule
    metadata: {name: shop}
    spec:
      groups:
        - name: shop
          rules:
            - alert: Down
              expr: up == 0
              annotations: {__dashboardUid__: shop, __panelId__: "7"}

Instead:
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: dashboards}
    data:
      shop.json: >-
        {"uid": "shop", "title": "Shop", "panels": [{"id": 1, "type": "stat", "title": "Errors", "gridPos":
        {"x": 0, "y": 0, "w": 6, "h": 4}, "targets": [{"refId": "A", "expr": "up"}]}]}
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: PrometheusRule
    metadata: {name: shop}
    spec:
      groups:
        - name: shop
          rules:
            - alert: Down
              expr: up == 0
              annotations: {__dashboardUid__: shop, __panelId__: "1"}

Flagged:
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: dashboards}
    data:
      shop.json: >-
        {"uid": "shop", "title": "Shop", "panels": [{"id": 1, "type": "stat", "title": "Errors", "gridPos":
        {"x": 0, "y": 0, "w": 6, "h": 4}, "targets": [{"refId": "A", "expr": "up"}]}]}
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: PrometheusRule
    metadata: {name: shop}
    spec:
      groups:
        - name: shop
          rules:
            - alert: Down
              expr: up == 0
              annotations: {dashboard_url: "https://grafana.example/d/shop?viewPanel=panel-7"}

Instead:
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: dashboards}
    data:
      shop.json: >-
        {"uid": "shop", "title": "Shop", "panels": [{"id": 1, "type": "stat", "title": "Errors", "gridPos":
        {"x": 0, "y": 0, "w": 6, "h": 4}, "targets": [{"refId": "A", "expr": "up"}]}]}
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: PrometheusRule
    metadata: {name: shop}
    spec:
      groups:
        - name: shop
          rules:
            - alert: Down
              expr: up == 0
              annotations: {dashboard_url: "https://grafana.example/d/shop?viewPanel=panel-1"}

Source: Grafana 11: `__dashboardUid__`, `__panelId__`; `viewPanel=panel-ID` in an address.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.dashboard_links import alert_destination, panels_by_id
from obs.graph.subject import Subject


@lint("warning")
def alert_links_to_missing_panel(subject: Subject) -> Iterator[Finding]:
    """Where the dashboard is here and all its panels have ids."""
    dashboards = {dashboard.uid: dashboard for dashboard in subject.dashboards}
    for alert in subject.alerts if dashboards else ():
        found = alert_destination(alert)
        dashboard = dashboards.get(found[1].uid) if found is not None else None
        if found is None or dashboard is None or found[1].panel is None:
            continue
        panels = panels_by_id(subject, dashboard)
        if panels is not None and found[1].panel not in panels:
            known = ", ".join(
                f"{number} {panel.title!r}" for number, panel in sorted(panels.items()) if panel
            )
            yield Finding(
                f"{alert} leads to panel {found[1].panel}, which dashboard {dashboard.uid} does not have",
                alert.origin,
                f"its annotation {found[0]} says so",
                f"the dashboard has: {known}",
                also=((dashboard.origin, "the dashboard"),) if dashboard.origin is not None else (),
                object=alert.title,
            )
