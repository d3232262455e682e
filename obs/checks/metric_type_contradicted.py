"""A metric's handle says another type than its exporter does.

What is checked of its queries is then wrong: `rate()` over what is said to be a gauge, a counter that is read raw.

Flagged:
    node = Target("node", provided_by="kube-prometheus-stack", exposes=["node_*"])
    cpu = node.metric("node_cpu_seconds_total", "gauge")

Instead:
    node = Target("node", provided_by="kube-prometheus-stack", exposes=["node_*"])
    cpu = node.metric("node_cpu_seconds_total", "counter")

Source: the exporters' `# TYPE` lines, as the catalogue lists them.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("warning")
def metric_type_contradicted(subject: Subject) -> Iterator[Finding]:
    """Handles of projects, where everyone who has the metric agrees on its type."""
    program = subject.program
    for metric in program.definitions.metrics if program is not None else ():
        found = {(one.type, one.entry.type) for one in subject.metrics.series(metric.name)}
        if metric.type == "unknown" or len(found) != 1:
            continue
        series, entry = found.pop()
        if series != "untyped" and metric.type not in (series, entry):
            yield Finding(
                f"{metric} is a {series}, and its handle says {metric.type}",
                metric.origin,
                why="by the # TYPE line of its exporter",
                fix=f'write "{series}"',
                object=f"metric {metric}",
                evidence="likely",
            )
