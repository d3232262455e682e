"""What a panel draws: series over the same moments, and log lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from obs.record import dataclass, field

START = 1_767_603_600
"""2026-01-05 09:00 UTC: pictures have a clock of their own."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """`count` moments from `start` to `end`, seconds since 1970 UTC."""

    start: float = START
    end: float = START + 3600
    count: int = 61

    @property
    def step(self) -> float:
        """Seconds between two moments."""
        return (self.end - self.start) / max(self.count - 1, 1)

    @property
    def moments(self) -> list[float]:
        """All of them."""
        return [self.start + self.step * number for number in range(self.count)]


@dataclass(frozen=True, slots=True)
class Series:
    """Values at each moment of the timeline, None where there is none. `le` orders the buckets of a histogram."""

    labels: Mapping[str, str]
    values: tuple[float | None, ...]
    ref_id: str = "A"
    metric: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a log query's answer, newest first."""

    at: float
    text: str
    labels: Mapping[str, str] = field(default_factory=dict)
    level: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A moment that an annotation marks, in a colour of Grafana's."""

    at: float
    colour: str


@dataclass(frozen=True, slots=True)
class Data:
    """Everything that the queries of a panel return."""

    timeline: Timeline = Timeline()
    series: tuple[Series, ...] = ()
    lines: tuple[LogLine, ...] = ()
    instant: frozenset[str] = frozenset()
    """The ref ids of queries that ask for one moment only."""
    events: tuple[Event, ...] = ()


_Reducer = Callable[[Sequence[float]], float]


def _spread(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))


def _quantile(part: float) -> _Reducer:
    return lambda values: sorted(values)[min(int(part * len(values)), len(values) - 1)]


_REDUCERS: dict[str, _Reducer] = {
    "lastNotNull": lambda values: values[-1],
    "last": lambda values: values[-1],
    "firstNotNull": lambda values: values[0],
    "first": lambda values: values[0],
    "min": min,
    "max": max,
    "mean": lambda values: sum(values) / len(values),
    "median": _quantile(0.5),
    "sum": sum,
    "total": sum,
    "count": lambda values: float(len(values)),
    "range": lambda values: max(values) - min(values),
    "delta": lambda values: values[-1] - values[0],
    "step": lambda values: values[-1] - values[0],
    "diff": lambda values: values[-1] - values[0],
    "diffperc": lambda values: (values[-1] - values[0]) / values[0] if values[0] else 0.0,
    "variance": lambda values: _spread(values) ** 2,
    "stdDev": _spread,
    "distinctCount": lambda values: float(len(set(values))),
    "changeCount": lambda values: float(sum(a != b for a, b in pairwise(values))),
}

REDUCER_NAMES = {
    "lastNotNull": "Last *", "last": "Last", "firstNotNull": "First *", "first": "First", "min": "Min", "max": "Max",
    "mean": "Mean", "median": "Median", "sum": "Total", "count": "Count", "range": "Range", "delta": "Delta",
    "diff": "Difference", "stdDev": "StdDev",
}  # fmt: skip
"""What Grafana heads a legend's column with."""


def reduced(values: Sequence[float | None], calc: str) -> float | None:
    """One value for many; None for none at all. An unknown calculation is the last value."""
    known = [value for value in values if value is not None and not math.isnan(value)]
    if not known:
        return None
    percentile = calc[1:] if calc.startswith("p") and calc[1:].isdigit() else ""
    reducer = _quantile(int(percentile) / 100) if percentile else _REDUCERS.get(calc, _REDUCERS["last"])
    return reducer(known)
