"""A rule reads a record that no rule stores.

A colon in a metric's name says that a rule records it. This one is empty.

Flagged:
    groups:
      - name: shop
        rules:
          - record: job:errors:rate5m
            expr: sum by (job) (rate(errors_total[5m]))
          - alert: Errors
            expr: job:error:rate5m > 1

Instead:
    groups:
      - name: shop
        rules:
          - record: job:errors:rate5m
            expr: sum by (job) (rate(errors_total[5m]))
          - alert: Errors
            expr: job:errors:rate5m > 1

What kube-prometheus-stack records itself is known.

Flagged:
    - alert: NodesBusy
      expr: instance:node_cpu_utilization:rate5m > 0.9

Instead:
    - alert: NodesBusy
      expr: instance:node_cpu_utilisation:rate5m > 0.9

Source: Prometheus, best practices: colons are reserved for recording rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from obs.checks.base import Finding, lint
from obs.graph.parts import metric_of
from obs.graph.subject import Subject


@lint("warning", alone=True)
def recording_rule_missing(subject: Subject) -> Iterator[Finding]:
    """A warning when a record of nearly that name is here; otherwise the rules may be somewhere else."""
    told: set[str] = set()
    for rule, parts in subject.expressions:
        if ":" not in rule.expr:
            continue
        for selector in parts.selectors:
            name = metric_of(selector)
            if name is None or ":" not in name or name in told or subject.metrics.sources(name):
                continue
            told.add(name)
            near = get_close_matches(name, subject.recorded, n=1, cutoff=0.9) or _of_the_chart(subject, name)
            yield Finding.in_rule(
                rule,
                f"{rule} reads {name}, which no rule here records",
                (selector.start, selector.start + len(name)),
                fix=f"did you mean {near[0]}?" if near else "add the rule that records it",
                evidence="likely" if near else "assumed",
                severity=None if near else "info",
            )


def _of_the_chart(subject: Subject, name: str) -> list[str]:
    """The record of kube-prometheus-stack with nearly that name."""
    chart = subject.metrics.catalogue.system("kps-recording-rules")
    return get_close_matches(name, chart.entries, n=1, cutoff=0.9) if chart is not None else []
