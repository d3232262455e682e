"""An expression that is not in Prometheus's own layout.

Flagged:
    - alert: Errors
      expr: sum(rate(errors_total[5m]))by(job)>1

Instead:
    - alert: Errors
      expr: sum by (job) (rate(errors_total[5m])) > 1

Source: Prometheus, the formatter of PromQL; `--fix` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.lang import promql


@lint("info", "strict", alone=True)
def well_formatted(subject: Subject) -> Iterator[Finding]:
    """Indentation of the whole text does not count."""
    for rule, _ in subject.queried:
        wanted = promql.format(rule.expr, version=rule.version, features=rule.features)
        if _lines(wanted) != _lines(rule.expr):
            yield Finding.in_rule(
                rule,
                f"{rule} is not in the usual layout",
                (0, len(rule.expr)),
                fix=f"write {wanted}" if "\n" not in wanted else "write it as --fix does",
                replacement=wanted,
            )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]
