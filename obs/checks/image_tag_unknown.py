"""A version is written in a form that no image of that program is tagged with: with a `v` too few, or too many.

The pod never starts: the registry has no such image.

Flagged:
    stack = Stack(
        release="monitoring", namespace="monitoring",
        charts=[Dependency("kube-prometheus-stack", version="65.8.1", repository="https://prometheus-community.github.io/helm-charts")],
        prometheus=PrometheusServer(version="2.55.0"), alertmanager=AlertmanagerServer(version="v0.27.0"),
        grafana=GrafanaServer(version="11.3.0", url="http://grafana.example"), operator="v0.77.2", loki="3.4.2", promtail="3.0.0",
    )

Instead:
    stack = Stack(
        release="monitoring", namespace="monitoring",
        charts=[Dependency("kube-prometheus-stack", version="65.8.1", repository="https://prometheus-community.github.io/helm-charts")],
        prometheus=PrometheusServer(version="v2.55.0"), alertmanager=AlertmanagerServer(version="v0.27.0"),
        grafana=GrafanaServer(version="11.3.0", url="http://grafana.example"), operator="v0.77.2", loki="3.4.2", promtail="3.0.0",
    )

Source: the tags of quay.io/prometheus/prometheus and quay.io/prometheus/alertmanager (`v2.55.0`).
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program


@check()
def image_tag_unknown(program: Program) -> Iterator[Diagnostic]:
    """The versions that the chart sets as tags of images."""
    stack = program.stack
    for name, version, origin in (
        ("Prometheus", stack.prometheus.version, stack.prometheus.origin),
        ("Alertmanager", stack.alertmanager.version, stack.alertmanager.origin),
    ):
        if not version.startswith("v"):
            yield Diagnostic(
                "image-tag-unknown",
                f"no image of {name} has the tag {version}: the pod never starts",
                origin,
                fix=f'version="v{version}"',
            )
