"""Helm templates that cannot be looked at without running Helm.

What they make depends on values, so nothing is said about it.

Flagged:
    groups:
      - name: nodes
    {{ .Values.rules | indent 4 }}
      {{- range .Values.more }}
      - name: {{ .name }}
        rules: [{{ .rules }}
      {{- end }}

Instead:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0

Source: Helm 3, `helm template`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("info")
def helm_template_skipped(subject: Subject) -> Iterator[Finding]:
    """One note for all of them."""
    return of_reader(subject, "helm-template-skipped")
