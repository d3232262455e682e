"""A number turns red at 80 although nobody said so.

A panel without thresholds of its own has Grafana's: green, and red from 80 on. That is meant for percent.

Flagged:
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum(queue_length)'}]
        fieldConfig: {defaults: {unit: short}}

Instead:
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum(queue_length)'}]
        fieldConfig:
          defaults: {unit: short, thresholds: {mode: absolute, steps: [{color: green, value: null}]}}

Source: Grafana 11, `getDefaultThresholds`: 80.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.model.panel import Panel

_DEFAULT = (None, 80)
_COLOURED = frozenset({"stat", "gauge", "bargauge"})


@lint("info", alone=True)
def red_at_eighty(subject: Subject) -> Iterator[Finding]:
    """Panels that take their colour from thresholds and show something else than percent."""
    for dashboard in subject.dashboards:
        for panel in dashboard.panels():
            if panel.type in _COLOURED and panel.queries and _by_default(panel):
                yield Finding.in_panel(
                    dashboard,
                    panel,
                    "turns red at 80, Grafana's default, whatever its number means",
                    fix='thresholds=("green",) for one colour, or limits of its own',
                    cause=f"thresholds of {dashboard.uid}",
                )


def _by_default(panel: Panel) -> bool:
    if panel.unit in ("percent", "percentunit") or panel.options.get("colorMode") == "none":
        return False
    if panel.field.color.get("mode", "thresholds") != "thresholds" or panel.field.mappings:
        return False
    limits = panel.thresholds
    return limits is None or (
        limits.mode == "absolute" and tuple(value for value, _ in limits.steps) == _DEFAULT
    )
