"""The pipeline: which stages did something, and which alternatives of their patterns matched alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache

from obs.lang import re2
from obs.lang.error import LanguageError
from obs.sim.promtail import ConfigError, Entry, Panic, Pipeline, Step
from obs.sim.promtail.selector import GO
from obs.sim.promtail.selector import parse as parse_selector
from obs.testing.alternatives import alternations
from obs.testing.coverage.item import Coverage, Item
from obs.testing.coverage.places import Places
from obs.testing.scenario.clock import NANOSECONDS
from obs.testing.scenario.framing import framed
from obs.testing.scenario.observed import Observed
from obs.testing.scenario.platform import Platform

MOST_LINES = 400
"""How many lines of a run are followed stage by stage; what a scenario repeats more often it repeats alike."""

Stage = Mapping[str, object]


def stages(listed: Sequence[object] | None, place: str = "") -> Iterator[tuple[str, str, Stage]]:
    """Place, kind and options of every stage, inner ones after the one that holds them."""
    for number, one in enumerate(listed or (), 1):
        if not isinstance(one, Mapping):
            continue
        for kind, options in one.items():
            given = options if isinstance(options, Mapping) else {}
            yield f"{place}{number}", str(kind), given
            inner = given.get("stages")
            if isinstance(inner, Sequence) and not isinstance(inner, str):
                yield from stages(inner, f"{place}{number}.")


def items(platform: Platform, places: Places) -> Iterator[Item]:
    """What of the pipeline has to be exercised."""
    for place, kind, options in stages(platform.stages):
        name = f"{place} {kind}"
        if kind == "metrics":
            yield from (Item("stage", name, f"{metric} counts", places.stage()) for metric in options)
        elif kind == "match":
            yield from (Item("stage", name, part, places.stage()) for part in ("matches", "passes by"))
        else:
            yield Item("stage", name, "changes a line", places.stage())
        for pattern in _patterns(kind, options):
            for text, _, _ in _alternatives(pattern):
                yield Item("alternative", name, text, places.stage())


def _patterns(kind: str, options: Stage) -> tuple[str, ...]:
    """The regular expressions that a stage tries on lines."""
    if kind == "match":
        try:
            filters = parse_selector(str(options.get("selector"))).filters
        except LanguageError:
            return ()
        return tuple(text for operator, text in filters if operator == "|~")
    key = {
        "regex": "expression",
        "multiline": "firstline",
        "drop": "expression",
        "replace": "expression",
    }.get(kind)
    found = options.get(key) if key else None
    return (found,) if isinstance(found, str) else ()


@lru_cache(maxsize=256)
def _alternatives(pattern: str) -> tuple[tuple[str, re2.Regex, re2.Regex], ...]:
    """Each alternative as text, the pattern with it alone, and the pattern without it."""
    found: list[tuple[str, re2.Regex, re2.Regex]] = []
    for one in alternations(pattern):
        for index, (start, end) in enumerate(one.parts):
            try:
                alone, without = one.only(pattern, index), one.without(pattern, index)
                found.append((pattern[start:end], re2.compile(alone, GO), re2.compile(without, GO)))
            except LanguageError:
                continue
    return tuple(found)


def measure(observed: Observed, test: str, coverage: Coverage) -> None:
    """Note what the lines of a run have exercised."""
    kinds = {place: (kind, options) for place, kind, options in stages(observed.platform.stages)}
    for step in _steps(observed):
        kind, options = kinds[step.place]
        name = f"{step.place} {kind}"
        for part in _effects(step, kind, options):
            coverage.seen(Item("stage", name, part), test)
        text = step.before.line
        for pattern in _patterns(kind, options):
            for alternative, alone, without in _alternatives(pattern):
                item = Item("alternative", name, alternative)
                if not coverage.tests.get(item) and alone.search(text) and not without.search(text):
                    coverage.seen(item, test)


def _effects(step: Step, kind: str, options: Stage) -> Iterator[str]:
    if kind == "metrics":
        hits = step.note.removeprefix("hit ").split(", ")
        for metric, config in options.items():
            prefix = config.get("prefix") if isinstance(config, Mapping) else None
            if f"{prefix or 'promtail_custom_'}{metric}" in hits:
                yield f"{metric} counts"
    elif kind == "match":
        yield "passes by" if step.note == "the selector does not match" else "matches"
    elif len(step.after) != 1 or step.after[0] != step.before:
        yield "changes a line"


def _steps(observed: Observed) -> Iterator[Step]:
    """Every step of every line, each node's Promtail fed in order of time."""
    pipelines: dict[str, Pipeline] = {}
    try:
        for line in sorted(observed.inputs.lines, key=lambda one: one.at)[:MOST_LINES]:
            at = observed.inputs.start + timedelta(milliseconds=line.at)
            now = round(at.timestamp() * 1000) * NANOSECONDS
            if line.node not in pipelines:
                pipelines[line.node] = Pipeline(observed.platform.stages or (), now=now)
            pipeline = pipelines[line.node]
            pipeline.tick(now)
            for part in framed(line, at):
                yield from pipeline.trace(Entry(dict(line.labels), part, now))
    except (ConfigError, Panic):
        return
    for pipeline in pipelines.values():
        yield from pipeline.trace_end()[0]
