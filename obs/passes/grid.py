"""Gives every panel its place in Grafana's grid."""

from __future__ import annotations

from collections.abc import Iterable

from obs.diagnostic import Diagnostic
from obs.model.dashboard import Dashboard
from obs.model.layout import grid_faults, placed


def place(dashboards: Iterable[Dashboard]) -> tuple[tuple[Dashboard, ...], list[Diagnostic]]:
    """The dashboards with all places, and what does not fit."""
    done = tuple(placed(dashboard) for dashboard in dashboards)
    return done, [fault for dashboard in done for fault in grid_faults(dashboard)]
