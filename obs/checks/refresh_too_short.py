"""A dashboard asks again more often than new samples arrive.

Every viewer sends all its queries each time, and sees the same numbers until the next scrape.

Flagged:
    refresh: 10s
    panels:
      - {type: stat, targets: [{refId: A, expr: up}]}

Instead:
    refresh: 1m
    panels:
      - {type: stat, targets: [{refId: A, expr: up}]}

Source: kube-prometheus-stack scrapes every 30 seconds unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.graph.refresh import seconds
from obs.model.dashboard import Dashboard

_SHORTEST = 30
"""Seconds; the operator's default scrape interval."""


@dashboard_check("warning")
def refresh_too_short(dashboard: Dashboard) -> Iterator[Finding]:
    """Below the interval in which servers usually scrape."""
    every = seconds(dashboard.refresh) if dashboard.refresh else None
    if every is not None and every < _SHORTEST:
        yield Finding(
            f"every viewer asks all queries of {dashboard.uid} again each {dashboard.refresh}",
            dashboard.origin,
            fix='refresh="1m"',
            object=panel_title(dashboard),
            cause=f"refresh {dashboard.refresh}",
        )
