"""A message prints a label of series that are not there.

`absent()` makes its result up from the equality matchers of its selector; no other label is in it.

Flagged:
    - alert: JobMissing
      expr: absent(up)
      for: 5m
      annotations:
        summary: "{{ $labels.job }} is gone"

Instead:
    - alert: JobMissing
      expr: absent(up{job="shop"})
      for: 5m
      annotations:
        summary: "{{ $labels.job }} is gone"

Source: Prometheus 2.55, `absent()`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.label_problems import ABSENT, missing_reads
from obs.graph.subject import Subject


@lint("warning", alone=True)
def absent_loses_labels(subject: Subject) -> Iterator[Finding]:
    """Reads of labels beyond the equality matchers."""
    for found in missing_reads(subject):
        if found.why is not None and found.why.text.startswith(ABSENT):
            yield Finding.in_rule(
                found.rule,
                f"{found.rule} prints nothing for {found.label}: the series that are absent cannot tell it",
                (found.start, found.end),
                text=found.text,
                why=found.why.text,
                fix=f'select {found.label}="..." inside absent(), or write the value itself',
            )
