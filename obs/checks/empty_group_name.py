"""A group of rules has no name.

Prometheus refuses the whole file.

Flagged:
    groups:
      - rules:
          - alert: NodeDown
            expr: up == 0

Instead:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0

Source: Prometheus 2.55, `rulefmt`: `Groupname must not be empty`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def empty_group_name(subject: Subject) -> Iterator[Finding]:
    """Groups without `name`, or with an empty one."""
    return of_reader(subject, "empty-group-name")
