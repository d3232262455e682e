"""A list, a mapping or a text stands where another is wanted.

Prometheus refuses the whole file, so none of its rules is loaded.

Flagged:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
            labels: critical

Instead:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
            labels:
              severity: critical

Source: Prometheus 2.55, `rulefmt`: `cannot unmarshal`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def wrong_yaml_type(subject: Subject) -> Iterator[Finding]:
    """Groups, rules, labels and annotations of the wrong shape."""
    return of_reader(subject, "wrong-yaml-type")
