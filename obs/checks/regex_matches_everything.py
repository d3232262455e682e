"""A regular expression that matches every value, or none.

`=~".*"` selects nothing out: it is there for a choice that was never made. `!~".*"` selects nothing at all, and
`!~".+"` only the series without the label. `=~".+"`, which asks for any value, says what it means.

Flagged:
    - alert: Down
      expr: up{job=~".*"} == 0

Instead:
    - alert: Down
      expr: up == 0

Flagged:
    - alert: Down
      expr: up{job!~".+"} == 0

Instead:
    - alert: Down
      expr: up{job=""} == 0

Source: Prometheus 2.55, label matchers; pint's promql/regexp finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.regex_matchers import regex_matchers, source, unanchored, written
from obs.graph.subject import Subject


@lint("warning", alone=True)
def regex_matches_everything(subject: Subject) -> Iterator[Finding]:
    """`.*` alone, and `.+` in a negation; in parentheses too."""
    for rule, matcher in regex_matchers(subject):
        bare = unanchored(matcher.value)
        if bare.startswith("(") and bare.endswith(")"):
            bare = bare[1:-1]
        if bare == ".+" and matcher.op == "!~":
            better = written(matcher.label, "=", "")
            yield Finding.in_rule(
                rule,
                f"{rule}: the regex of {matcher.label} only asks whether there is no value",
                (matcher.start, matcher.end),
                fix=f"write {better}",
                replacement=better,
                cause=source(matcher),
            )
        elif bare == ".*":
            everything = matcher.op == "=~"
            yield Finding.in_rule(
                rule,
                f"{rule}: the matcher of {matcher.label} lets {'everything' if everything else 'nothing'} through",
                (matcher.start, matcher.end),
                fix="leave the matcher out" if everything else "select what is meant",
                severity=None if everything else "error",
                cause=source(matcher),
            )
