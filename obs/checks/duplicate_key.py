"""A key is given twice in one mapping.

Programs written in Go refuse the whole file; others take the last value and drop the first in silence.

Flagged:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
            for: 5m
            for: 10m

Instead:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
            for: 10m

Source: YAML 1.2, 3.2.1.3; go-yaml v3: `mapping key already defined`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def duplicate_key(subject: Subject) -> Iterator[Finding]:
    """Every repeated key of a file that obs reads."""
    return of_reader(subject, "duplicate-key")
