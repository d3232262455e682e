"""Two ConfigMaps hold a dashboard under the same file name.

The sidecar writes both to one file, so one of them is lost; which one changes from start to start.

Flagged:
    kind: ConfigMap
    apiVersion: v1
    metadata: {name: shop, labels: {grafana_dashboard: "1"}}
    data:
      overview.json: '{"uid": "shop", "title": "Shop", "panels": []}'
    ---
    kind: ConfigMap
    apiVersion: v1
    metadata: {name: cart, labels: {grafana_dashboard: "1"}}
    data:
      overview.json: '{"uid": "cart", "title": "Cart", "panels": []}'

Instead:
    kind: ConfigMap
    apiVersion: v1
    metadata: {name: shop, labels: {grafana_dashboard: "1"}}
    data:
      shop.json: '{"uid": "shop", "title": "Shop", "panels": []}'
    ---
    kind: ConfigMap
    apiVersion: v1
    metadata: {name: cart, labels: {grafana_dashboard: "1"}}
    data:
      cart.json: '{"uid": "cart", "title": "Cart", "panels": []}'

Source: k8s-sidecar 1.28: the key is the name of the file, in one folder for all ConfigMaps.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.chart_dashboards import CHART_FILES
from obs.graph.sidecar import DashboardFile, dashboard_files
from obs.graph.subject import Subject


@lint("error")
def dashboard_file_overwritten(subject: Subject) -> Iterator[Finding]:
    """In one folder; of a project, also the files of kube-prometheus-stack."""
    seen: dict[tuple[str, str], DashboardFile] = {}
    for file in dashboard_files(subject):
        if not file.labelled:
            continue
        first = seen.setdefault((file.folder, file.key), file)
        if first.object != file.object or first.namespace != file.namespace:
            yield Finding(
                f"ConfigMaps {first.object} and {file.object} both hold {file.key}: the sidecar keeps one of the two",
                file.at,
                fix="call the files after their dashboards",
                also=((first.at, "the other"),),
                object=f"ConfigMap {file.object}",
            )
        elif subject.program is not None and file.key in CHART_FILES:
            yield Finding(
                f"ConfigMap {file.object} holds {file.key}, as kube-prometheus-stack does: the sidecar keeps one",
                file.at,
                fix="call the file after its dashboard",
                object=f"ConfigMap {file.object}",
            )
