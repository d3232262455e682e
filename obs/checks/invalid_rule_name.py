"""A recording rule stores its result under a name that no metric can have.

Prometheus refuses the whole file. Labels do not belong into the name.

Flagged:
    groups:
      - name: nodes
        rules:
          - record: 'job:up:sum{team="a"}'
            expr: sum by (job) (up)

Instead:
    groups:
      - name: nodes
        rules:
          - record: job:up:sum
            expr: sum by (job) (up)
            labels:
              team: a

Source: Prometheus 2.55, `rulefmt`: `invalid recording rule name`; 3.0 takes any UTF-8 name but braces.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def invalid_rule_name(subject: Subject) -> Iterator[Finding]:
    """Names of recording rules; an alert may be named anything."""
    return of_reader(subject, "invalid-rule-name")
