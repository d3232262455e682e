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

from collections.abc import Iterator
from itertools import pairwise

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.model.dashboard import Dashboard


@dashboard_check()
def thresholds_out_of_order(dashboard: Dashboard) -> Iterator[Finding]:
    """The limits of each panel."""
    for panel in dashboard.panels():
        limits = panel.thresholds
        if limits is None:
            continue
        values, name = limits.values, f"panel {panel.title or panel.key!r}"
        problem = ""
        if any(later <= earlier for earlier, later in pairwise(values)):
            problem = f"{name}: its thresholds {list(values)} do not rise, so some of them never apply"
        elif any(value is None for value, _ in limits.steps[1:]):
            problem = f"{name}: a threshold other than the first has no value"
        if problem:
            yield Finding(problem, panel.origin, object=panel_title(dashboard, panel))
