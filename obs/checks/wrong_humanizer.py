"""A message prints a value in a unit that it is not in.

`humanizeDuration` writes bytes as days, `humanize1024` writes seconds as KiB.

Flagged:
    - alert: MemoryLow
      expr: node_memory_MemAvailable_bytes < 1e9
      for: 5m
      annotations:
        summary: "{{ $value | humanizeDuration }} left"

Instead:
    - alert: MemoryLow
      expr: node_memory_MemAvailable_bytes < 1e9
      for: 5m
      annotations:
        summary: "{{ $value | humanize1024 }}B left"

Flagged:
    - alert: Restarted
      expr: time() - process_start_time_seconds < 600
      annotations:
        summary: "up since {{ $value | humanizeTimestamp }}"

Instead:
    - alert: Restarted
      expr: time() - process_start_time_seconds < 600
      annotations:
        summary: "up for {{ $value | humanizeDuration }}"

Source: Prometheus 2.55, template functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from obs.checks.base import Finding, lint
from obs.graph.subject import Rule, Subject
from obs.graph.units import Unit, unit_of

_HUMANIZER = re.compile(r"(?:\$value|\.Value)\s*\|\s*(humanize\w+)|\b(humanize\w+)\s+(?:\$value|\.Value)\b")
_WRITES: Mapping[str, frozenset[str]] = {
    "humanizeDuration": frozenset({"seconds", "milliseconds", "microseconds", "nanoseconds"}),
    "humanizeTimestamp": frozenset({"timestamp_seconds"}),
    "humanize1024": frozenset({"bytes", "kilobytes", "bits"}),
    "humanizePercentage": frozenset({"ratio", "percent"}),
}
_FOR = {
    "seconds": "humanizeDuration",
    "timestamp_seconds": "humanizeTimestamp",
    "bytes": "humanize1024",
    "ratio": "humanizePercentage",
}


@lint("warning", alone=True)
def wrong_humanizer(subject: Subject) -> Iterator[Finding]:
    """Milliseconds and percent have checks of their own."""
    for alert in subject.alerts:
        if alert.query is None or not any("humanize" in text for text in alert.annotations.values()):
            continue
        unit = unit_of(alert.query.tree, subject.metrics)
        if unit is not None and not unit.rate:
            yield from _wrong(alert, unit)


def _wrong(alert: Rule, unit: Unit) -> Iterator[Finding]:
    for name, text in alert.annotations.items():
        for found in _HUMANIZER.finditer(text):
            group = 1 if found[1] else 2
            if unit.name not in _WRITES.get(found[group], {unit.name}):
                yield Finding.in_rule(
                    alert,
                    f"{alert} prints {unit} with {found[group]}",
                    found.span(group),
                    text=f"annotation:{name}",
                    fix=f"use {_FOR[unit.name]}"
                    if unit.name in _FOR
                    else "print the plain number and its unit",
                    evidence="likely",
                )
