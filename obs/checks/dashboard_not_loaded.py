"""A ConfigMap with a dashboard lacks the label by which Grafana's sidecar finds it: nobody ever sees the dashboard.

Flagged:
    kube-prometheus-stack:
      grafana:
        sidecar: {dashboards: {enabled: true}}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: shop, labels: {app: shop}}
    data:
      shop.json: '{"uid": "shop", "title": "Shop", "panels": []}'

Instead:
    kube-prometheus-stack:
      grafana:
        sidecar: {dashboards: {enabled: true}}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: shop, labels: {app: shop, grafana_dashboard: "1"}}
    data:
      shop.json: '{"uid": "shop", "title": "Shop", "panels": []}'

Source: chart grafana 8, `sidecar.dashboards.label` and `labelValue`; kube-prometheus-stack 65.8.1 sets
`grafana_dashboard` and "1".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.checks.base import Finding, lint
from obs.graph.document import Document
from obs.graph.releases import chart_paths
from obs.graph.subject import Subject

LABEL, VALUE = "grafana_dashboard", "1"


@lint("error")
def dashboard_not_loaded(subject: Subject) -> Iterator[Finding]:
    """Where values of the stack's Grafana, or the labels of its fellows, say what is asked for."""
    asked = _asked(subject)
    if asked is None:
        return
    name, value = asked
    for document in subject.of_kind("ConfigMap"):
        labels = _labels(document)
        if name not in labels:
            problem = f"has no label {name}"
        elif value and str(labels[name]) != value:
            problem = f"has {name}: {labels[name]}, and the sidecar asks for {value}"
        else:
            continue
        yield Finding(
            f"ConfigMap {document.name} with a dashboard {problem}: Grafana does not load it",
            document.at("metadata", "labels"),
            fix=f'labels: {{{name}: "{value or VALUE}"}}',
            object=f"ConfigMap {document.name}",
            evidence="likely",
        )


def _asked(subject: Subject) -> tuple[str, str] | None:
    """The label, and its value where one is asked for; None where nothing says that a sidecar looks for any."""
    for values in subject.of_kind("values"):
        for path in chart_paths(values):
            grafana = values.get(*path, "grafana")
            if path and isinstance(grafana, Mapping) and grafana.get("enabled") is not False:
                return _of_sidecar(values, (*path, "grafana", "sidecar", "dashboards"))
    if any(LABEL in _labels(one) for one in subject.of_kind("ConfigMap")):
        return LABEL, ""
    return None


def _of_sidecar(values: Document, path: tuple[str, ...]) -> tuple[str, str] | None:
    given = values.get(*path)
    sidecar = given if isinstance(given, Mapping) else {}
    if sidecar.get("enabled") is False:
        return None
    label, value = sidecar.get("label"), sidecar.get("labelValue")
    return str(label or LABEL), VALUE if value is None else str(value)


def _labels(document: Document) -> Mapping[object, object]:
    found = document.get("metadata", "labels")
    return found if isinstance(found, Mapping) else {}
