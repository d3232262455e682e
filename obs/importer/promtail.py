"""Pipelines in Promtail's configuration and in Helm values, and the counters that they keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from obs.diagnostic import DefinitionError
from obs.graph.document import Document, LogPipeline
from obs.model.pipeline import PREFIX, Counter

DEPTH = 50
"""Levels of `match` in `match`."""


def pipelines(document: Document) -> Iterator[LogPipeline]:
    """The pipelines of a Promtail configuration, a snippet of one, or values of the promtail chart."""
    for index, job in enumerate(_list(document.get("scrape_configs"))):
        if isinstance(job, Mapping) and isinstance(job.get("pipeline_stages"), list):
            yield LogPipeline(
                document, ("scrape_configs", index, "pipeline_stages"), str(job.get("job_name") or "")
            )
    paths: tuple[tuple[str, ...], ...] = (
        ("pipeline_stages",),
        ("config", "snippets", "pipelineStages"),
        ("promtail", "config", "snippets", "pipelineStages"),
    )
    for path in paths:
        if isinstance(document.get(*path), list):
            yield LogPipeline(document, path)


def counters(pipeline: LogPipeline) -> Iterator[Counter]:
    """The counters of a pipeline that Promtail would keep, those inside of `match` too."""
    yield from _counters(pipeline, pipeline.stages, (), 0)


def _counters(
    pipeline: LogPipeline, stages: Sequence[Any], path: tuple[str | int, ...], depth: int
) -> Iterator[Counter]:
    for index, stage in enumerate(stages):
        if not isinstance(stage, Mapping) or depth > DEPTH:
            continue
        inner = stage.get("match")
        if isinstance(inner, Mapping):
            yield from _counters(
                pipeline, _list(inner.get("stages")), (*path, index, "match", "stages"), depth + 1
            )
        metrics = stage.get("metrics")
        for name, given in metrics.items() if isinstance(metrics, Mapping) else ():
            if isinstance(given, Mapping) and str(given.get("type", "")).lower() == "counter":
                found = _counter(pipeline, name, given, (*path, index, "metrics", name))
                if found is not None:
                    yield found


def _counter(
    pipeline: LogPipeline, name: str, given: Mapping[str, Any], path: tuple[str | int, ...]
) -> Counter | None:
    config = given.get("config")
    config = config if isinstance(config, Mapping) else {}
    match_all = config.get("match_all") is True
    try:
        return Counter(
            name,
            help=str(given.get("description") or ""),
            # Promtail reads the extracted value of the metric's own name when no source is given.
            source="" if match_all else str(given.get("source") or name),
            value="" if match_all else str(config.get("value") or ""),
            match_all=match_all,
            idle=str(given.get("max_idle_duration") or "5m"),
            prefix=str(given.get("prefix") or PREFIX),
            origin=pipeline.at(*path),
        )
    except DefinitionError:
        return None


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
