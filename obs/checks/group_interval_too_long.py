"""A group is evaluated less often than every five minutes.

What it records goes stale in between, so queries see gaps; its alerts resolve and fire again in Alertmanager, which
forgets an alert that it does not hear of.

Flagged:
    groups:
      - name: slow
        interval: 10m
        rules:
          - record: job:requests:rate1h
            expr: sum by (job) (rate(requests_total[1h]))

Instead:
    groups:
      - name: slow
        interval: 5m
        rules:
          - record: job:requests:rate1h
            expr: sum by (job) (rate(requests_total[1h]))

An alert that keeps firing for that long is safe.

Instead:
    groups:
      - name: slow
        interval: 10m
        rules:
          - alert: Slow
            expr: latency > 1
            keep_firing_for: 10m

Source: Prometheus 2.55, `--query.lookback-delta` is 5m; pint's group/interval finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Rule, Subject
from obs.lang.duration import render

LOOKBACK = 300_000


@lint("warning", alone=True)
def group_interval_too_long(subject: Subject) -> Iterator[Finding]:
    """Once for a group, at its first rule that suffers."""
    told: set[tuple[str, str]] = set()
    for rule in subject.rules:
        group = (rule.origin.file, rule.group)
        if rule.interval > LOOKBACK and group not in told and _suffers(rule):
            told.add(group)
            yield Finding(
                f"group {rule.group} is evaluated every {render(rule.interval)}: {rule} has gaps in between",
                rule.origin,
                why="an instant query looks back 5m",
                fix="use an interval of 5m or less"
                + (f", or keep_firing_for: {render(rule.interval)}" if rule.kind == "alert" else ""),
                object=f"group {rule.group}",
            )


def _suffers(rule: Rule) -> bool:
    return rule.kind == "record" or rule.keep_firing_for < rule.interval
