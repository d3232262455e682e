"""The pipeline as Promtail's `pipelineStages`."""

from __future__ import annotations

from collections.abc import Sequence

from obs.formats import yaml
from obs.model.pipeline import PREFIX, Counter, Pipeline, Step


def pipeline_stages(pipeline: Pipeline) -> list[yaml.Value]:
    """The list under `promtail.config.snippets.pipelineStages`; the chart inserts it after templating."""
    return _steps(pipeline.steps)


def _steps(steps: Sequence[Step]) -> list[yaml.Value]:
    found: list[yaml.Value] = []
    for step in steps:
        if isinstance(step, Counter):
            found.append({"metrics": {step.name: _counter(step)}})
        elif step.stages:
            assert isinstance(step.config, dict)
            found.append({step.kind: {**step.config, "stages": _steps(step.stages)}})
        else:
            found.append({step.kind: step.config})
    return found


def _counter(counter: Counter) -> dict[str, yaml.Value]:
    config: dict[str, yaml.Value] = {"action": "inc"}
    if counter.match_all:
        config = {"match_all": True} | config
    if counter.value:
        config = {"value": counter.value} | config
    entry: dict[str, yaml.Value] = {"type": "Counter", "description": counter.help}
    if counter.prefix != PREFIX:
        entry["prefix"] = counter.prefix
    if counter.source:
        entry["source"] = counter.source
    return entry | {"max_idle_duration": counter.idle, "config": config}
