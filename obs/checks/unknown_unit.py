"""A unit that Grafana does not know.

It shows the word behind the bare number: `12000 millsec` instead of `12 s`.

Flagged:
    panels:
      - {type: stat, targets: [{refId: A, expr: up}], fieldConfig: {defaults: {unit: millsec}}}

Instead:
    panels:
      - {type: stat, targets: [{refId: A, expr: up}], fieldConfig: {defaults: {unit: ms}}}

A unit of your own says so with `suffix:`, `prefix:`, `si:`, `count:`, `currency:` or `time:`.

Source: Grafana 12, `valueFormats/categories.ts`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.model.dashboard import Dashboard
from obs.model.unit import known, resembling


@dashboard_check("warning")
def unknown_unit(dashboard: Dashboard) -> Iterator[Finding]:
    """The unit of each panel and of its overrides."""
    for panel in dashboard.panels():
        units = [panel.unit]
        for override in panel.overrides:
            units += [str(value) for name, value in override.properties if name == "unit" and value]
        for unit in units:
            if known(unit):
                continue
            meant = resembling(unit)
            yield Finding(
                f"panel {panel.title or panel.key!r}: Grafana knows no unit {unit!r} "
                "and shows the word behind the bare number",
                panel.origin,
                fix=f'unit="{meant}"' if meant else f'unit="suffix:{unit}" if that is meant',
                object=panel_title(dashboard, panel),
                cause=f"unit {unit} of {dashboard.uid}",
            )
