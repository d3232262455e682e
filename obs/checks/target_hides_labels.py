"""A target is scraped so that the labels of its own metrics are put aside, and a query asks for them.

kube-state-metrics and the kubelet say of which pod a number is. Without `honor_labels`, Prometheus sets namespace, pod
and container to those of the exporter, and keeps the exporter's own as `exported_namespace` and so on.

Flagged:
    state = Target("kube-state-metrics", provided_by="kube-prometheus-stack", exposes=["kube_*"])
    limits = RecordingRule(
        "namespace_pod:limits:sum",
        expr="sum by (namespace, pod) (kube_pod_container_resource_limits{resource=\'cpu\'})",
    )

Instead:
    state = Target("kube-state-metrics", provided_by="kube-prometheus-stack", exposes=["kube_*"], honor_labels=True)
    limits = RecordingRule(
        "namespace_pod:limits:sum",
        expr="sum by (namespace, pod) (kube_pod_container_resource_limits{resource=\'cpu\'})",
    )

Source: Prometheus 2.55, scrape_config, `honor_labels`; kube-prometheus-stack 65.8.1, its ServiceMonitors.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("error")
def target_hides_labels(subject: Subject) -> Iterator[Finding]:
    """Declared targets of exporters that the catalogue knows to be scraped with honor_labels."""
    told: set[str] = set()
    for one in subject.selections if subject.targets else ():
        for source in one.sources:
            target, series = source.target, source.series
            if target is None or series is None or target.honor_labels or not target.enabled:
                continue
            hidden = sorted(set(series.own_labels) & set(series.system.scrape.target_labels))
            if not series.system.scrape.honor_labels or not hidden or target.name in told:
                continue
            if any("exported_" in str(step.source_labels) for step in target.metric_relabelings):
                continue
            told.add(target.name)
            yield Finding(
                f"target {target.name} puts the {' and '.join(hidden)} of {one.metric} aside as exported_{hidden[0]}",
                target.origin,
                why=f"{one.rule} would see those of the exporter itself",
                fix="Target(..., honor_labels=True), as its chart has it",
                object=f"target {target.name}",
                also=((one.rule.origin, "reads it"),),
            )
