"""Two sides of an operation whose labels can never match.

The operation returns nothing, whatever the series are; `unless` removes nothing.

Flagged:
    - alert: ErrorRatio
      expr: sum by (pod) (rate(errors_total[5m])) / on (pod) sum by (job) (rate(requests_total[5m])) > 0.1
      for: 5m

Instead:
    - alert: ErrorRatio
      expr: sum by (pod) (rate(errors_total[5m])) / on (pod) sum by (pod) (rate(requests_total[5m])) > 0.1
      for: 5m

Flagged:
    - alert: ShopDown
      expr: up{job="shop"} == 0 unless sum(maintenance)

Instead:
    - alert: ShopDown
      expr: up{job="shop"} == 0 unless on () sum(maintenance)

Source: Prometheus 2.55, vector matching; pint's promql/impossible finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.label_problems import DIFFERENT_VALUES, problems
from obs.graph.subject import Subject


@lint("warning", alone=True)
def impossible_join(subject: Subject) -> Iterator[Finding]:
    """Labels of which one side has none; different values are told by vector-mismatch."""
    for rule, why in problems(subject, "impossible-join"):
        if DIFFERENT_VALUES not in why.text:
            yield Finding.in_rule(
                rule,
                f"{rule}: the two sides can never match",
                (why.start, why.end),
                why=why.text,
                fix="match on labels that both sides keep, with on (...) or ignoring (...)",
                evidence="certain" if why.certain else "likely",
            )
