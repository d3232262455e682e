"""A dashboard that Grafana does not load: no title, or an identity that it refuses.

It logs an error and the dashboard is not there.

Flagged:
    uid: example
    title: ""
    panels: []

Instead:
    uid: example
    title: Example
    panels: []

Source: Grafana 11.3, provisioning: `dashboard title cannot be empty`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.checks.reading import of_reader
from obs.graph.subject import Subject


@lint("error")
def invalid_dashboard_json(subject: Subject) -> Iterator[Finding]:
    """What the reader of dashboards cannot take in at all."""
    return of_reader(subject, "invalid-dashboard-json")
