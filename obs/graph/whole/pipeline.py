"""Draws what happens to log lines: streams, stages, what they extract, the counters, and the lines in Loki."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from obs.graph.extracted import extracts
from obs.graph.provenance import DISCOVERED
from obs.graph.whole.nodes import EdgeKind
from obs.graph.whole.sheet import LINES, Sheet
from obs.graph.whole.stages import StageView, of_pipeline, of_steps, summary
from obs.lang.error import LanguageError
from obs.lang.matchers import Matcher, Operator
from obs.model.service import Service
from obs.origin import Origin

_SHAPES = frozenset(
    {
        "cri", "decolorize", "docker", "drop", "eventlogmessage", "limit", "multiline", "output", "pack", "replace",
        "sampling", "tenant",
    }
)  # fmt: skip
"""Stages that change, join or drop lines, so that whatever comes later sees others."""


@dataclass(slots=True)
class Way:
    """What is known at one point of a pipeline: the stage that shaped the line last, values, labels, streams.

    `values` are the stages that extract a name, `labels` the nodes of the labels that a line has, `streams` whether
    each stream certainly comes this way.
    """

    shaper: str | None = None
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    streams: dict[str, bool] = field(default_factory=dict)
    open: bool = False
    """Whether a stage before may have extracted anything."""

    def copy(self) -> Way:
        """The same point, to go on from inside of a `match`."""
        return Way(self.shaper, dict(self.values), dict(self.labels), dict(self.streams), self.open)


def draw(sheet: Sheet) -> None:
    """The project's pipeline, and those of other people's files."""
    program = sheet.subject.program
    services = tuple(program.definitions.services) if program is not None else ()
    streams = _streams(sheet, services)
    if program is not None and program.pipeline is not None:
        _whole(sheet, of_steps(program.pipeline.steps), "", streams, program.pipeline.origin)
    jobs = sheet.subject.pipelines
    for number, pipeline in enumerate(jobs, start=1):
        name = pipeline.job or (f"pipeline {number}" if len(jobs) > 1 else "")
        origin = pipeline.at()
        stream = sheet.node("stream", name or "pods", "the lines of this job", origin)
        _whole(sheet, of_pipeline(pipeline), f"{name}:" if name else "", {stream: None}, origin)
    if not jobs and (program is None or program.pipeline is None):
        for id in streams:
            _stored(sheet, id)


def _streams(sheet: Sheet, services: Sequence[Service]) -> dict[str, str | None]:
    """The log streams of the services, one for each namespace, and that namespace."""
    found: dict[str, str | None] = {}
    for service in services:
        about = service.about or f"{service.kind}, port {service.port}"
        node = sheet.node("service", service.name, about, service.origin)
        about = f"log lines of namespace {service.namespace}"
        stream = sheet.node("stream", service.namespace, about, service.origin)
        sheet.edge(node, stream, "logs", f"runs in namespace {service.namespace}", service.origin)
        found[stream] = service.namespace
    return found


def _stored(sheet: Sheet, source: str, why: str = "", origin: Origin | None = None) -> str:
    lines = sheet.node("lines", LINES, "log lines as Loki stores them", origin)
    stream = sheet.nodes[source].kind == "stream"
    sheet.edge(source, lines, "adds to" if stream else "feeds", why, origin)
    return lines


def _whole(
    sheet: Sheet, stages: Sequence[StageView], prefix: str, streams: Mapping[str, str | None], origin: Origin
) -> None:
    way = Way(streams=dict.fromkeys(streams, True))
    extra = sheet.subject.program.pipeline.extra_labels if _own(sheet) else ()  # type: ignore[union-attr]
    for name in sorted({*DISCOVERED, *extra}):
        way.labels[name] = line_label(sheet, name)
    _Walk(sheet, prefix, streams).go(stages, way)
    sheet.stored.update(way.labels)
    lines = _stored(sheet, way.shaper, "the last stage that shapes them", origin) if way.shaper else None
    for stream in streams:
        lines = _stored(sheet, stream, "its lines are sent there", origin)
    if lines is None:
        sheet.node("lines", LINES, "log lines as Loki stores them", origin)


def _own(sheet: Sheet) -> bool:
    return sheet.subject.program is not None and sheet.subject.program.pipeline is not None


def line_label(sheet: Sheet, name: str) -> str:
    """The node of a label of log lines."""
    return sheet.node("label", f"stream{{{name}}}", "a label of log lines", aliases=(f"stream.{name}",))


@dataclass(slots=True)
class _Walk:
    sheet: Sheet
    prefix: str
    namespaces: Mapping[str, str | None]

    def go(self, stages: Sequence[StageView], way: Way, within: str | None = None) -> None:
        """Draw the stages in order; `way` is then what is known behind the last one."""
        for stage in stages:
            name = f"{self.prefix}{stage.number} {stage.kind}"
            id = self.sheet.node(
                "stage", name, summary(stage), stage.origin, (f"{self.prefix}{stage.number}", stage.kind)
            )
            if way.shaper is not None:
                self.sheet.edge(way.shaper, id, "then", "runs before it and shapes the line", stage.origin)
            if within is not None:
                self.sheet.edge(within, id, "contains", "runs on the lines that it selects", stage.origin)
            self.one(stage, id, way)

    def one(self, stage: StageView, id: str, way: Way) -> None:
        names, opens = extracts(stage.kind, stage.config)
        way.open = way.open or opens
        for name in names:
            way.values[name] = (*way.values.get(name, ()), id)
        self.reads_source(stage, id, way)
        if stage.kept:
            self.counters(stage, id, way)
        elif stage.kind == "match":
            self.match(stage, id, way)
        elif stage.kind in ("labels", "structured_metadata", "static_labels"):
            self.labels(stage, id, way)
        elif stage.kind in ("labeldrop", "labelallow"):
            self.drops(stage, way)
        elif stage.kind in _SHAPES or opens:
            way.shaper = id

    def reads_source(self, stage: StageView, id: str, way: Way) -> None:
        """A stage that works on an extracted value instead of the line."""
        source = stage.config.get("source") if isinstance(stage.config, Mapping) else None
        if isinstance(source, str) and stage.kind not in {"metrics", "template"}:
            value = self.value(source, way)
            if value is not None:
                self.sheet.edge(value, id, "feeds", f"works on {source}", stage.origin)

    def value(self, name: str, way: Way) -> str | None:
        """The node of an extracted value; None for one that no stage extracts."""
        stages = way.values.get(name)
        if not stages:
            return None
        id = self.sheet.node(
            "value", f"{self.prefix}{name}", "extracted from the line", self.sheet.nodes[stages[0]].origin
        )
        for stage in stages:
            self.sheet.edge(stage, id, "sets", f"extracts {name}", self.sheet.nodes[stage].origin)
        return id

    def labels(self, stage: StageView, id: str, way: Way) -> None:
        config = stage.config if isinstance(stage.config, Mapping) else {}
        for name, source in config.items():
            label = line_label(self.sheet, str(name))
            way.labels[str(name)] = label
            self.sheet.edge(id, label, "sets", f"sets the label {name}", stage.origin)
            if stage.kind != "static_labels":
                value = self.value(str(source or name), way)
                if value is not None:
                    self.sheet.edge(value, label, "feeds", f"is its value ({stage.kind})", stage.origin)

    def drops(self, stage: StageView, way: Way) -> None:
        names = {str(name) for name in stage.config} if isinstance(stage.config, list | tuple) else set()
        for name in list(way.labels):
            if (name in names) == (stage.kind == "labeldrop"):
                del way.labels[name]

    def match(self, stage: StageView, id: str, way: Way) -> None:
        matchers = _matchers(stage)
        inner = way.copy()
        for stream, certain in way.streams.items():
            answer = _passes(matchers, self.namespaces.get(stream))
            if answer is None:
                inner.streams[stream] = False
            elif not answer:
                del inner.streams[stream]
            else:
                inner.streams[stream] = certain
        for matcher in matchers or ():
            label = way.labels.get(matcher.name)
            if label is not None:
                kind: EdgeKind = "reads" if matcher.matches({}) else "selects"
                self.sheet.edge(label, id, kind, f"selects by {matcher}", stage.origin)
        self.go(stage.inner, inner, id)
        for name, stages in inner.values.items():
            way.values.setdefault(name, stages)
        for name, label in inner.labels.items():
            way.labels.setdefault(name, label)
        if isinstance(stage.config, Mapping) and stage.config.get("action") == "drop":
            way.shaper = id
        elif inner.shaper is not None and inner.shaper != way.shaper:
            way.shaper = inner.shaper

    def counters(self, stage: StageView, id: str, way: Way) -> None:
        for stream, certain in way.streams.items():
            why = "its lines come this way" if certain else "its lines may come this way"
            self.sheet.edge(stream, id, "adds to", why, stage.origin, likely=not certain)
        for kept in stage.kept:
            metric = self.sheet.node("metric", kept.name, kept.about, kept.origin)
            value = self.value(kept.reads, way) if kept.reads else None
            why = (
                f"counts lines that have {kept.reads}" if kept.reads else "counts every line that reaches it"
            )
            if kept.reads and value is None and not way.open and kept.reads not in way.labels:
                why += ", which nothing extracts"
            self.sheet.edge(id, metric, "counts", why, kept.origin)
            if value is not None:
                self.sheet.edge(value, metric, "feeds", f"counts lines that have {kept.reads}", kept.origin)
            self.sheet.series.setdefault(kept.name, dict(way.labels))


def _matchers(stage: StageView) -> tuple[Matcher, ...] | None:
    """The conditions on labels of a `match`; None for a selector that Promtail refuses."""
    from obs.sim.promtail.selector import parse

    text = stage.config.get("selector") if isinstance(stage.config, Mapping) else None
    try:
        found = tuple(
            Matcher(one.name, cast("Operator", one.operator), one.value) for one in parse(str(text)).matchers
        )
        for one in found:
            one.matches({})
    except LanguageError:
        return None
    return found


def _passes(matchers: Sequence[Matcher] | None, namespace: str | None) -> bool | None:
    """Whether lines of this namespace pass; None when that hangs on more than the namespace."""
    if matchers is None or namespace is None:
        return None
    known = [one.matches({"namespace": namespace}) for one in matchers if one.name == "namespace"]
    if not all(known):
        return False
    return True if len(known) == len(matchers) else None
