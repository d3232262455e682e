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
from obs.graph.regex_matchers import regex_matchers, source
from obs.graph.subject import Subject

_TEXT = r"(?:[\w:/-]|\\?\.(?![*+?{]))+"
_APART = re.compile(rf"{_TEXT}\.[*+]{_TEXT}|\.[*+]{_TEXT}\.[*+]")
_NUMBERS = re.compile(r"[\d.*+]+")


@lint("info", "strict", alone=True)
def regex_smelly(subject: Subject) -> Iterator[Finding]:
    """Text, anything, text; or anything, text, anything. Not the digits of a status code."""
    for rule, matcher in regex_matchers(subject):
        if _APART.fullmatch(matcher.value) and not _NUMBERS.fullmatch(matcher.value):
            yield Finding.in_rule(
                rule,
                f"{rule} takes the values of {matcher.label} apart with a regex",
                (matcher.start, matcher.end),
                fix="give each fact a label of its own",
                cause=source(matcher),
            )
