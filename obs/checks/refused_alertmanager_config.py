"""An Alertmanager configuration, or an AlertmanagerConfig, that its program refuses.

Alertmanager runs on with the configuration that it had, or does not start; prometheus-operator leaves the object
out, and nobody hears of its alerts.

Flagged:
    route:
      receiver: ops
      group_wait: half a minute
    receivers:
      - name: ops

Instead:
    route:
      receiver: ops
      group_wait: 30s
    receivers:
      - name: ops

Source: Alertmanager 0.27, `config.Load`; prometheus-operator 0.77, validation of AlertmanagerConfig.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def refused_alertmanager_config(subject: Subject) -> Iterator[Finding]:
    """In the program's own words, at the place that they are about as far as it is known."""
    return of_reader(subject, "refused-alertmanager-config")
