"""A rule file has a second YAML document: Prometheus passes over it in silence.

It reads the first document of each file. The rules behind `---` are never loaded.

Flagged:
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: up == 0
    ---
    groups:
      - name: disks
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

Source: Prometheus 2.55, `rulefmt.Parse`: one document is decoded.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("warning")
def ignored_yaml_document(subject: Subject) -> Iterator[Finding]:
    """Documents of rule files after the first; manifests may be many in a file."""
    return of_reader(subject, "ignored-yaml-document")
