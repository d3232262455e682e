"""A route sends to a receiver that nobody defines.

Alertmanager refuses the whole configuration and runs on with the old one, or does not start; prometheus-operator
leaves the whole AlertmanagerConfig out.

Flagged:
    route:
      receiver: opps
    receivers:
      - name: ops

Instead:
    route:
      receiver: ops
    receivers:
      - name: ops

In values of kube-prometheus-stack a list of receivers replaces the chart's, whose route of Watchdog stays.

Flagged:
    kube-prometheus-stack:
      alertmanager:
        config:
          route: {receiver: ops}
          receivers:
            - name: ops

Instead:
    kube-prometheus-stack:
      alertmanager:
        config:
          route: {receiver: ops}
          receivers:
            - name: ops
            - name: "null"

Source: Alertmanager 0.27, configuration: `undefined receiver used in route`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def undefined_receiver(subject: Subject) -> Iterator[Finding]:
    """Receivers named by routes, in files, objects and Helm values."""
    return of_reader(subject, "undefined-receiver")
