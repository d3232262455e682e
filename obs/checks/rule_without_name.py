"""A rule has neither `alert` nor `record`.

Prometheus refuses the whole file.

Flagged:
    groups:
      - name: nodes
        rules:
          - Alert: NodeDown
            expr: up == 0

Instead:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0

Source: Prometheus 2.55, `rulefmt`: `one of 'record' or 'alert' must be set`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def rule_without_name(subject: Subject) -> Iterator[Finding]:
    """Rules whose kind and name are missing or empty."""
    return of_reader(subject, "rule-without-name")
