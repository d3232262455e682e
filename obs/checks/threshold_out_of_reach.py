"""A panel of a ratio has limits above 1: a ratio from 0 to 1 never gets there, and the colour never changes.

Flagged:
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum(rate(requests_total{code="500"}[5m])) / sum(rate(requests_total[5m]))'}]
        fieldConfig:
          defaults:
            unit: percentunit
            thresholds: {mode: absolute, steps: [{color: green, value: null}, {color: red, value: 5}]}

Instead:
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum(rate(requests_total{code="500"}[5m])) / sum(rate(requests_total[5m]))'}]
        fieldConfig:
          defaults:
            unit: percentunit
            thresholds: {mode: absolute, steps: [{color: green, value: null}, {color: red, value: 0.05}]}

Source: Grafana 11, units: `percentunit` shows 1 as 100%; thresholds are compared with the value itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import PanelQuery, panel_title
from obs.graph.ratios import kind_of
from obs.graph.subject import Subject


@lint("warning")
def threshold_out_of_reach(subject: Subject) -> Iterator[Finding]:
    """Panels whose limits are absolute and all of whose queries are ratios."""
    ratios: dict[int, bool] = {}
    panels: dict[int, PanelQuery] = {}
    for one, parts in subject.expressions:
        if isinstance(one, PanelQuery) and one.panel.thresholds is not None and one.query is not None:
            is_ratio = kind_of(one.query.tree, parts) == "ratio"
            ratios[id(one.panel)] = ratios.get(id(one.panel), True) and is_ratio
            panels.setdefault(id(one.panel), one)
    for key, one in panels.items():
        limits = one.panel.thresholds
        assert limits is not None
        values = limits.values
        if ratios[key] and limits.mode == "absolute" and values and values[-1] > 1:
            yield Finding(
                f"{one.panel.title or one.panel.key}: its limits reach {values[-1]:g}, and a ratio goes from 0 to 1",
                one.panel.origin,
                fix=f"in parts of 1: {', '.join(f'{value / 100:g}' for value in values)}",
                object=panel_title(one.dashboard, one.panel),
            )
