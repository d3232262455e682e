"""A dashboard shows times in the time zone of whoever looks at it.

Two people who talk about the same moment read different times; a screenshot says neither.

Flagged:
    timezone: browser
    panels: []

Instead:
    timezone: utc
    panels: []

Source: kubernetes-mixin shows its dashboards in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject


@lint("info", "mixin", alone=True)
def viewer_timezone(subject: Subject) -> Iterator[Finding]:
    """Neither UTC nor a place."""
    for dashboard in subject.dashboards:
        if dashboard.timezone in ("", "browser"):
            yield Finding(
                f"dashboard {dashboard.uid} shows times in each viewer's own time zone",
                dashboard.origin,
                fix='timezone="utc"',
                object=panel_title(dashboard),
                cause="timezone",
            )
