"""How often a dashboard asks again."""

from __future__ import annotations

import re

_SCALES = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "M": 2592000, "y": 31536000}


def seconds(text: str) -> float | None:
    """Of an interval as Grafana writes it (`30s`, `1m`); None for anything else."""
    found = re.fullmatch(r"(\d+)(ms|s|m|h|d|w|M|y)", text)
    return int(found[1]) * _SCALES[found[2]] if found else None
