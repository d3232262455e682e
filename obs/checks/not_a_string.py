"""A label or annotation is a number, a truth value or nothing to YAML, where a text is wanted.

The API server refuses a PrometheusRule with it. Prometheus itself takes a file's `yes` as it is written, Helm and
kubectl make `true` of it.

Flagged:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
            labels:
              page: yes

Instead:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
            labels:
              page: "yes"

Source: prometheus-operator, PrometheusRule CRD: labels and annotations are maps of strings; YAML 1.1 booleans.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def not_a_string(subject: Subject) -> Iterator[Finding]:
    """Plain scalars that some reader takes for something other than a text."""
    return of_reader(subject, "not-a-string")
