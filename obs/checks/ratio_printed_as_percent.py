"""A message prints a ratio with a percent sign.

An error ratio of 0.05 reads as 0.05%, a hundredth of what it is.

Flagged:
    - alert: Errors
      expr: sum(rate(requests_total{code=~"5.."}[5m])) / sum(rate(requests_total[5m])) > 0.05
      for: 5m
      annotations:
        summary: '{{ printf "%.2f" $value }}% of the requests fail'

Instead:
    - alert: Errors
      expr: sum(rate(requests_total{code=~"5.."}[5m])) / sum(rate(requests_total[5m])) > 0.05
      for: 5m
      annotations:
        summary: "{{ $value | humanizePercentage }} of the requests fail"

Source: Prometheus 2.55, template functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.ratios import measured
from obs.graph.subject import Subject

_PERCENT = re.compile(r"\{\{[^}]*(?:\$value|\.Value)[^}]*\}\}\s?%")
_SCALED = ("humanizePercentage", "mul", "100")


@lint("warning", alone=True)
def ratio_printed_as_percent(subject: Subject) -> Iterator[Finding]:
    """Values that are proved to be ratios."""
    for alert in subject.alerts:
        for name, text in alert.annotations.items():
            found = _PERCENT.search(text) if "%" in text else None
            if found is None or any(word in found[0] for word in _SCALED):
                continue
            value = (
                measured(alert.query.tree, alert.parts, subject.metrics.measured)
                if alert.query and alert.parts
                else None
            )
            if value is not None and value.kind == "ratio":
                yield Finding.in_rule(
                    alert,
                    f"{alert} prints a ratio from 0 to 1 as if it were percent",
                    found.span(),
                    text=f"annotation:{name}",
                    fix="write {{ $value | humanizePercentage }}",
                )
                break
