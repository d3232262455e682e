"""A rule has no expression.

Prometheus refuses the whole file.

Flagged:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            for: 5m

Instead:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
            for: 5m

Source: Prometheus 2.55, `rulefmt`: `field 'expr' must be set in rule`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def rule_without_expr(subject: Subject) -> Iterator[Finding]:
    """Rules whose `expr` is missing or empty."""
    return of_reader(subject, "rule-without-expr")
