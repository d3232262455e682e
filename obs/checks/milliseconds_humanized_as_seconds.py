"""A message takes milliseconds for seconds.

`humanizeDuration` makes 1500 ms to 25m 0s.

Flagged:
    - alert: Slow
      expr: request_duration_milliseconds > 1500
      annotations:
        summary: "{{ $value | humanizeDuration }}"

Instead:
    - alert: Slow
      expr: request_duration_milliseconds / 1000 > 1.5
      annotations:
        summary: "{{ $value | humanizeDuration }}"

Flagged:
    - alert: SearchSlow
      expr: grafana_api_dashboard_search_milliseconds{quantile="0.9"} > 1500
      for: 5m
      annotations:
        summary: "{{ $value | humanizeDuration }}"

Instead:
    - alert: SearchSlow
      expr: grafana_api_dashboard_search_milliseconds{quantile="0.9"} / 1000 > 1.5
      for: 5m
      annotations:
        summary: "{{ $value | humanizeDuration }}"

Source: Prometheus 2.55, template function `humanizeDuration`: of seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.graph.units import unit_of

_HUMANIZED = re.compile(r"(?:\$value|\.Value)\s*\|\s*(humanizeDuration)\b")
_TOO_MUCH = {"milliseconds": "1000", "microseconds": "1e6", "nanoseconds": "1e9"}


@lint("warning", alone=True)
def milliseconds_humanized_as_seconds(subject: Subject) -> Iterator[Finding]:
    """By the catalogue, or by metrics that are called so; after arithmetic only where the unit is still known."""
    for alert in subject.alerts:
        if alert.query is None or not any("humanizeDuration" in text for text in alert.annotations.values()):
            continue
        unit = unit_of(alert.query.tree, subject.metrics)
        if unit is None or unit.name not in _TOO_MUCH or unit.rate:
            continue
        for name, text in alert.annotations.items():
            found = _HUMANIZED.search(text)
            if found is not None:
                yield Finding.in_rule(
                    alert,
                    f"{alert} prints {_TOO_MUCH[unit.name]} times too much: its value is in {unit}",
                    found.span(1),
                    text=f"annotation:{name}",
                    fix=f"divide by {_TOO_MUCH[unit.name]} in the expression",
                    evidence="likely",
                )
                break
