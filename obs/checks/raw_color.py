"""A colour is written as a number instead of by its name.

Named colours follow the theme: they are readable on light and on dark ground.

Flagged:
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'errors_total'}]
        options: {colorMode: background}
        fieldConfig:
          defaults:
            unit: short
            thresholds: {mode: absolute, steps: [{color: "#299c46", value: null}, {color: "#d44a3a", value: 1}]}

Instead:
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'errors_total'}]
        options: {colorMode: background}
        fieldConfig:
          defaults:
            unit: short
            thresholds: {mode: absolute, steps: [{color: blue, value: null}, {color: orange, value: 1}]}

Source: Grafana 11, `themes/createVisualizationColors`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.model.panel import Panel

_RAW = re.compile(r"#[0-9A-Fa-f]{3,8}|(?:rgb|hsl)a?\(.*\)")


@lint("info", profile="strict")
def raw_color(subject: Subject) -> Iterator[Finding]:
    """In thresholds and fixed colours; told once for each dashboard."""
    for dashboard in subject.dashboards:
        for panel in dashboard.panels():
            raw = next((one for one in _colours(panel) if _RAW.fullmatch(one)), None)
            if raw is not None:
                yield Finding.in_panel(
                    dashboard,
                    panel,
                    f"uses the colour {raw}",
                    fix='name one: "green", "semi-dark-orange", "light-blue" ...',
                    cause=f"colours of {dashboard.uid}",
                )


def _colours(panel: Panel) -> list[str]:
    found = [colour for _, colour in panel.thresholds.steps] if panel.thresholds is not None else []
    return [*found, str(panel.field.color.get("fixedColor", ""))]
