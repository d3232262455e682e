"""Where `obs pipe` takes its stages and labels from: the project, or a Promtail configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from obs.cli.terminal import InputError, file_text
from obs.lang.error import LanguageError
from obs.record import dataclass

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_VALUES_PATHS = (
    ("config", "snippets", "pipelineStages"),
    ("promtail", "config", "snippets", "pipelineStages"),
)
"""Where Helm values of the chart hold the stages: alone, and below an umbrella chart."""


@dataclass(frozen=True, slots=True)
class Source:
    """Stages as YAML gives them, what they are called, and the labels that a line starts with."""

    stages: Sequence[object]
    name: str
    labels: Mapping[str, str]
    hint: str = ""
    """How to give lines their labels, when none were given."""

    @property
    def framed(self) -> bool:
        """Whether the pipeline expects the framing of the container runtime."""
        first = self.stages[0] if self.stages else None
        return isinstance(first, Mapping) and "cri" in first


def read_labels(given: Sequence[str]) -> dict[str, str]:
    """`a=b`, or several with commas; raises InputError."""
    labels: dict[str, str] = {}
    for text in given:
        pieces = text.split(",")
        if not all("=" in piece for piece in pieces):
            pieces = [text]
        for piece in pieces:
            name, equals, value = piece.partition("=")
            if not equals or not _LABEL.fullmatch(name):
                raise InputError(
                    f"{piece!r} is not a label", "--labels namespace=gateway --labels pod=gateway-0"
                )
            labels[name] = value
    return labels


def from_config(path: Path, name: str, labels: Mapping[str, str]) -> Source:
    """The stages of a Promtail configuration, of a list of stages, or of the chart's values; raises InputError."""
    from obs.formats import yaml

    try:
        document = yaml.loads(file_text(path))
    except LanguageError as error:
        place = f":{error.place.line}" if isinstance(error, yaml.YamlError) else ""
        raise InputError(f"{path}{place} is not YAML: {error.message}") from None
    found = _pipelines(document)
    if not found:
        raise InputError(
            f"{path} has no pipeline stages",
            "a Promtail configuration (scrape_configs), the chart's values, or a bare list of stages",
        )
    wanted = {name: found[name]} if name in found else {} if name else found
    if len(wanted) != 1:
        problem = f"{path} has no pipeline {name!r}" if name else f"{path} has {len(found)} pipelines"
        raise InputError(problem, f"--pipeline with one of: {', '.join(found)}")
    chosen, stages = next(iter(wanted.items()))
    return Source(stages, f"{path} ({chosen})" if chosen else str(path), labels)


def _pipelines(document: object) -> dict[str, Sequence[object]]:
    """Stages by the name of their job."""
    if isinstance(document, list):
        return {"": document}
    if not isinstance(document, Mapping):
        return {}
    if isinstance(document.get("pipeline_stages"), list):
        return {"": document["pipeline_stages"]}
    for path in _VALUES_PATHS:
        value: object = document
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        if isinstance(value, list):
            return {"": value}
    jobs = document.get("scrape_configs")
    found: dict[str, Sequence[object]] = {}
    for job in jobs if isinstance(jobs, list) else []:
        if isinstance(job, Mapping) and isinstance(job.get("pipeline_stages"), list):
            found[str(job.get("job_name") or len(found))] = job["pipeline_stages"]
    return found


def from_project(project: Path | None, name: str, service: str, labels: Mapping[str, str]) -> Source:
    """The stages of the project's pipeline; raises InputError, and ObsError for a project that cannot be read."""
    from obs import api
    from obs.graph.pipeline_stages import pipeline_stages
    from obs.report.text import where

    program = api.load_program(api.read_settings(project))
    pipeline = program.pipeline
    if pipeline is None:
        raise InputError("the project defines no pipeline", "--config promtail.yaml")
    names = {Path(pipeline.origin.file).stem, "pipeline"}
    if name and name not in names:
        raise InputError(f"the project has no pipeline {name!r}", f"one of: {', '.join(sorted(names))}")
    services = {one.name: one for one in program.definitions.services}
    if service and service not in services:
        raise InputError(f"the project has no service {service!r}", f"one of: {', '.join(services)}")
    if service:
        labels = {**discovered(service, services[service].namespace), **labels}
    hint = f"--service {next(iter(services))}" if services else "--labels namespace=..."
    shown = where(pipeline.origin, program.settings.root)
    return Source(pipeline_stages(pipeline), shown, labels, "" if labels else hint)


def discovered(service: str, namespace: str) -> dict[str, str]:
    """What Promtail's chart sets on the lines of a pod of the service; the pod, node and file are made up."""
    pod = f"{service}-0"
    return {
        "app": service,
        "container": service,
        "filename": f"/var/log/pods/{namespace}_{pod}_0/{service}/0.log",
        "instance": service,
        "job": f"{namespace}/{service}",
        "namespace": namespace,
        "node_name": "node-0",
        "pod": pod,
    }
