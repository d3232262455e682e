"""Routes as the spec of an AlertmanagerConfig (monitoring.coreos.com/v1alpha1)."""

from __future__ import annotations

from typing import cast

from obs.artifact import Artifact
from obs.emit.notice import notice
from obs.formats import yaml
from obs.graph.delivery import route_spec
from obs.graph.program import Program


def route_files(program: Program) -> list[Artifact]:
    """`files/alertmanager/<name>.yaml`; the chart gives each its metadata."""
    return [
        Artifact(
            f"{program.settings.chart}/files/alertmanager/{route.name}.yaml",
            yaml.dumps(cast("yaml.Value", route_spec(route)), header=notice(program, route.origin)).encode(),
            (route.origin,),
            "routes",
        )
        for route in sorted(program.definitions.routes, key=lambda route: route.name)
    ]
