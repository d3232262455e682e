"""What a stage of a log pipeline adds to the extracted values."""

from __future__ import annotations

from collections.abc import Mapping

from obs.lang import re2
from obs.lang.error import LanguageError

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


def extracts(kind: str, config: object) -> tuple[set[str], bool]:
    """What a stage adds to the extracted values, and whether it may add others that cannot be told."""
    options = config if isinstance(config, Mapping) else {}
    if kind in ("regex", "replace"):
        try:
            return set(re2.named_groups(str(options.get("expression", "")))), False
        except LanguageError:
            return set(), True
    if kind == "json":
        return _keys(options.get("expressions")), False
    if kind == "logfmt":
        return _keys(options.get("mapping")), False
    if kind == "template":
        return {str(options.get("source"))}, False
    if kind == "cri":
        return {"time", "stream", "flags", "content"}, False
    if kind == "docker":
        return {"output", "stream", "timestamp"}, False
    return set(), kind not in _ADDS_NOTHING


def _keys(given: object) -> set[str]:
    return set(map(str, given)) if isinstance(given, Mapping | list) else set()
