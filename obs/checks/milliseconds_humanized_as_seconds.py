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

Source: Prometheus 2.55, template function `humanizeDuration`: of seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.lang.promql.syntax import Binary

_HUMANIZED = re.compile(r"(?:\$value|\.Value)\s*\|\s*(humanizeDuration)\b")
_MILLISECONDS = ("_milliseconds", "_millis", "_ms")


@lint("warning")
def milliseconds_humanized_as_seconds(subject: Subject) -> Iterator[Finding]:
    """Metrics that are called so, with no arithmetic that could change the unit."""
    for alert in subject.alerts:
        if alert.flow is None or alert.parts is None:
            continue
        metrics = [branch.metric or "" for branch in alert.flow.live]
        if (
            not metrics
            or not all(name.endswith(_MILLISECONDS) for name in metrics)
            or _calculates(alert.parts.binaries)
        ):
            continue
        for name, text in alert.annotations.items():
            found = _HUMANIZED.search(text)
            if found is not None:
                yield Finding.in_rule(
                    alert,
                    f"{alert} prints a thousand times too much: {metrics[0]} is in milliseconds",
                    found.span(1),
                    text=f"annotation:{name}",
                    fix="divide by 1000 in the expression",
                    evidence="likely",
                )
                break


def _calculates(binaries: tuple[Binary, ...]) -> bool:
    return any(node.op in {"*", "/", "-", "+"} for node in binaries)
