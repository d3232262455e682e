"""A label or an annotation of a rule has a name that Prometheus does not take.

Prometheus refuses the whole file.

Flagged:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
            labels:
              on-call: ops

Instead:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
            labels:
              on_call: ops

Source: Prometheus 2.55, `rulefmt`: `invalid label name`, `invalid annotation name`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def invalid_label_name(subject: Subject) -> Iterator[Finding]:
    """Before Prometheus 3 names are letters, digits and _."""
    return of_reader(subject, "invalid-label-name")
