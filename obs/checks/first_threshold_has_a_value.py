"""The first threshold has a value, and applies below it all the same.

Grafana takes the first step for the base, whatever its value: numbers under it get its colour too.

Flagged:
    panels:
      - type: stat
        targets: [{refId: A, expr: up}]
        fieldConfig: {defaults: {thresholds: {mode: absolute, steps: [{color: red, value: 80}]}}}

Instead:
    panels:
      - type: stat
        targets: [{refId: A, expr: up}]
        fieldConfig:
          defaults: {thresholds: {mode: absolute, steps: [{color: green, value: null}, {color: red, value: 80}]}}

Source: Grafana 11, thresholds: the first step's value is null, which means minus infinity.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject


@lint("warning")
def first_threshold_has_a_value(subject: Subject) -> Iterator[Finding]:
    """Where numbers below it are possible; a first step at 0 is for numbers that are never negative."""
    for dashboard in subject.dashboards:
        for panel in dashboard.panels():
            limits = panel.thresholds
            first = limits.base if limits is not None else None
            if limits is not None and first is not None and first > 0:
                yield Finding(
                    f"panel {panel.title or panel.key!r} shows every number below {first:g} in {limits.steps[0][1]} too",
                    panel.origin,
                    "the first step is the base, whatever its value",
                    "put a step without a value (null) before it",
                    object=panel_title(dashboard, panel),
                )
