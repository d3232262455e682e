"""From a log line to a counter's sample: which link holds, and why one does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from obs.sim import relabel
from obs.sim.promtail import Entry, Flow, Pipeline, Trace
from obs.sim.promtail.error import ConfigError, Panic
from obs.sim.promtail.stage import Stage
from obs.sim.promtail.stages.match import Match
from obs.sim.promtail.stages.metrics import Metric, MetricsStage
from obs.sim.promtail.stages.regex import RegexStage
from obs.sim.scrape import NAME, STALE, Exposed
from obs.testing.scenario.clock import NANOSECONDS
from obs.testing.scenario.framing import framed
from obs.testing.scenario.inputs import Line
from obs.testing.scenario.links import Link, dead
from obs.testing.scenario.names import promtail_pod
from obs.testing.scenario.observed import Observed, ScrapeTry
from obs.testing.scenario.span import Duration

MOST_TRACED = 400
"""How many lines are looked at; what a scenario repeats more often it repeats alike."""

OVERWRITTEN = ("namespace", "pod", "container")


def counter_names(observed: Observed) -> frozenset[str]:
    """The metrics that the pipeline keeps."""
    if observed.platform.stages is None:
        return frozenset()
    try:
        pipeline = Pipeline(observed.platform.stages, now=0)
    except (ConfigError, Panic):
        return frozenset(_declared(observed.platform.stages))
    return frozenset(family.name for family in pipeline.metrics.families)


def _declared(stages: object) -> Iterator[str]:
    """Names of metrics stages of a pipeline that cannot be built."""
    if isinstance(stages, Mapping):
        for key, value in stages.items():
            if key == "metrics" and isinstance(value, Mapping):
                for name, config in value.items():
                    prefix = config.get("prefix") if isinstance(config, Mapping) else None
                    yield f"{prefix or 'promtail_custom_'}{name}"
            else:
                yield from _declared(value)
    elif isinstance(stages, (list, tuple)):
        for stage in stages:
            yield from _declared(stage)


def log_links(observed: Observed, counter: str) -> Iterator[Link]:
    """The links up to the stored samples of a counter; the last one is dead where it ends."""
    lines = observed.inputs.lines
    if not lines:
        yield dead("log line", "the scenario writes none")
        return
    services = ", ".join(dict.fromkeys(line.service for line in lines))
    yield Link("log line", f"{len(lines)} of {services}, the first at {Duration(lines[0].at)}")
    if observed.pipeline_problem:
        yield dead("pipeline", observed.pipeline_problem)
        return
    assert observed.platform.stages is not None
    traces = [_trace(observed, line) for line in lines[:MOST_TRACED]]
    hit = next((i for i, trace in enumerate(traces) if _hits(trace, counter)), None)
    if hit is None:
        yield _not_counted(observed, traces[0], lines[0], counter)
        return
    counted = sum(_hits(trace, counter) for trace in traces)
    shown = f"{counted} of {len(traces)} lines" if len(traces) > 1 else "the line"
    yield Link("metrics stage", f"{shown} counted by {counter}")
    yield from _scrape_links(observed, counter, lines[hit], traces[hit])


def _trace(observed: Observed, line: Line) -> Trace:
    """The line's way through a pipeline that has seen nothing before it."""
    assert observed.platform.stages is not None
    at = observed.inputs.start + timedelta(milliseconds=line.at)
    now = round(at.timestamp() * 1000) * NANOSECONDS
    pipeline = Pipeline(observed.platform.stages, now=now)
    *before, last = framed(line, at)
    for part in before:
        pipeline.push(Entry(dict(line.labels), part, now))
    trace = pipeline.trace(Entry(dict(line.labels), last, now))
    steps, out = pipeline.trace_end()
    return replace(trace, steps=(*trace.steps, *steps), out=(*trace.out, *out))


def _hits(trace: Trace, counter: str) -> bool:
    return any(
        step.stage == "metrics" and counter in step.note.removeprefix("hit ").split(", ")
        for step in trace.steps
    )


# Why no line was counted


def _stages(observed: Observed) -> dict[str, Stage]:
    """Every stage by its place."""
    assert observed.platform.stages is not None
    pipeline = Pipeline(observed.platform.stages, now=0)
    return {one.place: one.stage for one in pipeline.flows(Flow.of_labels((), open=True))}


def _not_counted(observed: Observed, trace: Trace, line: Line, counter: str) -> Link:
    stages = _stages(observed)
    found = next(
        (
            (place, metric)
            for place, stage in stages.items()
            if isinstance(stage, MetricsStage)
            for metric in stage.metrics
            if metric.family.name == counter
        ),
        None,
    )
    if found is None:
        return dead("metrics stage", f"no stage keeps {counter}")
    place, metric = found
    step = next((step for step in trace.steps if step.place == place), None)
    if step is not None:
        return _not_hit(metric, dict(step.before.extracted), trace, stages)
    outer = next(
        (parent for parent in _parents(place) if any(one.place == parent for one in trace.steps)), ""
    )
    stage = stages.get(outer)
    if isinstance(stage, Match):
        passed = next(one for one in trace.steps if one.place == outer)
        return dead("metrics stage", _not_matched(stage, outer, passed.before))
    last = next((one for one in reversed(trace.steps) if one.dropped), None)
    if last is not None:
        return dead("pipeline", f"stage {last.place} {last.stage}: {last.note or 'the line is held back'}")
    return dead("metrics stage", f"no line of {line.service} comes to stage {place}")


def _parents(place: str) -> Iterator[str]:
    parts = place.split(".")
    while len(parts) > 1:
        parts.pop()
        yield ".".join(parts)


def _not_hit(
    metric: Metric, extracted: Mapping[str, object], trace: Trace, stages: Mapping[str, Stage]
) -> Link:
    if metric.source not in extracted:
        own = "; without `source` a counter reads its own name" if metric.source == metric.name else ""
        known = sorted(set(extracted) - set(trace.start.labels)) or ["nothing"]
        why = "".join(_idle_regexes(trace, stages))
        return dead(
            "metrics stage",
            f"source `{metric.source}` was never extracted{own} (extracted: {', '.join(known)}){why}",
        )
    if metric.value is not None:
        return dead(
            "metrics stage",
            f"source `{metric.source}` is {extracted[metric.source]!r}, and only {metric.value!r} is counted",
        )
    return dead(
        "metrics stage", f"source `{metric.source}` is {extracted[metric.source]!r}, which is no number"
    )


def _idle_regexes(trace: Trace, stages: Mapping[str, Stage]) -> Iterator[str]:
    """The regex stages that brought nothing, and why."""
    for step in trace.steps:
        stage = stages.get(step.place)
        if isinstance(stage, RegexStage) and step.after and step.after[0].extracted == step.before.extracted:
            named = stage.regex.groupindex
            why = "does not match the line" if named else "has no named group, so it extracts nothing"
            yield f"; the regex of stage {step.place} {why}"


def _not_matched(stage: Match, place: str, entry: Entry) -> str:
    """Which half of a selector refuses a line."""
    from obs.sim.promtail.selector import Selector

    labels_only = Selector(stage.selector.text, stage.selector.matchers, ())
    if not labels_only.compile()(entry.labels, entry.line):
        wrong = [
            f'{one.name}{one.operator}"{one.value}", and {one.name} is {entry.labels.get(one.name, "")!r}'
            for one in stage.selector.matchers
            if not Selector("", (one,), ()).compile()(entry.labels, "")
        ]
        return f"the match of stage {place} asks for {'; '.join(wrong)}"
    refused = [
        f"{operator} {text!r}"
        for operator, text in stage.selector.filters
        if not Selector("", (), ((operator, text),)).compile()({}, entry.line)
    ]
    return f"the match of stage {place} asks for {' '.join(refused)}, and the line is {shorten(entry.line)!r}"


def shorten(text: str, most: int = 120) -> str:
    """The beginning of a long text."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


# The scrape


def _scrape_links(observed: Observed, counter: str, line: Line, trace: Trace) -> Iterator[Link]:
    stored = {key: points for key, points in observed.samples.items() if (NAME, counter) in key}
    if stored:
        first = min(at for points in stored.values() for at, value in points if value != STALE)
        base = round(observed.inputs.start.timestamp() * 1000)
        yield Link("scrape", f"{len(stored)} series of {counter}, the first at {Duration(first - base)}")
        yield from scrape_labels(observed, counter, line)
        return
    tries = [
        one
        for one in observed.scrapes
        if one.target == "promtail" and one.instance == line.node and one.at >= line.at
    ]
    yield no_sample(observed, "promtail", tries, _counter_page(counter, trace))


def _counter_page(counter: str, trace: Trace) -> Exposed:
    labels = next(
        step.before.labels for step in trace.steps if step.stage == "metrics" and counter in step.note
    )
    return Exposed(counter, labels, 1.0)


def no_sample(observed: Observed, target: str, tries: list[ScrapeTry], exposed: Exposed) -> Link:
    """Why a series that a target has was never stored."""
    good = [one for one in tries if one.outcome == "ok"]
    if not tries:
        return dead("scrape", f"the run ended before {target} was scraped")
    if not good:
        return dead("scrape", f"{target} was never scraped with success: {tries[0].why}")
    config = next(one for one in observed.platform.targets if one.name == target)
    named = {NAME: exposed.name, **exposed.labels, **{f"exported_{k}": v for k, v in exposed.labels.items()}}
    step = relabel.dropped_by({**config.labels, **named}, config.metric_relabelings)
    if step is not None:
        return dead(
            "scrape",
            f"metric relabelling drops {exposed.name}: {step.action} {' '.join(step.source_labels)} {step.regex!r}",
        )
    if good[0].at > tries[0].at:
        return dead(
            "scrape",
            f"{target} was not scraped from {Duration(tries[0].at)} to {Duration(good[0].at)} "
            f"({tries[0].why}), and by then {exposed.name} was gone",
        )
    return dead(
        "scrape", f"{target} no longer had {exposed.name} at {Duration(good[0].at)}: its idle time was over"
    )


def scrape_labels(observed: Observed, counter: str, line: Line) -> Iterator[Link]:
    """A note when the line's own labels were stored as `exported_*`, so that the series names Promtail's pod."""
    renamed: list[str] = []
    target = observed.platform.promtail
    own = {**target.labels, "pod": promtail_pod(observed.platform.release, line.node)}
    keys = [dict(key) for key in observed.samples if (NAME, counter) in key]
    for name in OVERWRITTEN:
        if any(
            key.get(f"exported_{name}") == line.labels.get(name) and key.get(name) == own.get(name)
            for key in keys
        ):
            renamed.append(name)
    if renamed:
        shown = "; ".join(
            f'{name} is "{own[name]}" and exported_{name} "{line.labels[name]}"' for name in renamed
        )
        yield Link(
            "scrape labels",
            f"scraped as exported_{renamed[-1] if 'pod' not in renamed else 'pod'}: {shown}; "
            "without honorLabels the labels of Promtail's own target win",
            "wrong",
        )


def some(names: Iterable[str], most: int = 4) -> str:
    """A few of many names."""
    found = list(dict.fromkeys(names))
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
