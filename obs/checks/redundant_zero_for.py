"""`for: 0s`, which is the default.

Flagged:
    - alert: Down
      expr: up == 0
      for: 0m

Instead:
    - alert: Down
      expr: up == 0

Source: Prometheus 2.55, alerting rules; pint's alerts/for finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("info", alone=True)
def redundant_zero_for(subject: Subject) -> Iterator[Finding]:
    """`for` and `keep_firing_for`, where the rule spells them out."""
    for alert in subject.alerts:
        for key, value in (("for", alert.for_), ("keep_firing_for", alert.keep_firing_for)):
            if key in alert.given and value == 0:
                yield Finding.in_rule(alert, f"{alert}: {key} of zero is the default", fix=f"leave {key} out")
