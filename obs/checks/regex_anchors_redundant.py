"""A regular expression with anchors of its own.

Prometheus matches the whole value: `^` in front and `$` at the end say it twice.

Flagged:
    - alert: Down
      expr: up{job=~"^shop-.+$"} == 0

Instead:
    - alert: Down
      expr: up{job=~"shop-.+"} == 0

Source: Prometheus 2.55, label matchers: "fully anchored"; pint's promql/regexp finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.regex_matchers import literal, regex_matchers, source, unanchored, written
from obs.graph.subject import Subject


@lint("warning", alone=True)
def regex_anchors_redundant(subject: Subject) -> Iterator[Finding]:
    """Anchors around alternatives bind to the outer ones only, so those are not rewritten."""
    for rule, matcher in regex_matchers(subject):
        inner = unanchored(matcher.value)
        if inner == matcher.value or literal(inner) is not None:
            continue
        better = written(matcher.label, matcher.op, inner)
        yield Finding.in_rule(
            rule,
            f"{rule}: the regex of {matcher.label} is anchored already",
            (matcher.start, matcher.end),
            fix=f"write {better}",
            replacement=None if "|" in inner else better,
            cause=source(matcher),
        )
