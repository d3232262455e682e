"""delta(), deriv() or predict_linear() over a counter.

They do not know that a counter starts again at zero when its process does: a restart looks like a fall.

Flagged:
    - alert: Errors
      expr: delta(errors_total[5m]) > 10

Instead:
    - alert: Errors
      expr: increase(errors_total[5m]) > 10

Source: Prometheus 2.55, `delta()`: "should only be used with gauges".
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("warning", alone=True)
def gauge_function_on_counter(subject: Subject) -> Iterator[Finding]:
    """By declared types, and the names' conventions as likely."""
    for found in subject.type_misuses:
        if found.misuse.kind == "gauge-function-on-counter":
            yield Finding.in_rule(
                found.rule,
                f"{found.rule}: {found.misuse.problem}",
                (found.misuse.start, found.misuse.end),
                fix=found.misuse.fix,
                evidence=found.evidence,
            )
