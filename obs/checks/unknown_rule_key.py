"""A rule, a group or a rule file has a key that Prometheus does not know.

Prometheus refuses the whole file; in a PrometheusRule Kubernetes drops the key in silence.

Flagged:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
            anotations:
              summary: A node is down

Instead:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
            annotations:
              summary: A node is down

Source: Prometheus 2.55, `rulefmt`: strict decoding, `field not found in type`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def unknown_rule_key(subject: Subject) -> Iterator[Finding]:
    """Keys of other rulers (Thanos, Mimir, Loki, vmalert) are told as such, at info."""
    return of_reader(subject, "unknown-rule-key")
