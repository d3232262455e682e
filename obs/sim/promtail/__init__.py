"""Promtail 3.0.0's pipeline, emulated: what its stages make of a line, and what they may make of any.

    pipeline = Pipeline([{"cri": {}}, {"regex": {"expression": " (?P<level>ERROR) "}}])
    for entry in pipeline.push(Entry({"pod": "a"}, "2026-02-23T07:25:07Z stdout F x ERROR y", timestamp=0)):
        print(entry.line, entry.labels, entry.extracted)
    print(pipeline.trace(...))             # stage by stage, for a person
    print(pipeline.metrics.expose(now))    # the text of /metrics

Names are imported on first use. Source: Promtail 3.0.0's documented behaviour and its own stages, run.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.sim.promtail.chain import StageFlow as StageFlow
    from obs.sim.promtail.entry import Entry as Entry
    from obs.sim.promtail.error import ConfigError as ConfigError
    from obs.sim.promtail.error import GatherError as GatherError
    from obs.sim.promtail.error import Panic as Panic
    from obs.sim.promtail.flow import Flow as Flow
    from obs.sim.promtail.flow import Keys as Keys
    from obs.sim.promtail.metrics import Metrics as Metrics
    from obs.sim.promtail.metrics import Sample as Sample
    from obs.sim.promtail.pipeline import Pipeline as Pipeline
    from obs.sim.promtail.trace import Step as Step
    from obs.sim.promtail.trace import Trace as Trace

_HOMES = {
    "ConfigError": "error",
    "Entry": "entry",
    "Flow": "flow",
    "GatherError": "error",
    "Keys": "flow",
    "Metrics": "metrics",
    "Panic": "error",
    "Pipeline": "pipeline",
    "Sample": "metrics",
    "StageFlow": "chain",
    "Step": "trace",
    "Trace": "trace",
}

__all__ = [
    "ConfigError",
    "Entry",
    "Flow",
    "GatherError",
    "Keys",
    "Metrics",
    "Panic",
    "Pipeline",
    "Sample",
    "StageFlow",
    "Step",
    "Trace",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
