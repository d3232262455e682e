"""A rule of Loki's ruler asks for log lines instead of a number.

The ruler evaluates metric queries only: a selector with its filters has to be counted over a time.

Flagged:
    groups:
      - name: logs
        rules:
          - alert: Errors
            expr: '{app="shop"} |= "ERROR"'

Instead:
    groups:
      - name: logs
        rules:
          - alert: Errors
            expr: count_over_time({app="shop"} |= "ERROR" [5m]) > 0

Source: Loki 3.4, rules: an alert's expression is a metric query; promruval's logQlExpressionUsesRangeAggregation.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.lang import logql
from obs.lang.error import LanguageError


@lint("error")
def log_query_in_rule(subject: Subject) -> Iterator[Finding]:
    """What is no LogQL at all is told by invalid-logql."""
    for rule in subject.log_rules:
        try:
            query = logql.check(rule.expr)
        except LanguageError:
            continue
        if query.kind == "log":
            yield Finding.in_rule(
                rule,
                f"{rule} asks for lines, and a rule needs numbers",
                (0, len(rule.expr)),
                fix=f"count_over_time({rule.expr.strip()} [5m]) > 0",
            )
