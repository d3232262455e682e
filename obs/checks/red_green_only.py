"""Good and bad differ only in red and green, which one man in twelve cannot tell apart.

Flagged:
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'errors_total'}]
        options: {colorMode: background}
        fieldConfig:
          defaults:
            unit: short
            thresholds: {mode: absolute, steps: [{color: green, value: null}, {color: red, value: 1}]}

Instead:
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'errors_total'}]
        options: {colorMode: background}
        fieldConfig:
          defaults:
            unit: short
            thresholds: {mode: absolute, steps: [{color: blue, value: null}, {color: red, value: 1}]}

Source: Grafana issue 27057 on its best practices; W3C, WCAG 2.2, use of color.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.model.panel import Panel

_RED = frozenset({"red", "dark-red", "semi-dark-red", "light-red", "super-light-red"})
_GREEN = frozenset(one.replace("red", "green") for one in _RED)
_COLOUR_ALONE = frozenset({"state-timeline", "status-history", "gauge", "bargauge"})


@lint("info", profile="strict")
def red_green_only(subject: Subject) -> Iterator[Finding]:
    """Where the colour is what is seen first: filled stats, gauges, states over time."""
    for dashboard in subject.dashboards:
        for panel in dashboard.panels():
            colours = (
                {colour for _, colour in panel.thresholds.steps} if panel.thresholds is not None else set()
            )
            if colours & _RED and colours & _GREEN and colours <= _RED | _GREEN and _is_coloured(panel):
                yield Finding.in_panel(
                    dashboard,
                    panel,
                    "tells good from bad by green and red alone",
                    fix='take "blue" for what is good, or "orange" for what is bad',
                    cause=f"colours of {dashboard.uid}",
                )


def _is_coloured(panel: Panel) -> bool:
    filled = panel.type == "stat" and str(panel.options.get("colorMode", "")).startswith("background")
    return filled or panel.type in _COLOUR_ALONE
