"""An AlertmanagerConfig that the Alertmanager's selectors do not take.

prometheus-operator passes over it in silence: none of its routes and receivers exists.

Flagged:
    apiVersion: monitoring.coreos.com/v1
    kind: Alertmanager
    metadata: {name: main, namespace: monitoring}
    spec:
      alertmanagerConfigSelector:
        matchLabels: {release: monitoring}
    ---
    apiVersion: monitoring.coreos.com/v1alpha1
    kind: AlertmanagerConfig
    metadata:
      name: discord
      namespace: monitoring
    spec:
      route: {receiver: "null"}
      receivers: [{name: "null"}]

Instead:
    apiVersion: monitoring.coreos.com/v1
    kind: Alertmanager
    metadata: {name: main, namespace: monitoring}
    spec:
      alertmanagerConfigSelector:
        matchLabels: {release: monitoring}
    ---
    apiVersion: monitoring.coreos.com/v1alpha1
    kind: AlertmanagerConfig
    metadata:
      name: discord
      namespace: monitoring
      labels: {release: monitoring}
    spec:
      route: {receiver: "null"}
      receivers: [{name: "null"}]

Source: prometheus-operator 0.77, `alertmanagerConfigSelector` and `alertmanagerConfigNamespaceSelector`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def ignored_alertmanager_config(subject: Subject) -> Iterator[Finding]:
    """Only where the files say what the selectors are."""
    return of_reader(subject, "ignored-alertmanager-config")
