"""Counters of a log pipeline that every line reaches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Path = tuple[str | int, ...]
_FILTER = re.compile(r"\}\s*(?:\|=|\|~|!=|!~)")
_CHOOSES = frozenset(("drop", "limit", "sampling"))
DEPTH = 50


def counters_of_every_line(stages: Sequence[Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Path and settings of each counter with `match_all` that no line filter, and no stage that drops, comes before.

    A `match` by labels alone chooses streams, not lines.
    """
    yield from _walk(stages, ())


def _walk(stages: Sequence[Any], path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for index, stage in enumerate(stages):
        if not isinstance(stage, Mapping) or len(path) > 3 * DEPTH:
            return
        if _CHOOSES & stage.keys():
            return
        match = stage.get("match")
        if isinstance(match, Mapping):
            if match.get("action") == "drop":
                return
            inner = match.get("stages")
            if isinstance(inner, list) and not _FILTER.search(str(match.get("selector"))):
                yield from _walk(inner, (*path, index, "match", "stages"))
        metrics = stage.get("metrics")
        for name, metric in metrics.items() if isinstance(metrics, Mapping) else ():
            config = metric.get("config") if isinstance(metric, Mapping) else None
            if isinstance(config, Mapping) and config.get("match_all") is True:
                yield (*path, index, "metrics", str(name)), metric
