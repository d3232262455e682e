"""keep_firing_for is shorter than the time between two evaluations.

The alert is looked at again only after it is over: it has no effect.

Flagged:
    groups:
      - name: shop
        interval: 1m
        rules:
          - alert: Errors
            expr: rate(errors_total[5m]) > 1
            keep_firing_for: 30s

Instead:
    groups:
      - name: shop
        interval: 1m
        rules:
          - alert: Errors
            expr: rate(errors_total[5m]) > 1
            keep_firing_for: 5m

Source: Prometheus 2.55, alerting rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.lang.duration import render


@lint("warning", alone=True)
def keep_firing_shorter_than_interval(subject: Subject) -> Iterator[Finding]:
    """Against the group's interval."""
    for alert in subject.alerts:
        if 0 < alert.keep_firing_for < alert.interval:
            yield Finding.in_rule(
                alert,
                f"{alert}: keep_firing_for of {render(alert.keep_firing_for)} has no effect: the group is evaluated "
                f"every {render(alert.interval)}",
                fix=f"use a multiple of {render(alert.interval)}",
                evidence="certain" if subject.stack is not None else "likely",
            )
