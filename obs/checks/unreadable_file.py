"""A file that cannot be read: broken YAML or JSON, another encoding, or too large.

The program that loads it refuses it whole, so none of its rules, routes or panels exists. Everything else is still
checked.

Flagged:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: 'up{job="node"} == 0

Instead:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: 'up{job="node"} == 0'

Source: YAML 1.2; Prometheus, Grafana and Alertmanager stop at the first error of a file.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def unreadable_file(subject: Subject) -> Iterator[Finding]:
    """Every file that the reader could not take in, at the character where it stopped."""
    return of_reader(subject, "unreadable-file")
