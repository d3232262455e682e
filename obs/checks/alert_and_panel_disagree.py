"""A panel shows what an alert measures, and changes its colour at another value than the one at which the alert fires.

One of the two was changed and the other forgotten: the panel is green while the alert fires, or red while it does not.

Flagged:
    dashboard = Dashboard(
        uid="shop",
        title="Shop",
        data=prometheus,
        rows=[[stat("Down", "sum(up == bool 0)", unit="short", thresholds=("green", 5, "red"))]],
    )
    down = Alert("Down", expr="sum(up == bool 0) > 3", summary="Targets are down", description="Some.")

Instead:
    dashboard = Dashboard(
        uid="shop",
        title="Shop",
        data=prometheus,
        rows=[[stat("Down", "sum(up == bool 0)", unit="short", thresholds=("green", 3, "red"))]],
    )
    down = Alert("Down", expr="sum(up == bool 0) > 3", summary="Targets are down", description="Some.")

Source: Prometheus 2.55, alerting rules; Grafana 11, thresholds.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from obs.checks.base import Finding, lint
from obs.graph.measured import drawn
from obs.graph.subject import Subject

_DEFAULT = (80,)
"""Grafana's own threshold, which nobody chose."""


@lint("warning")
def alert_and_panel_disagree(subject: Subject) -> Iterator[Finding]:
    """Panels with limits of their own, none of which is the alert's; several alerts may share a panel."""
    fired: dict[int, list[float]] = {}
    pairs = list(drawn(subject))
    for pair in pairs:
        fired.setdefault(id(pair.query.panel), []).append(pair.threshold)
    for pair in pairs:
        panel, limits = pair.query.panel, pair.query.panel.thresholds
        values = limits.values if limits is not None and limits.mode == "absolute" else ()
        if (
            not values
            or values == _DEFAULT
            or any(isclose(pair.threshold, one, rel_tol=1e-6) for one in values)
        ):
            continue
        if all(any(isclose(one, other, rel_tol=1e-6) for other in fired[id(panel)]) for one in values):
            continue  # its limits are those of other alerts
        yield Finding.in_panel(
            pair.query.dashboard,
            panel,
            f"changes its colour at {', '.join(f'{one:g}' for one in values)}, and {pair.alert} fires at "
            f"{pair.threshold:g}",
            why="both measure the same",
            fix="take one number for both",
            also=((pair.alert.origin, f"the alert {pair.alert}"),),
            evidence="likely",
        )
