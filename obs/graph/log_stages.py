"""Every stage of every log pipeline, with what can have been extracted before it: a project's, and those in files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from obs.diagnostic import Excerpt
from obs.graph.document import LogPipeline
from obs.graph.provenance import DISCOVERED
from obs.lang.error import LanguageError
from obs.model.pipeline import Counter, Pipeline, Step
from obs.origin import Origin
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.graph.subject import Subject
    from obs.sim.promtail.flow import Flow, Keys

Path = tuple[str | int, ...]
DEPTH = 32
"""Levels of `match` in `match`; Promtail's emulator goes no deeper."""


@dataclass(frozen=True)
class LogStage:
    """One stage. `options` is what YAML gives under its `kind`; `number` its place, `2.1` inside of stage 2.

    `before` is what may be extracted and labelled when a line gets here; None when Promtail refuses the pipeline.
    `reads` are the extracted values that it asks for.
    `kubernetes` says whether the lines are those of pods, framed by the container runtime.
    """

    kind: str
    options: Any
    number: str
    origin: Origin
    before: Flow | None = None
    kubernetes: bool = False
    pipeline: LogPipeline | None = None
    path: Path = ()
    reads: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What a finding calls it: `pipeline stage 2.1 (regex)`."""
        return f"pipeline stage {self.number} ({self.kind})"

    @property
    def extracted(self) -> Keys | None:
        """The values that may be extracted when a line gets here, labels included."""
        return self.before.entered().extracted if self.before is not None else None

    def at(self, *path: str | int) -> Origin:
        """The line of an option, or of the stage where that is not known."""
        return self.pipeline.at(*self.path, *path) if self.pipeline is not None else self.origin

    def excerpt(self, *path: str | int) -> Excerpt | None:
        """An option's text as it stands in its file."""
        return self.pipeline.excerpt(*self.path, *path) if self.pipeline is not None else None

    def key(self, *path: str | int) -> Excerpt | None:
        """An option's name as it stands in its file."""
        if self.pipeline is None:
            return None
        return self.pipeline.document.key(*self.pipeline.path, *self.path, *path)

    def option(self, name: str) -> object:
        """An option by its name in any case, as Promtail finds it; None when it is not given."""
        if not isinstance(self.options, Mapping):
            return None
        if name in self.options:
            return self.options[name]
        return next((value for key, value in self.options.items() if str(key).lower() == name), None)

    def metrics(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The metrics that it keeps, by name; only a `metrics` stage has some."""
        if self.kind == "metrics" and isinstance(self.options, Mapping):
            for name, given in self.options.items():
                if isinstance(given, Mapping):
                    yield str(name), given


def log_stages(subject: Subject) -> tuple[tuple[LogStage, ...], ...]:
    """The stages of each pipeline, those inside of a `match` after it."""
    found: list[tuple[LogStage, ...]] = []
    if subject.program is not None and subject.program.pipeline is not None:
        found.append(tuple(of_program(subject.program.pipeline)))
    for pipeline in subject.pipelines:
        found.append(tuple(_of_file(pipeline)))
    return tuple(found)


def of_program(pipeline: Pipeline) -> Iterator[LogStage]:
    """The stages of a project's pipeline."""
    from obs.graph.pipeline_stages import pipeline_stages
    from obs.sim.promtail.flow import Flow

    raw = pipeline_stages(pipeline)
    flows = _flows(raw, Flow.of_labels({*DISCOVERED, *pipeline.extra_labels}))
    origins = dict(_origins(pipeline.steps, ""))

    def made(kind: str, options: object, number: str, path: Path) -> LogStage:
        before, reads = flows.get(number, _UNKNOWN)
        return LogStage(kind, options, number, origins[number], before, True, reads=reads)

    yield from _walk(raw, "", (), made)


def _origins(steps: Sequence[Step], prefix: str) -> Iterator[tuple[str, Origin]]:
    for number, step in enumerate(steps, 1):
        yield f"{prefix}{number}", step.origin
        if not isinstance(step, Counter):
            yield from _origins(step.stages, f"{prefix}{number}.")


def _of_file(pipeline: LogPipeline) -> Iterator[LogStage]:
    flows = _flows(pipeline.stages, _start(pipeline))
    pods = _is_of_pods(pipeline)

    def made(kind: str, options: object, number: str, path: Path) -> LogStage:
        at = pipeline.at(*path[:-1])
        before, reads = flows.get(number, _UNKNOWN)
        return LogStage(kind, options, number, at, before, pods, pipeline, path, reads)

    yield from _walk(pipeline.stages, "", (), made)


_Make = Callable[[str, object, str, Path], LogStage]


def _walk(stages: Sequence[Any], prefix: str, path: Path, made: _Make) -> Iterator[LogStage]:
    for index, stage in enumerate(stages):
        if not isinstance(stage, Mapping) or len(stage) != 1:
            continue
        kind, options = next(iter(stage.items()))
        number, at = f"{prefix}{index + 1}", (*path, index, str(kind))
        yield made(str(kind), options, number, at)
        inner = options.get("stages") if isinstance(options, Mapping) else None
        if kind == "match" and isinstance(inner, list) and number.count(".") < DEPTH:
            yield from _walk(inner, f"{number}.", (*at, "stages"), made)


_UNKNOWN: tuple[None, tuple[str, ...]] = (None, ())


def _flows(stages: Sequence[Any], start: Flow) -> dict[str, tuple[Flow, tuple[str, ...]]]:
    """What may be there before each stage, and what it reads, by number; empty where Promtail refuses the pipeline."""
    from obs.sim.promtail.chain import Chain
    from obs.sim.promtail.metrics import Metrics
    from obs.sim.promtail.stage import Clock, Context

    try:
        chain = Chain(stages, Context(Clock(0), Metrics()))
        return {one.place: (one.before, one.stage.reads) for one in chain.flows(start)}
    except LanguageError:
        return {}


def _is_of_pods(pipeline: LogPipeline) -> bool:
    """Values of Promtail's chart, or a job that discovers pods."""
    job = pipeline.document.get(*pipeline.path[:-1])
    return "pipelineStages" in pipeline.path or (isinstance(job, Mapping) and "kubernetes_sd_configs" in job)


_ANY_LABEL = (
    "consul_sd_configs",
    "consulagent_sd_configs",
    "file_sd_configs",
    "gcplog",
    "heroku_drain",
    "kafka",
)
"""Sources that set labels of their own accord; those of the others are temporary, or named here."""
_SOURCES = frozenset({*DISCOVERED, "stream"})


def _start(pipeline: LogPipeline) -> Flow:
    """The labels that the target may set."""
    from obs.sim.promtail.flow import Flow, Keys

    job = pipeline.document.get(*pipeline.path[:-1])
    job = job if isinstance(job, Mapping) else {}
    snippets = job if "pipelineStages" in job else {}
    rules = [
        one
        for name in ("relabel_configs", "extraRelabelConfigs")
        for one in _list(job.get(name, snippets.get(name)))
        if isinstance(one, Mapping)
    ]
    names = {str(one["target_label"]) for one in rules if one.get("target_label")}
    for static in _list(job.get("static_configs")):
        labels = static.get("labels") if isinstance(static, Mapping) else None
        names |= {str(name) for name in labels} if isinstance(labels, Mapping) else set()
    for value in job.values():
        labels = value.get("labels") if isinstance(value, Mapping) else None
        names |= {str(name) for name in labels} if isinstance(labels, Mapping) else set()
    opens = any(str(one.get("action", "")).lower() == "labelmap" for one in rules) or bool(
        set(job) & set(_ANY_LABEL)
    )
    labels_there = Keys(frozenset(), frozenset(names | _SOURCES), opens or any("$" in name for name in names))
    return Flow(Keys(open=labels_there.open), labels_there)


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
