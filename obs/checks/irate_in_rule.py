"""irate() decides whether an alert fires.

It looks at the last two samples only: one quiet scrape resets `for`, one busy scrape between two evaluations is missed.

Flagged:
    - alert: Errors
      expr: irate(errors_total[5m]) > 1
      for: 5m

Instead:
    - alert: Errors
      expr: rate(errors_total[5m]) > 1
      for: 5m

Source: Prometheus 2.55, `irate()`: "use rate for alerts".
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("warning", alone=True)
def irate_in_rule(subject: Subject) -> Iterator[Finding]:
    """A warning in alerts; in records, which panels may want, only a remark."""
    for rule, call in subject.uses.calls("irate"):
        yield Finding.in_rule(
            rule,
            f"{rule} sees only the last two samples",
            (call.start, call.start + len("irate")),
            fix="use rate()",
            severity=None if rule.kind == "alert" else "info",
        )
