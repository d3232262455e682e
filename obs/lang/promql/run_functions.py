"""The functions that `run` knows: of a series over time, and of single values.

Source: Prometheus 2.55, `promql/functions.go`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

Points = Sequence[tuple[int, float | None]]
Floats = list[tuple[int, float]]
OverTime = Callable[[Floats, int, int], float | None]


def kahan_sum(values: Sequence[float], *, mean: bool = False) -> float:
    """The sum as Prometheus takes it, small parts kept apart; with `mean` divided by the number of values."""
    total = rest = 0.0
    for value in values:
        new = total + value
        if math.isinf(new):
            rest = 0.0
        elif abs(total) >= abs(value):
            rest += (total - new) + value
        else:
            rest += (value - new) + total
        total = new
    if mean:
        return (total + rest) / len(values)
    return total + rest


def _extrapolated(points: Floats, start: int, end: int, *, counter: bool, rate: bool) -> float | None:
    if len(points) < 2:
        return None
    (first_at, first), (last_at, last) = points[0], points[-1]
    growth = last - first
    if counter:
        before = first
        for _, value in points[1:]:
            if value < before:
                growth += before
            before = value
    to_start, to_end = (first_at - start) / 1000, (end - last_at) / 1000
    sampled = (last_at - first_at) / 1000
    average = sampled / (len(points) - 1)
    if to_start >= average * 1.1:
        to_start = average / 2
    if counter and growth > 0 and first >= 0:
        to_start = min(to_start, sampled * (first / growth))
    if to_end >= average * 1.1:
        to_end = average / 2
    factor = (sampled + to_start + to_end) / sampled
    if rate:
        factor /= (end - start) / 1000
    return growth * factor


def _instant(points: Floats, *, rate: bool) -> float | None:
    if len(points) < 2:
        return None
    (before_at, before), (at, value) = points[-2:]
    change = value if rate and value < before else value - before
    return change / ((at - before_at) / 1000) if rate else change


def _pairs(points: Floats, count: Callable[[float, float], bool]) -> float:
    return float(sum(count(a, b) for (_, a), (_, b) in pairwise(points)))


def _changed(before: float, after: float) -> bool:
    return before != after and not (math.isnan(before) and math.isnan(after))


def _extreme(pick: Callable[[Sequence[float]], float]) -> OverTime:
    def run(points: Floats, _start: int, _end: int) -> float:
        real = [value for _, value in points if not math.isnan(value)]
        return pick(real) if real else math.nan

    return run


FUNCTIONS: Mapping[str, OverTime] = {
    "rate": lambda points, start, end: _extrapolated(points, start, end, counter=True, rate=True),
    "increase": lambda points, start, end: _extrapolated(points, start, end, counter=True, rate=False),
    "delta": lambda points, start, end: _extrapolated(points, start, end, counter=False, rate=False),
    "irate": lambda points, start, end: _instant(points, rate=True),
    "idelta": lambda points, start, end: _instant(points, rate=False),
    "changes": lambda points, start, end: _pairs(points, _changed),
    "resets": lambda points, start, end: _pairs(points, lambda before, after: after < before),
    "min_over_time": _extreme(min),
    "max_over_time": _extreme(max),
    "avg_over_time": lambda points, start, end: kahan_sum([value for _, value in points], mean=True),
    "sum_over_time": lambda points, start, end: kahan_sum([value for _, value in points]),
    "count_over_time": lambda points, start, end: float(len(points)),
    "last_over_time": lambda points, start, end: points[-1][1],
    "present_over_time": lambda points, start, end: 1.0,
}
"""By name; each is given the points of the range (at least one), and the range's two ends in milliseconds."""


def _clamp(value: float, least: float, most: float) -> float:
    return max(least, min(most, value)) if not math.isnan(value) else value


OF_VECTORS: Mapping[str, Callable[..., float]] = {
    "abs": abs,
    "ceil": lambda value: float(math.ceil(value)) if math.isfinite(value) else value,
    "floor": lambda value: float(math.floor(value)) if math.isfinite(value) else value,
    "clamp": _clamp,
    "clamp_min": lambda value, least: _clamp(value, least, math.inf),
    "clamp_max": lambda value, most: _clamp(value, -math.inf, most),
}
"""By name; each is given the value, then the numbers behind the vector."""
