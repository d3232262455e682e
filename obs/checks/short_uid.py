"""A dashboard's uid is shorter than Grafana's own schema asks for.

Grafana loads it; tools that check dashboards against the schema do not. A short word is also what somebody else takes.

Flagged:
    uid: shop
    panels: []

Instead:
    uid: shop-overview
    panels: []

Source: Grafana's JSON schema of dashboards: a uid has 8 to 40 characters.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject

_SHORTEST = 8


@lint("info", "strict", alone=True)
def short_uid(subject: Subject) -> Iterator[Finding]:
    """Longer ones than 40 characters are refused when they are read."""
    for dashboard in subject.dashboards:
        if len(dashboard.uid) < _SHORTEST:
            yield Finding(
                f"the uid {dashboard.uid!r} has {len(dashboard.uid)} characters; Grafana's schema asks for 8 to 40",
                dashboard.origin,
                fix="say in it what the dashboard is about",
                object=panel_title(dashboard),
            )
