"""A rule has both `alert` and `record`.

Prometheus refuses the whole file.

Flagged:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            record: job:up:sum
            expr: sum by (job) (up) == 0

Instead:
    groups:
      - name: nodes
        rules:
          - record: job:up:sum
            expr: sum by (job) (up)
          - alert: NodeDown
            expr: job:up:sum == 0

Source: Prometheus 2.55, `rulefmt`: `only one of 'record' and 'alert' must be set`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def alert_and_record(subject: Subject) -> Iterator[Finding]:
    """Rules that cannot be told to be of one kind."""
    return of_reader(subject, "alert-and-record")
