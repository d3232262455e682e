"""Thresholds that do not rise.

Grafana takes the steps in the order in which they are written, so some of them never apply.

Flagged:
    panels:
      - type: stat
        targets: [{refId: A, expr: up}]
        fieldConfig:
          defaults:
            thresholds:
              mode: absolute
              steps: [{color: green, value: null}, {color: red, value: 10}, {color: orange, value: 2}]

Instead:
    panels:
      - type: stat
        targets: [{refId: A, expr: up}]
        fieldConfig:
          defaults:
            thresholds:
              mode: absolute
              steps: [{color: green, value: null}, {color: orange, value: 2}, {color: red, value: 10}]

Source: Grafana 11, thresholds: the steps are sorted, the first is the base.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel


@dashboard_check()
def thresholds_out_of_order(dashboard: Dashboard) -> Iterator[Finding]:
    """The limits of each panel, and those that overrides give to single fields."""
    for panel in dashboard.panels():
        name = f"panel {panel.title or panel.key!r}"
        for what, values in _limits(panel):
            problem = ""
            if None in values:
                problem = f"{name}: a threshold other than the first{what} has no value"
            elif any(
                later <= earlier for earlier, later in pairwise(one for one in values if one is not None)
            ):
                problem = f"{name}: its thresholds {values}{what} do not rise, so some of them never apply"
            if problem:
                yield Finding(problem, panel.origin, object=panel_title(dashboard, panel))


def _limits(panel: Panel) -> Iterator[tuple[str, list[float | None]]]:
    """All but the first of each list of steps."""
    if panel.thresholds is not None:
        yield "", [value for value, _ in panel.thresholds.steps[1:]]
    for override in panel.overrides:
        for name, value in override.properties:
            steps = value.get("steps") if name == "thresholds" and isinstance(value, Mapping) else None
            if isinstance(steps, list):
                yield f" of {override.matches}", [_number(step) for step in steps[1:]]


def _number(step: object) -> float | None:
    value = step.get("value") if isinstance(step, Mapping) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
