"""Text for Grafana, Prometheus or Alertmanager in a Helm template, which Helm takes for its own.

Helm stops at `{{pod}}` and `{{ $labels.pod }}`, and prints nothing for `{{ .Value }}`: the legend or the message is
lost.

Flagged:
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: {{ .Release.Name }}-dashboard
    data:
      errors.json: |
        {"title": "Errors", "panels": [{"targets": [{"legendFormat": "{{pod}}"}]}]}

Instead:
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: {{ .Release.Name }}-dashboard
    data:
      errors.json: |
        {"title": "Errors", "panels": [{"targets": [{"legendFormat": "{{ `{{pod}}` }}"}]}]}

Source: Helm 3, template guide; Go text/template.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def eaten_by_helm(subject: Subject) -> Iterator[Finding]:
    """Files under a chart's templates, and others that use Helm's own objects."""
    return of_reader(subject, "eaten-by-helm")
