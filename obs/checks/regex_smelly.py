"""A label's value is taken apart by a regular expression.

`job=~"shop_.+_prod"` finds two facts in one text; a label of its own for each is faster, and matches nothing else.

Flagged:
    - alert: Down
      expr: up{job=~"shop_.+_prod"} == 0

Instead:
    - alert: Down
      expr: up{service=~"shop|cart", environment="prod"} == 0

Source: pint's promql/regexp, `smelly`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.regex_matchers import regex_matchers
from obs.graph.subject import Subject

_APART = re.compile(r"[\w:/-]+\.[*+][\w:/-]+|\.[*+][\w:/-]+\.[*+]")


@lint("info", "strict")
def regex_smelly(subject: Subject) -> Iterator[Finding]:
    """Text, anything, text; or anything, text, anything."""
    for rule, matcher in regex_matchers(subject):
        if _APART.fullmatch(matcher.value):
            yield Finding.in_rule(
                rule,
                f"{rule} takes the values of {matcher.label} apart with a regex",
                (matcher.start, matcher.end),
                fix="give each fact a label of its own",
            )
