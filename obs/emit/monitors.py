"""ServiceMonitors of the targets that no other chart brings."""

from __future__ import annotations

from obs.artifact import Artifact
from obs.emit.notice import notice
from obs.emit.values import relabeling
from obs.formats import yaml
from obs.graph.program import Program
from obs.model.service import Target


def monitor_files(program: Program) -> list[Artifact]:
    """`files/monitors/<target>.yaml`, the spec of a ServiceMonitor; switched-off targets make none."""
    return [
        Artifact(
            f"{program.settings.chart}/files/monitors/{target.name}.yaml",
            yaml.dumps(spec(target), header=notice(program, target.origin)).encode(),
            (target.origin,),
            "monitors",
        )
        for target in sorted(program.definitions.targets, key=lambda target: target.name)
        if target.enabled and target.provided_by == "obs"
    ]


def spec(target: Target) -> dict[str, yaml.Value]:
    """The `spec` that prometheus-operator 0.77 reads."""
    assert target.service is not None
    endpoint: dict[str, yaml.Value] = {"port": target.port, "path": target.path, "interval": target.interval}
    if target.honor_labels:
        endpoint["honorLabels"] = True
    if target.metric_relabelings:
        endpoint["metricRelabelings"] = [relabeling(step) for step in target.metric_relabelings]
    labels = dict(target.selector) or {"app.kubernetes.io/name": target.service.name}
    return {
        "namespaceSelector": {"matchNames": [target.service.namespace]},
        "selector": {"matchLabels": labels},
        "endpoints": [endpoint],
    }
