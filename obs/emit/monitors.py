"""ServiceMonitors and PodMonitors of the targets that no other chart brings."""

from __future__ import annotations

from obs.artifact import Artifact
from obs.emit.notice import notice
from obs.emit.values import relabeling
from obs.formats import yaml
from obs.graph.program import Program
from obs.model.service import Target

FOLDERS = {"service": "monitors", "pod": "podmonitors"}
"""Where the chart's templates look for the specs of each kind."""


def monitor_files(program: Program) -> list[Artifact]:
    """`files/monitors/<target>.yaml`, the spec of a ServiceMonitor, or `files/podmonitors` that of a PodMonitor.

    Switched-off targets make none, unless theirs is to be ready.
    """
    return [
        Artifact(
            f"{program.settings.chart}/files/{FOLDERS[target.monitor]}/{target.name}.yaml",
            yaml.dumps(spec(target), header=notice(program, target.origin)).encode(),
            (target.origin,),
            "monitors",
        )
        for target in sorted(program.definitions.targets, key=lambda target: target.name)
        if target.compiled
    ]


def spec(target: Target) -> dict[str, yaml.Value]:
    """The `spec` that prometheus-operator 0.77 reads."""
    endpoint: dict[str, yaml.Value] = {"port": target.port, "path": target.path, "interval": target.interval}
    if target.honor_labels:
        endpoint["honorLabels"] = True
    if target.relabelings:
        endpoint["relabelings"] = [relabeling(step) for step in target.relabelings]
    if target.metric_relabelings:
        endpoint["metricRelabelings"] = [relabeling(step) for step in target.metric_relabelings]
    found: dict[str, yaml.Value] = {"jobLabel": target.job_label} if target.job_label else {}
    return found | {
        "namespaceSelector": _namespaces(target),
        "selector": _selector(target),
        "podMetricsEndpoints" if target.monitor == "pod" else "endpoints": [endpoint],
    }


def _namespaces(target: Target) -> dict[str, yaml.Value]:
    name = target.namespace or (target.service.namespace if target.service is not None else "")
    return {"any": True} if name == "*" else {"matchNames": [name]}


def _selector(target: Target) -> dict[str, yaml.Value]:
    """Without labels of its own a service's monitor selects by the service's name, and any other selects all."""
    labels: dict[str, yaml.Value] = dict(target.selector)
    if not labels and target.service is not None:
        labels = {"app.kubernetes.io/name": target.service.name}
    return {"matchLabels": labels} if labels else {}
