"""`histogram_quantile` of classic buckets. Source: Prometheus 2.55, `promql/quantile.go`."""

from __future__ import annotations

import math
from collections.abc import Sequence

SMALL = 1e-12
"""Buckets may differ by this part, which floats lose, without being out of order."""

Bucket = tuple[float, float]
"""Upper bound and cumulative count."""


def quantile_of_buckets(quantile: float, given: Sequence[Bucket]) -> float:
    """The quantile, interpolated within its bucket; NaN for what is no histogram."""
    if math.isnan(quantile):
        return math.nan
    if quantile < 0 or quantile > 1:
        return math.copysign(math.inf, quantile - 0.5)
    buckets = _rising(_joined(sorted(given, key=lambda bucket: bucket[0])))
    if len(buckets) < 2 or buckets[-1][0] != math.inf or buckets[-1][1] == 0:
        return math.nan
    bounds, counts = zip(*buckets, strict=True)
    rank = quantile * counts[-1]
    found = _reached(counts, rank)
    if found == len(counts) - 1:
        return float(bounds[-2])
    if found == 0 and bounds[0] <= 0:
        return float(bounds[0])
    start, below = (bounds[found - 1], counts[found - 1]) if found else (0.0, 0.0)
    inside = counts[found] - below
    return float(start + (bounds[found] - start) * ((rank - below) / inside)) if inside else math.nan


def _reached(counts: Sequence[float], rank: float) -> int:
    """The first bucket but the last that holds the rank, found as Go's `sort.Search` does, NaN included."""
    low, high = 0, len(counts) - 1
    while low < high:
        middle = (low + high) // 2
        if counts[middle] >= rank:
            high = middle
        else:
            low = middle + 1
    return low


def _joined(buckets: Sequence[Bucket]) -> list[Bucket]:
    """Buckets of one bound are one."""
    out: list[Bucket] = []
    for bound, count in buckets:
        if out and out[-1][0] == bound:
            out[-1] = (bound, out[-1][1] + count)
        else:
            out.append((bound, count))
    return out


def _rising(buckets: Sequence[Bucket]) -> list[Bucket]:
    """No count is below the one before it; one that is lower was scraped or counted a moment earlier."""
    out: list[Bucket] = []
    for bound, count in buckets:
        before = out[-1][1] if out else -math.inf
        near = bool(out) and abs(count - before) <= SMALL * min(abs(count) + abs(before), math.inf)
        out.append((bound, before if count < before or near else count))
    return out
