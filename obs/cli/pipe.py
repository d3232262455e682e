"""`obs pipe`: log lines through a Promtail pipeline, told stage by stage."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from obs.cli.output import plural, print_findings
from obs.cli.pipe_source import Source, from_config, from_project, read_labels
from obs.cli.terminal import (
    InputError,
    cut,
    given_lines,
    padded,
    painter,
    refuse,
    refuse_findings,
    require_lines,
    say,
    say_json,
)
from obs.diagnostic import Diagnostic, ObsError
from obs.lang.error import LanguageError
from obs.record import dataclass, field
from obs.sim.promtail import ConfigError, Entry, GatherError, Metrics, Panic, Pipeline, Step
from obs.sim.promtail.go_time import render as render_time

USAGE = "kubectl logs POD | obs pipe --service NAME, or: obs pipe < lines.log"
_CRI = re.compile(r"\S+ (?:stdout|stderr) \S+ ")
_SHOWN_CONFIG = {"drop": "expression", "match": "selector", "output": "source", "regex": "expression"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a stage changed; `before` is None for what is new, `after` for what is gone."""

    what: str
    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Counted:
    """A sample of a pipeline metric that a line changed."""

    metric: str
    labels: Mapping[str, str]
    before: float
    after: float


@dataclass(slots=True)
class _Result:
    """What became of one line, or of what was held back until the end (`number` 0)."""

    number: int
    line: str
    steps: tuple[Step, ...]
    out: tuple[Entry, ...]
    counted: list[Counted] = field(default_factory=list)


def run_pipe(
    project: Path | None,
    *,
    config: Path | None,
    pipeline: str,
    service: str,
    labels: Sequence[str],
    raw: bool,
    every_stage: bool,
    as_json: bool,
) -> int:
    """Tell each line's way, then the metrics; 1 when a line would kill Promtail, 2 for what cannot be read."""
    try:
        require_lines(USAGE)
        own = read_labels(labels)
        if config is not None and service:
            raise InputError("a service is one of the project, so it does not go with --config", "--labels")
        source = (
            from_config(config, pipeline, own)
            if config is not None
            else from_project(project, pipeline, service, own)
        )
        runner = _Runner(source, raw=raw)
        if as_json:
            return runner.as_json()
        return runner.tell(every_stage=every_stage)
    except InputError as error:
        return refuse("usage", error.problem, fix=error.fix, as_json=as_json)
    except ObsError as error:
        return refuse_findings(error, project, as_json=as_json)
    except LanguageError as error:
        place = f" (stage {error.place})" if isinstance(error, ConfigError) and error.place else ""
        kind = "promtail-dies" if isinstance(error, Panic) else "invalid-pipeline"
        return refuse(kind, f"{error.message}{place}", as_json=as_json)


class _Runner:
    def __init__(self, source: Source, *, raw: bool) -> None:
        self.source = source
        self.now = time.time_ns()
        self.pipeline = Pipeline(source.stages, now=self.now)
        self.frames = source.framed and not raw
        self.framed = 0
        self.passed_by = False

    def results(self) -> Iterator[_Result]:
        """Line by line as they arrive, then the end. Raises Panic where a line kills Promtail."""
        number = 0
        for number, line in enumerate(given_lines(), 1):
            before = _values(self.pipeline.metrics)
            trace = self.pipeline.trace(Entry(dict(self.source.labels), self.frame(line), self.now))
            yield _Result(number, line, trace.steps, trace.out, _counted(self.pipeline.metrics, before))
        before = _values(self.pipeline.metrics)
        steps, out = self.pipeline.trace_end()
        if out or steps:
            yield _Result(0, "", steps, out, _counted(self.pipeline.metrics, before))

    def frame(self, line: str) -> str:
        if not self.frames or _CRI.match(line):
            return line
        self.framed += 1
        return f"{render_time(self.now)} stdout F {line}"

    # For a person

    def tell(self, *, every_stage: bool) -> int:
        paint = painter()
        labels = " ".join(f"{name}={value}" for name, value in self.source.labels.items())
        say(paint("2", f"pipeline {cut(self.source.name)}, labels {cut(labels) if labels else 'none'}"))
        lines = out = 0
        try:
            for result in self.results():
                lines += result.number > 0
                out += len(result.out)
                for line in self.told(result, every_stage=every_stage):
                    say(line)
        except Panic as error:
            print_findings(
                [Diagnostic("promtail-dies", f"line {lines + 1} kills Promtail: {error.message}")], None
            )
            return 1
        self.notes(lines, out)
        return self.metrics()

    def told(self, result: _Result, *, every_stage: bool) -> Iterator[str]:
        paint = painter()
        yield ""
        title = f"line {result.number}" if result.number else "at the end"
        yield f"{paint('1', title)}  {cut(result.line)}".rstrip()
        shown = [
            (f"{'  ' * step.depth}{step.place} {step.stage}", list(self.step(step, result.steps)))
            for step in result.steps
        ]
        size = max((len(head) for head, told in shown if told or every_stage), default=0)
        for head, told in shown:
            for at, text in enumerate(told or (["no change"] if every_stage else [])):
                lead = padded("" if at else head, size)
                yield f"  {paint('36', lead)}  {text if told else paint('2', text)}"
        for one in result.counted:
            yield f"  {paint('35', 'counted')}  {one.metric} {_number(one.before)} -> {_number(one.after)}"
        for entry in result.out:
            yield f"  {paint('32', 'out')}  {cut(entry.line)}"
            yield f"       {paint('2', cut(_labels(entry.labels)))}"
        if not result.out and not any(step.dropped for step in result.steps):
            yield f"  {paint('31', 'out')}  nothing"

    def step(self, step: Step, steps: Sequence[Step]) -> Iterator[str]:
        """What a stage did; of a `match` only whether it was entered, since its inner stages follow."""
        paint = painter()
        about = self.about(step)
        if any(other.place.startswith(f"{step.place}.") for other in steps):
            yield f"entered: {cut(about, 100)}"
            return
        if step.stage == "match" and "does not match" in step.note:
            self.passed_by = True
            return
        if step.dropped:
            yield paint("31" if step.note.startswith("dropped") else "33", cut(step.note or "held back"))
            return
        for number, entry in enumerate(step.after, 1):
            prefix = f"[{number} of {len(step.after)}] " if len(step.after) > 1 else ""
            yield from (prefix + text for text in _shown(differences(step.before, entry)))
        if step.note:
            yield paint("33", cut(step.note))

    def about(self, step: Step) -> str:
        """The option that tells what a stage is for."""
        stages: object = self.source.stages
        config: object = None
        for number in step.place.split("."):
            entry = stages[int(number) - 1] if isinstance(stages, Sequence) else None
            config = next(iter(entry.values()), None) if isinstance(entry, Mapping) else None
            stages = config.get("stages") if isinstance(config, Mapping) else None
        shown = config.get(_SHOWN_CONFIG.get(step.stage, "")) if isinstance(config, Mapping) else None
        return shown if isinstance(shown, str) else ""

    def notes(self, lines: int, out: int) -> None:
        paint = painter()
        say()
        say(f"{plural(lines, 'lines')} in, {out} out")
        if self.framed:
            words = "as the container runtime writes them, because the pipeline starts with cri"
            say(paint("2", f"{plural(self.framed, 'lines')} framed {words}; --raw leaves lines alone"))
        if self.passed_by and self.source.hint:
            words = "the lines had no labels, so stages that ask for some were passed by"
            say(paint("33", f"{words}: try {self.source.hint}"))

    def metrics(self) -> int:
        try:
            samples = [str(sample) for sample in self.pipeline.metrics.samples()]
        except GatherError as error:
            problem = f"/metrics would answer with an error: {error.message}"
            print_findings([Diagnostic("metrics-fail", problem)], None)
            return 1
        for sample in samples:
            say(f"  {cut(sample, 400)}")
        return 0

    # For programs

    def as_json(self) -> int:
        results: list[_Result] = []
        failed: dict[str, object] = {}
        try:
            results.extend(self.results())
        except Panic as error:
            failed["panic"] = error.message
        try:
            metrics = [
                {"name": sample.name, "labels": dict(sample.labels), "value": _number(sample.value)}
                for sample in self.pipeline.metrics.samples()
            ]
        except GatherError as error:
            metrics, failed["gather_error"] = [], error.message
        document: dict[str, object] = {
            "pipeline": self.source.name,
            "labels": dict(self.source.labels),
            "framed": self.framed,
            "lines": [_document(result) for result in results],
            "metrics": metrics,
        }
        say_json({**document, **failed})
        return 1 if failed else 0


# What changed


def differences(before: Entry, after: Entry) -> Iterator[Change]:
    """Everything that differs, the line first."""
    if before.line != after.line:
        yield Change("line", "", before.line, after.line)
    for what, old, new in (
        ("label", before.labels, after.labels),
        ("extracted", before.extracted, after.extracted),
    ):
        names: Iterable[str] = sorted({*old, *new})
        for name in names:
            if name not in old or name not in new or old[name] != new[name]:
                yield Change(what, name, old.get(name), new.get(name))
    for name, value in after.structured_metadata[len(before.structured_metadata) :]:
        yield Change("metadata", name, None, value)
    if before.timestamp != after.timestamp:
        yield Change("time", "", render_time(before.timestamp), render_time(after.timestamp))


def _shown(changes: Iterable[Change]) -> Iterator[str]:
    """A line for each change; new extracted values, which come in numbers, share one."""
    paint = painter()
    extracted: list[str] = []
    for change in changes:
        name = f" {change.name}" if change.name else ""
        if change.after is None and change.before is not None:
            yield f"{paint('31', change.what + name)} removed"
            continue
        if change.what == "extracted":
            extracted.append(f"{change.name}={cut(_text(change.after), 60)}")
            continue
        value = str(change.after) if change.what in ("line", "time") else _text(change.after)
        colour = "1" if change.what == "line" else "32"
        yield f"{paint(colour, change.what + name)} = {cut(value, 120)}"
    if extracted:
        yield paint("2", cut(f"extracted {', '.join(extracted)}", 160))


def _text(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else "nothing" if value is None else str(value)


def _values(metrics: Metrics) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (family.name, key): float(sum(series.counts)) if family.kind == "histogram" else series.value
        for family in metrics.families
        for key, series in family.series.items()
    }


def _counted(
    metrics: Metrics, before: Mapping[tuple[str, frozenset[tuple[str, str]]], float]
) -> list[Counted]:
    return [
        Counted(name, dict(sorted(labels)), before.get((name, labels), 0.0), value)
        for (name, labels), value in _values(metrics).items()
        if before.get((name, labels)) != value
    ]


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ", ".join(f'{name}="{value}"' for name, value in sorted(labels.items())) + "}"


def _number(value: float) -> int | float | str:
    if not math.isfinite(value):
        return str(value)
    return int(value) if value.is_integer() else value


def _plain(value: object) -> object:
    """JSON has no infinities."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _document(result: _Result) -> dict[str, object]:
    steps = [
        {
            "place": step.place,
            "stage": step.stage,
            "note": step.note,
            "dropped": step.dropped,
            "changes": [
                {"what": one.what, "name": one.name, "before": _plain(one.before), "after": _plain(one.after)}
                for after in step.after
                for one in differences(step.before, after)
            ],
        }
        for step in result.steps
    ]
    return {
        "number": result.number or None,
        "line": result.line,
        "steps": steps,
        "out": [
            {
                "line": entry.line,
                "labels": dict(sorted(entry.labels.items())),
                "structured_metadata": [list(pair) for pair in entry.structured_metadata],
                "timestamp": render_time(entry.timestamp),
            }
            for entry in result.out
        ],
        "counted": [
            {"metric": one.metric, "labels": dict(one.labels), "value": _number(one.after)}
            for one in result.counted
        ],
    }
