"""A dashboard of Grafana's schema v2 is given to the sidecar, which writes it to a file.

Provisioning from files loads the classic schema only, so the dashboard is not there.

Flagged:
    kind: ConfigMap
    apiVersion: v1
    metadata: {name: shop, labels: {grafana_dashboard: "1"}}
    data:
      shop.json: '{"apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard", "metadata": {"name": "shop"}, "spec": {"title": "Shop",
        "elements": {}, "layout": {"kind": "GridLayout", "spec": {"items": []}}}}'

Instead:
    kind: ConfigMap
    apiVersion: v1
    metadata: {name: shop, labels: {grafana_dashboard: "1"}}
    data:
      shop.json: '{"uid": "shop", "title": "Shop", "panels": []}'

Source: Grafana 12 and 13: v2 is for the API (`dashboard.grafana.app/v2`), file provisioning takes the classic model.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.sidecar import dashboard_files
from obs.graph.subject import Subject


@lint("error")
def v2_dashboard_in_sidecar(subject: Subject) -> Iterator[Finding]:
    """Files in ConfigMaps that carry the sidecar's label."""
    for file in dashboard_files(subject):
        if file.labelled and '"elements"' in file.text and _is_v2(file.text):
            yield Finding(
                f"{file.key} is in Grafana's schema v2, which it does not load from files",
                file.at,
                fix="export it as a classic dashboard, or send it to the API",
                object=f"ConfigMap {file.object}",
            )


def _is_v2(text: str) -> bool:
    try:
        document = json.loads(text)
    except ValueError:
        return False
    spec = document.get("spec", document) if isinstance(document, dict) else None
    return isinstance(spec, dict) and "elements" in spec and "layout" in spec and "panels" not in spec
