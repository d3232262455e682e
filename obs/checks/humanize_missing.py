"""A message prints a rate with all its digits.

Flagged:
    - alert: Errors
      expr: rate(errors_total[5m]) > 1
      annotations:
        summary: "{{ $value }} errors per second"

Instead:
    - alert: Errors
      expr: rate(errors_total[5m]) > 1
      annotations:
        summary: "{{ $value | humanize }} errors per second"

Source: Prometheus 2.55, template functions; pint's alerts/template finds the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject

_BARE = re.compile(r"\{\{-?\s*((?:\$value|\.Value)\s*)-?\}\}")
_FRACTIONS = frozenset({"rate", "irate", "deriv"})


@lint("info")
def humanize_missing(subject: Subject) -> Iterator[Finding]:
    """Values that rate(), irate() or deriv() made."""
    for alert in subject.alerts:
        if alert.parts is None or not any(call.function in _FRACTIONS for call in alert.parts.calls):
            continue
        for text, template in alert.templates.items():
            found = _BARE.search(template.text) if text.startswith("annotation:") else None
            if found is not None:
                yield Finding.in_rule(
                    alert,
                    f"{alert} prints its value with all digits",
                    (found.start(1), found.start(1) + len(found[1].rstrip())),
                    text=text,
                    fix=f"write {found[1].rstrip()} | humanize",
                )
                break
