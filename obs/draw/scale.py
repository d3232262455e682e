"""Axes: from values to pixels, and which values get a mark."""

from __future__ import annotations

import math
from collections.abc import Iterable

from obs.record import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` on pixels from `start` to `end`; `log` is the base of a logarithmic one, or 0."""

    low: float
    high: float
    start: float
    end: float
    log: float = 0

    def __call__(self, value: float) -> float:
        """The pixel of a value; a value outside stays at the edge, and a little beyond it."""
        low, high, at = self.low, self.high, value
        if self.log:
            low, high, at = _log(low), _log(high), _log(value)
        part = (at - low) / (high - low) if high != low else 0.5
        return self.start + (self.end - self.start) * max(-0.05, min(1.05, part))


def _log(value: float) -> float:
    return math.log10(max(value, 1e-12))


def nice_step(span: float, most: int, base: float = 10) -> float:
    """A step of 1, 2, 2.5 or 5 times a power of the base, so that no more than `most` steps cover the span."""
    if span <= 0 or not math.isfinite(span):
        return 1.0
    raw = span / max(most, 1)
    if base == 1024:
        power = 1024.0 ** math.floor(math.log(max(raw, 1), 1024))
        sizes: tuple[float, ...] = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
    else:
        power = 10.0 ** math.floor(math.log10(raw))
        sizes = (1, 2, 2.5, 5, 10)
    return next((size * power for size in sizes if size * power >= raw * 0.999), sizes[-1] * power)


def ticks(low: float, high: float, most: int, base: float = 10) -> list[float]:
    """Round values from low to high."""
    step = nice_step(high - low, most, base)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [number * step for number in range(first, min(last, first + 4 * most + 4) + 1)]


def extent(
    values: Iterable[float | None], low: float | None, high: float | None, *, soft: tuple[float, ...] = ()
) -> tuple[float, float]:
    """The range that an axis shows: of the values, unless it is set; a little air above, zero where it is near."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    known += soft
    least, most = (min(known), max(known)) if known else (0.0, 1.0)
    if least == most:
        least, most = (0.0, most * 2) if most > 0 else (most * 2, 0.0) if most < 0 else (0.0, 1.0)
    span = most - least
    bottom = low if low is not None else 0.0 if 0 <= least < span else least - span * 0.08
    top = high if high is not None else most + (most - bottom) * 0.08
    return (bottom, top) if top > bottom else (bottom, bottom + 1)


def time_ticks(start: float, end: float, most: int) -> list[float]:
    """Round moments between two, seconds since 1970 UTC."""
    span = end - start
    steps = (1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
    days = (172800, 604800, 1209600, 2592000, 7776000, 15552000, 31536000)
    step = next((one for one in (*steps, *days) if span / one <= most), days[-1])
    first = math.ceil(start / step)
    return [float(number * step) for number in range(first, min(int(end // step), first + 60) + 1)]
