"""A query asks for a metric of a system that nothing in this project scrapes.

It shows nothing, and an alert over it can never fire, until the system is scraped.

Flagged:
    node = Target("node", provided_by="kube-prometheus-stack", exposes=["node_*"])
    down = Alert("RedisDown", expr="redis_up == 0", for_="5m", summary="Redis is down", description="It does not answer.")

Instead:
    node = Target("node", provided_by="kube-prometheus-stack", exposes=["node_*"])
    redis = Target("redis", provided_by="charts/redis", exposes=["redis_*"])
    down = Alert("RedisDown", expr="redis_up == 0", for_="5m", summary="Redis is down", description="It does not answer.")

A target that is declared and switched off is told by switched-off-target.

Source: Prometheus operator, ServiceMonitor and PodMonitor: without one, nothing of a service is scraped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("warning")
def unscraped_metric(subject: Subject) -> Iterator[Finding]:
    """Only where targets are declared: one finding for each system."""
    if subject.program is None or not subject.targets:
        return
    for one in subject.selections:
        if not one.sources or any(source.scraped is not None for source in one.sources):
            continue
        source = one.sources[0]
        pattern = one.metric.split("_", 1)[0]
        found = Finding.in_rule(
            one.rule,
            f"{one.rule} shows nothing: no target exposes {one.metric} of {source.title}",
            one.name_span,
            fix=f'add a Target(..., exposes=["{pattern}_*"]) once it is scraped: {source.switch_on}',
            evidence="likely",
        )
        yield replace(found, cause=source.title)
