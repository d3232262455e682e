"""What the stages of a log pipeline extract on the way, and the counters that read something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from obs.graph.document import LogPipeline
from obs.graph.provenance import DISCOVERED
from obs.lang import re2
from obs.lang.error import LanguageError

DEPTH = 50
"""Levels of `match` in `match`."""
Path = tuple[str | int, ...]

_ADDS_NOTHING = frozenset(
    (
        "labels",
        "labeldrop",
        "labelallow",
        "static_labels",
        "output",
        "timestamp",
        "drop",
        "limit",
        "multiline",
        "tenant",
        "sampling",
        "decolorize",
        "pack",
        "structured_metadata",
        "non_indexed_labels",
        "metrics",
        "match",
    )
)


@dataclass(frozen=True, slots=True)
class UnfedCounter:
    """A counter whose source no stage before it extracts; `path` leads to it in the stages."""

    path: Path
    name: str
    reads: str
    extracted: tuple[str, ...]
    """What is extracted before it, without what is known of every line."""


@dataclass(slots=True)
class Extracted:
    """The names so far; `any` where a stage may have added others that cannot be told."""

    names: set[str]
    any: bool = False

    def copy(self) -> Extracted:
        """For the stages inside of a `match`."""
        return Extracted(set(self.names), self.any)


def unfed_counters(stages: Sequence[Any], known: Extracted) -> Iterator[UnfedCounter]:
    """Every counter that never increments; `known` is what a line brings along: its labels.

    Source: Promtail 3.0, metrics stage: `source` defaults to the name of the metric, `match_all` needs none.
    """
    yield from _follow(stages, known, (), frozenset(known.names))


def labels_of_lines(pipeline: LogPipeline) -> Extracted:
    """The labels that the lines of a Promtail job have before its stages; they are extracted values as well."""
    found = Extracted({"stream", *DISCOVERED})
    job: Any = pipeline.document.get(*pipeline.path[:-1]) if "scrape_configs" in pipeline.path else None
    if not isinstance(job, Mapping):
        _relabelled(pipeline.document.get("promtail", "config", "snippets", "extraRelabelConfigs"), found)
        _relabelled(pipeline.document.get("config", "snippets", "extraRelabelConfigs"), found)
        return found
    found.any = "loki_push_api" in job
    _relabelled(job.get("relabel_configs"), found)
    for part in job.values():
        for one in part if isinstance(part, list) else (part,):
            labels = one.get("labels") if isinstance(one, Mapping) else None
            found.names.update(map(str, labels if isinstance(labels, Mapping) else ()))
    return found


def _relabelled(configs: object, found: Extracted) -> None:
    for one in configs if isinstance(configs, list) else ():
        if isinstance(one, Mapping):
            found.names.add(str(one.get("target_label") or ""))
            found.any = found.any or one.get("action") == "labelmap"


def _follow(
    stages: Sequence[Any], extracted: Extracted, path: Path, given: frozenset[str]
) -> Iterator[UnfedCounter]:
    for index, stage in enumerate(stages):
        if not isinstance(stage, Mapping) or len(path) > 3 * DEPTH:
            extracted.any = True
            continue
        for kind, options in stage.items():
            config = options if isinstance(options, Mapping) else {}
            here = (*path, index, str(kind))
            if kind == "metrics":
                yield from _counters(config, extracted, here, given)
            elif kind == "match":
                inner = extracted.copy()
                below = config.get("stages")
                listed = below if isinstance(below, list) else ()
                yield from _follow(listed, inner, (*here, "stages"), given)
                extracted.names |= inner.names  # what matched keeps what was extracted from it
                extracted.any |= inner.any
            else:
                _add(str(kind), config, extracted)


def _counters(
    metrics: Mapping[Any, Any], extracted: Extracted, path: Path, given: frozenset[str]
) -> Iterator[UnfedCounter]:
    for name, metric in metrics.items():
        if not isinstance(metric, Mapping) or str(metric.get("type", "")).lower() != "counter":
            continue
        config = metric.get("config")
        match_all = isinstance(config, Mapping) and config.get("match_all") is True
        reads = str(metric.get("source") or name)
        if not match_all and not extracted.any and reads not in extracted.names:
            yield UnfedCounter((*path, name), str(name), reads, tuple(sorted(extracted.names - given)))


def _add(kind: str, options: Mapping[Any, Any], extracted: Extracted) -> None:
    names, opens = extracts(kind, options)
    extracted.names |= names
    extracted.any |= opens


def extracts(kind: str, config: object) -> tuple[set[str], bool]:
    """What a stage adds to the extracted values, and whether it may add others that cannot be told."""
    options = config if isinstance(config, Mapping) else {}
    if kind in ("regex", "replace"):
        try:
            return set(re2.named_groups(str(options.get("expression", "")))), False
        except LanguageError:
            return set(), True
    if kind == "json":
        return set(map(str, options.get("expressions") or ())), False
    if kind == "logfmt":
        return set(map(str, options.get("mapping") or ())), False
    if kind == "template":
        return {str(options.get("source"))}, False
    if kind == "cri":
        return {"time", "stream", "flags", "content"}, False
    if kind == "docker":
        return {"output", "stream", "timestamp"}, False
    return set(), kind not in _ADDS_NOTHING
