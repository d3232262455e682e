"""Which labels a line can have in Loki, where others wrote the configuration of Promtail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from obs.graph.document import LogPipeline
from obs.graph.provenance import DISCOVERED, LOKI
from obs.graph.subject import Subject

_OPEN = ("extraRelabelConfigs", "extraScrapeConfigs", "scrapeConfigs", "addScrapeJobLabel")
"""Settings of the chart's `config.snippets` and `config` that may add any label."""
_DEEPEST = 20


def labels_in_files(subject: Subject) -> frozenset[str] | None:
    """The labels of every line that Promtail's chart ships; None where its scrape configuration is somebody's own."""
    if not subject.pipelines:
        return None
    found = set(DISCOVERED | LOKI)
    for pipeline in subject.pipelines:
        if "pipelineStages" not in pipeline.path or _is_open(pipeline):
            return None
        for kind, options in _stages(pipeline.stages):
            if kind in ("labels", "static_labels", "structured_metadata") and isinstance(options, Mapping):
                found.update(map(str, options))
            elif kind in ("cri", "docker"):
                found.add("stream")
    return frozenset(found)


def _is_open(pipeline: LogPipeline) -> bool:
    snippets = pipeline.document.get(*pipeline.path[:-1])
    config = pipeline.document.get(*pipeline.path[:-2])
    return any(isinstance(one, Mapping) and one.get(name) for one in (snippets, config) for name in _OPEN)


def _stages(stages: Sequence[Any], depth: int = 0) -> Iterator[tuple[str, object]]:
    for stage in stages if depth < _DEEPEST else ():
        for kind, options in stage.items() if isinstance(stage, Mapping) else ():
            yield str(kind), options
            inner = options.get("stages") if isinstance(options, Mapping) else None
            if isinstance(inner, list):
                yield from _stages(inner, depth + 1)
