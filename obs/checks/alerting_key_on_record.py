"""A recording rule has `for`, `keep_firing_for` or `annotations`, which only alerts have.

Prometheus refuses the whole file.

Flagged:
    groups:
      - name: nodes
        rules:
          - record: job:up:sum
            expr: sum by (job) (up)
            for: 5m

Instead:
    groups:
      - name: nodes
        rules:
          - record: job:up:sum
            expr: sum by (job) (up)

Source: Prometheus 2.55, `rulefmt`: `invalid field 'for' in recording rule`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def alerting_key_on_record(subject: Subject) -> Iterator[Finding]:
    """Keys of alerts on recording rules."""
    return of_reader(subject, "alerting-key-on-record")
