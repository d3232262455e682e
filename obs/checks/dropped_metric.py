"""A query asks for a metric that kube-prometheus-stack throws away when it is scraped.

The chart's own relabelling of cAdvisor drops what it takes for useless; the series is exposed and never stored.

Flagged:
    record = RecordingRule(
        "namespace:throttled:rate5m",
        expr="sum by (namespace) (rate(container_cpu_cfs_throttled_seconds_total[5m]))",
    )

Instead:
    record = RecordingRule(
        "namespace:throttled:rate5m",
        expr="sum by (namespace) (rate(container_cpu_cfs_throttled_periods_total[5m]))",
    )

Source: kube-prometheus-stack 65.8.1, kubelet.serviceMonitor.cAdvisorMetricRelabelings.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.chart_values import settings, uses_chart
from obs.graph.subject import Subject


@lint("warning")
def dropped_metric(subject: Subject) -> Iterator[Finding]:
    """Where the chart is declared, and its relabelling is not set by hand."""
    told: set[tuple[str, str]] = set()
    for one in subject.selections:
        series = one.only
        if series is None or not series.dropped or (one.rule.title, one.metric) in told:
            continue
        if not uses_chart(subject) or any(settings(subject, "cAdvisorMetricRelabelings")):
            return
        told.add((one.rule.title, one.metric))
        yield Finding.in_rule(
            one.rule,
            f"{one.rule} selects nothing: kube-prometheus-stack drops {one.metric}",
            one.name_span,
            fix="use another metric, or set kubelet.serviceMonitor.cAdvisorMetricRelabelings in the chart's values",
            evidence="likely",
        )
