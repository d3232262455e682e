"""A regular expression that matches one string only.

Flagged:
    - alert: Down
      expr: up{job=~"shop"} == 0

Instead:
    - alert: Down
      expr: up{job="shop"} == 0

Source: Prometheus 2.55, label matchers; pint's promql/regexp finds the same. `--fix` writes the equality.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.regex_matchers import EQUALITY, literal, regex_matchers, source, unanchored, written
from obs.graph.subject import Subject


@lint("warning", alone=True)
def regex_redundant(subject: Subject) -> Iterator[Finding]:
    """Patterns without any sign, or with escaped ones only; absent() would show an equality in its result."""
    for rule, matcher in regex_matchers(subject):
        value = literal(unanchored(matcher.value))
        if value is None:
            continue
        better = written(matcher.label, EQUALITY[matcher.op], value)
        yield Finding.in_rule(
            rule,
            f"{rule}: the regex of {matcher.label} matches one string only",
            (matcher.start, matcher.end),
            fix=f"write {better}",
            replacement=None if "absent" in rule.expr else better,
            cause=source(matcher),
        )
