"""A curve of a ratio whose axis does not start at zero.

Grafana fits the axis to the curve: a change from 99.8 % to 99.9 % then looks like one from nothing to everything.

Flagged:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum(rate(errors_total{code="500"}[5m])) / sum(rate(errors_total[5m]))'}]
        fieldConfig: {defaults: {unit: percentunit}}

Instead:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum(rate(errors_total{code="500"}[5m])) / sum(rate(errors_total[5m]))'}]
        fieldConfig: {defaults: {unit: percentunit, min: 0}}

Source: Grafana 11, standard options: min; axis soft min.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("info", profile="strict", alone=True)
def ratio_without_minimum(subject: Subject) -> Iterator[Finding]:
    """Curves in percent, without any lower end of the axis."""
    for dashboard in subject.dashboards:
        for panel in dashboard.panels():
            field = panel.field
            open_ended = field.min is None and "axisSoftMin" not in field.custom
            if panel.type == "timeseries" and panel.unit in ("percent", "percentunit") and open_ended:
                yield Finding.in_panel(
                    dashboard,
                    panel,
                    "draws percent on an axis that need not start at zero",
                    fix="min=0",
                    cause=f"minimum of {dashboard.uid}",
                )
