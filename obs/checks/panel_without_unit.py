"""A panel shows numbers without a unit.

Nobody can tell whether 12000 are bytes, milliseconds or requests.

Flagged:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'latency_seconds'}]

Instead:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'latency_seconds'}]
        fieldConfig: {defaults: {unit: s}}

Source: Grafana 11, standard options: unit. dashboard-linter's panel-units-rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.model.panel import Panel

_NUMBERS = frozenset({"timeseries", "stat", "gauge", "bargauge"})


@lint("info", alone=True)
def panel_without_unit(subject: Subject) -> Iterator[Finding]:
    """Panels of numbers; those that show words for them (value mappings) or a label need none."""
    for dashboard in subject.dashboards:
        for panel in dashboard.panels():
            if panel.type in _NUMBERS and panel.queries and not panel.unit and not _shows_words(panel):
                yield Finding.in_panel(
                    dashboard,
                    panel,
                    "shows numbers without a unit",
                    fix='unit="s", "bytes", "reqps", "percentunit" ...; "short" for a plain count',
                    cause=f"units of {dashboard.uid}",
                )


def _shows_words(panel: Panel) -> bool:
    reduced = panel.options.get("reduceOptions")
    other_field = isinstance(reduced, dict) and reduced.get("fields") not in (None, "")
    named = panel.options.get("textMode") in ("name", "none")
    unit = any(name in ("unit", "mappings") for one in panel.overrides for name, _ in one.properties)
    return bool(panel.field.mappings) or other_field or named or unit
