"""Dashboards as Grafana's classic JSON, one file each."""

from __future__ import annotations

from obs.artifact import Artifact
from obs.formats import canonical_json, grafana_json
from obs.graph.program import Program


def dashboard_files(program: Program) -> list[Artifact]:
    """`files/dashboards/<uid>.json`."""
    return [
        Artifact(
            f"{program.settings.chart}/files/dashboards/{dashboard.uid}.json",
            canonical_json.dumps(grafana_json.render(dashboard, program.panel_ids[dashboard.uid])),
            (dashboard.origin,) if dashboard.origin else (),
            "dashboards",
        )
        for dashboard in program.placed
    ]
