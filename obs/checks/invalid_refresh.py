"""A refresh that is no interval.

Grafana does not refresh the dashboard, or does so as it likes.

Flagged:
    refresh: often
    panels: []

Instead:
    refresh: 1m
    panels: []

Source: Grafana 11, dashboard JSON model: `refresh`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.graph.refresh import seconds
from obs.model.dashboard import Dashboard


@dashboard_check()
def invalid_refresh(dashboard: Dashboard) -> Iterator[Finding]:
    """Empty is never; `auto` is as often as the screen has pixels for."""
    if dashboard.refresh not in ("", "auto") and seconds(dashboard.refresh) is None:
        yield Finding(
            f"{dashboard.refresh!r} is no interval that Grafana refreshes a dashboard in",
            dashboard.origin,
            fix='refresh="1m", or refresh="" for never',
            object=panel_title(dashboard),
        )
