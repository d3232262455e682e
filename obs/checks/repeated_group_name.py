"""Two groups of one file have the same name.

Prometheus refuses the whole file.

Flagged:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
      - name: nodes
        rules:
          - alert: DiskFull
            expr: node_filesystem_avail_bytes < 1e9

Instead:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
      - name: disks
        rules:
          - alert: DiskFull
            expr: node_filesystem_avail_bytes < 1e9

Source: Prometheus 2.55, `rulefmt`: `groupname is repeated in the same file`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def repeated_group_name(subject: Subject) -> Iterator[Finding]:
    """Names are compared within a file or object; two files may share one."""
    return of_reader(subject, "repeated-group-name")
