"""Lines sent through a pipeline, to see which of them a counter counts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from obs.graph.provenance import DISCOVERED
from obs.graph.route_cover import literals
from obs.lang.error import LanguageError
from obs.lang.matchers import Matcher
from obs.model.pipeline import PREFIX

if TYPE_CHECKING:
    from obs.graph.log_stages import LogStage

_NOW = 1_771_831_507_000_000_000
"""Nanoseconds since 1970: a moment of the lines."""
_TIME = "2026-02-23T07:25:07.123456789Z"


def counting(stages: Sequence[LogStage], stage: LogStage, name: str) -> Callable[[str], bool] | None:
    """Whether one line of a container, sent alone through the pipeline, hits the counter `name` of `stage`.

    None where the emulator cannot run the pipeline.
    """
    from obs.sim.promtail import Pipeline

    raw: list[Any] = [{one.kind: one.options} for one in stages if "." not in one.number]
    given = stage.options.get(name) if isinstance(stage.options, dict) else None
    whole = f"{(given or {}).get('prefix') or PREFIX}{name}"
    labels = _labels(stages, stage)
    kinds = {one.kind for one in stages}
    try:
        Pipeline(raw, now=_NOW)
    except LanguageError:
        return None

    @cache
    def hits(line: str) -> bool:
        pipeline = Pipeline(raw, now=_NOW)
        try:
            pipeline.lines([_framed(line, kinds)], labels, _NOW)
            samples = pipeline.metrics.samples()
        except LanguageError:
            return False
        return any(sample.name == whole for sample in samples)

    return hits


def _framed(line: str, kinds: set[str]) -> str:
    if "cri" in kinds:
        return f"{_TIME} stdout F {line}"
    if "docker" in kinds:
        return json.dumps({"log": f"{line}\n", "stream": "stdout", "time": _TIME})
    return line


def _labels(stages: Sequence[LogStage], stage: LogStage) -> dict[str, str]:
    """Labels of a target whose lines get into every `match` around the stage."""
    from obs.sim.promtail.selector import parse

    found = dict.fromkeys(DISCOVERED, "x")
    for around in stages:
        selector = around.option("selector")
        if not stage.number.startswith(f"{around.number}.") or not isinstance(selector, str):
            continue
        try:
            matchers = parse(selector).matchers
        except LanguageError:
            continue
        for one in matchers:
            if one.operator in ("=", "=~"):
                values = literals(Matcher(one.name, "=" if one.operator == "=" else "=~", one.value))
                found[one.name] = values[0] if values else "x"
    return found
