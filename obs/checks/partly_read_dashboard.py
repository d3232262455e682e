"""A dashboard of Grafana's schema v2 has parts that obs does not read.

They are passed over: nothing is said about them.

Flagged:
    {"elements": {"lib": {"kind": "LibraryPanel", "spec": {}}},
     "layout": {"kind": "GridLayout", "spec": {"items": [
       {"kind": "GridLayoutItem", "spec": {"element": {"name": "lib"}}}]}}}

Instead:
    {"elements": {}, "layout": {"kind": "GridLayout", "spec": {"items": []}}}

Source: Grafana 12, `dashboard.grafana.app/v2alpha1` and `v2beta1`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("info")
def partly_read_dashboard(subject: Subject) -> Iterator[Finding]:
    """Named once for each dashboard."""
    return of_reader(subject, "partly-read-dashboard")
