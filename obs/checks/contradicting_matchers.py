"""A selector whose matchers exclude each other.

No series fulfils both, so the selector is always empty.

Flagged:
    - alert: Down
      expr: up{job="shop", job="cart"} == 0

Instead:
    - alert: Down
      expr: up{job=~"shop|cart"} == 0

Source: Prometheus 2.55, time series selectors: a series must match all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.lang.promql.label_sources import contradiction


@lint("error", alone=True)
def contradicting_matchers(subject: Subject) -> Iterator[Finding]:
    """An equality and any other matcher of the same label."""
    for rule, parts in subject.expressions:
        for selector in parts.selectors:
            why = contradiction(selector.matchers) if len(selector.matchers) > 1 else None
            if why is not None:
                yield Finding.in_rule(
                    rule,
                    f"{rule} selects nothing: {why.text}",
                    (why.start, why.end),
                    fix='select several values with one regex, =~"a|b"',
                )
