"""The stages, one file each (or a small family), `run` beside `flow`; and how one is made from its YAML."""

from __future__ import annotations

from collections.abc import Callable

from obs.lang.error import Unsupported
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.stage import Context, Stage
from obs.sim.promtail.stages.cri import Cri
from obs.sim.promtail.stages.decolorize import Decolorize
from obs.sim.promtail.stages.docker import Docker
from obs.sim.promtail.stages.drop import Drop
from obs.sim.promtail.stages.eventlogmessage import EventLogMessage
from obs.sim.promtail.stages.geoip import geoip
from obs.sim.promtail.stages.json import Json
from obs.sim.promtail.stages.labels import LabelAllow, LabelDrop, Labels, StaticLabels
from obs.sim.promtail.stages.limit import Limit
from obs.sim.promtail.stages.logfmt import Logfmt
from obs.sim.promtail.stages.match import Match
from obs.sim.promtail.stages.metrics import MetricsStage
from obs.sim.promtail.stages.multiline import Multiline
from obs.sim.promtail.stages.output import Output
from obs.sim.promtail.stages.pack import Pack
from obs.sim.promtail.stages.regex import RegexStage
from obs.sim.promtail.stages.replace import Replace
from obs.sim.promtail.stages.sampling import Sampling
from obs.sim.promtail.stages.structured_metadata import StructuredMetadata
from obs.sim.promtail.stages.template import TemplateStage
from obs.sim.promtail.stages.tenant import Tenant
from obs.sim.promtail.stages.timestamp import Timestamp

BUILDERS: dict[str, Callable[[object, Context], Stage]] = {
    "cri": Cri,
    "decolorize": Decolorize,
    "docker": Docker,
    "drop": Drop,
    "eventlogmessage": EventLogMessage,
    "geoip": geoip,
    "json": Json,
    "labelallow": LabelAllow,
    "labeldrop": LabelDrop,
    "labels": Labels,
    "limit": Limit,
    "logfmt": Logfmt,
    "metrics": MetricsStage,
    "multiline": Multiline,
    "non_indexed_labels": StructuredMetadata,
    "output": Output,
    "pack": Pack,
    "regex": RegexStage,
    "replace": Replace,
    "sampling": Sampling,
    "static_labels": StaticLabels,
    "structured_metadata": StructuredMetadata,
    "template": TemplateStage,
    "tenant": Tenant,
    "timestamp": Timestamp,
}


def build(name: str, raw: object, context: Context, place: str) -> Stage:
    """A stage from its name and what YAML gave for it; `place` is its number in the pipeline, as `2.1`.

    Raises ConfigError, its message wrapped as Promtail wraps it; Unsupported for what is not emulated.
    """
    try:
        if name == Match.kind:
            return Match(raw, context, place)
        builder = BUILDERS.get(name)
        if builder is None:
            raise ConfigError(f"Unknown stage type: {name}")
        return builder(raw, context)
    except Unsupported:
        raise
    except ConfigError as error:
        message = f"invalid {name} stage config: {error.message}"
        raise ConfigError(message, error.start, error.end, error.place or place) from error
