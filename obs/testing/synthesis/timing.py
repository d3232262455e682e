"""When an alert fires and ends: the samples that are just enough, and those that last until somebody is told."""

from __future__ import annotations

from collections.abc import Iterator

from obs.lang import duration
from obs.testing.synthesis.laboratory import Fired, Given, Laboratory
from obs.testing.synthesis.series import State

HOUR = 3_600_000
LOOKBACK = 300_000
"""How long Prometheus takes the last sample of a series for its value."""
MOST_SHOWN = 7 * HOUR
"""The longest run that shows how an alert ends."""
LONGEST_WAIT = 120_000
"""How long after it fires somebody should have been told of an alert (milliseconds)."""
Asked = tuple[str, str, Given, int, bool]
"""Name and reason of a case, its series, how long it runs, and whether the alert fires."""


def in_time(laboratory: Laboratory, state: State, until: int) -> Iterator[Asked]:
    """As few samples as it needs, and one fewer."""
    late = until + min(laboratory.reach, 2 * HOUR) + 2 * laboratory.interval
    most = until // laboratory.step + 1
    fired = laboratory.fired(_ending(laboratory, state, most), late)
    if fired is None:
        yield "fires", "It fires.", laboratory.given(state, most), until, True
        return
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        earlier = laboratory.fired(_ending(laboratory, state, middle), late)
        low, high, fired = (low, middle, earlier) if earlier is not None else (middle, high, fired)
    series = _ending(laboratory, state, high)
    end = _over(laboratory, series, fired)
    yield "fires", f"{_samples(high)} enough.", series, end, True
    if low:
        yield "ends_too_early", f"{_samples(low)} not enough.", _ending(laboratory, state, low), end, False


def _over(laboratory: Laboratory, series: Given, fired: Fired) -> int:
    """The moment after its end, so that it is seen how far back the alert looks."""
    kept = duration.parse(str(laboratory.rule.get("keep_firing_for") or "0s"))
    late = fired.at + laboratory.reach + LOOKBACK + kept + 2 * laboratory.interval
    if late <= MOST_SHOWN:
        whole = laboratory.fired(series, -(-late // laboratory.interval) * laboratory.interval)
        if whole is not None and whole.ended is not None:
            return whole.ended + laboratory.interval
    return fired.at + 2 * laboratory.interval


def lasting(laboratory: Laboratory, state: State, until: int) -> Iterator[Asked]:
    """For as long as it takes until somebody is told."""
    late = until + LONGEST_WAIT
    fired = laboratory.fired(laboratory.given(state, late // laboratory.step + 1), late)
    if fired is not None:
        end = fired.at + LONGEST_WAIT
        yield "lasts", "It lasts.", laboratory.given(state, end // laboratory.step + 1), end, True


def _ending(laboratory: Laboratory, state: State, samples: int) -> Given:
    """The series of a state up to so many samples, and then no more."""
    whole = laboratory.given(state, samples)
    return [(series, values if values.endswith("stale") else f"{values} stale") for series, values in whole]


def _samples(count: int) -> str:
    return f"{count} samples are" if count > 1 else "1 sample is"
