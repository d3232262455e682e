"""The stages of a pipeline in one form, whether definitions or other people's YAML hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from obs.graph.document import LogPipeline
from obs.model.pipeline import PREFIX, Counter, Step
from obs.origin import Origin
from obs.record import dataclass

DEPTH = 50
"""Levels of `match` in `match` that are followed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A metric that the pipeline keeps; `reads` is the extracted value, empty for one that counts every line."""

    name: str
    reads: str
    about: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage; `number` is its place, from 1 and with dots inside of `match`."""

    kind: str
    config: Any
    number: str
    origin: Origin
    inner: tuple[StageView, ...] = ()
    kept: tuple[Kept, ...] = ()


def of_steps(steps: Sequence[Step], before: str = "") -> tuple[StageView, ...]:
    """The stages of a definition."""
    found = []
    for position, step in enumerate(steps, start=1):
        number = f"{before}{position}"
        if isinstance(step, Counter):
            reads = "" if step.match_all else step.source or step.name
            kept = Kept(str(step), reads, step.help, step.origin)
            found.append(StageView("metrics", {}, number, step.origin, kept=(kept,)))
        else:
            inner = of_steps(step.stages, f"{number}.")
            found.append(StageView(step.kind, step.config, number, step.origin, inner))
    return tuple(found)


def of_pipeline(pipeline: LogPipeline) -> tuple[StageView, ...]:
    """The stages of a Promtail job; what is no stage is left out."""
    return _of_raw(pipeline, pipeline.stages, (), "", 0)


def _of_raw(
    pipeline: LogPipeline, stages: Sequence[Any], path: tuple[str | int, ...], before: str, depth: int
) -> tuple[StageView, ...]:
    found = []
    for index, stage in enumerate(stages):
        if not isinstance(stage, Mapping) or len(stage) != 1 or depth > DEPTH:
            continue
        kind, config = next(iter(stage.items()))
        number = f"{before}{index + 1}"
        inner: tuple[StageView, ...] = ()
        within = (*path, index, str(kind))
        if kind == "match" and isinstance(config, Mapping) and isinstance(config.get("stages"), list):
            inner = _of_raw(pipeline, config["stages"], (*within, "stages"), f"{number}.", depth + 1)
        kept = tuple(_kept(pipeline, config, within)) if kind == "metrics" else ()
        found.append(StageView(str(kind), config, number, pipeline.at(*path, index), inner, kept))
    return tuple(found)


def _kept(pipeline: LogPipeline, config: object, path: tuple[str | int, ...]) -> Iterator[Kept]:
    for name, given in config.items() if isinstance(config, Mapping) else ():
        if not isinstance(given, Mapping):
            continue
        inner = given.get("config")
        every = isinstance(inner, Mapping) and inner.get("match_all") is True
        reads = "" if every else str(given.get("source") or name)
        full = f"{given.get('prefix') or PREFIX}{name}"
        yield Kept(full, reads, str(given.get("description") or ""), pipeline.at(*path, str(name)))


def summary(stage: StageView) -> str:
    """What it does, in its own words: the selector, the expression, the names."""
    config = stage.config
    if isinstance(config, Mapping):
        for key in ("selector", "expression", "firstline", "source"):
            if config.get(key):
                return str(config[key])
        return ", ".join(map(str, config))
    return ", ".join(map(str, config)) if isinstance(config, list | tuple) else str(config or "")
