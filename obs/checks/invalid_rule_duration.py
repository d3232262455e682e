"""A `for`, `keep_firing_for` or `interval` is no duration.

Prometheus refuses the whole file.

Flagged:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
            for: 5 minutes

Instead:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
            for: 5m

Source: Prometheus 2.55, `model.ParseDuration`: units y, w, d, h, m, s, ms, biggest first, whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def invalid_rule_duration(subject: Subject) -> Iterator[Finding]:
    """Durations of rules and groups."""
    return of_reader(subject, "invalid-rule-duration")
