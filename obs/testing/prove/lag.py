"""How long after it was written Promtail read a line, told by the counters that Prometheus stored.

Promtail looks for new lines every 20 ms, and later where the machine is busy. On a faster clock that is a second of the
scenario, in which a burst has gone on: which of its lines a scrape saw is measured and not assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase

from obs.sim.scrape import NAME, Key, Value
from obs.testing.scenario.inputs import Inputs
from obs.testing.scenario.platform import Platform

MOST_SECONDS = 0.25
"""The longest, in real seconds: what comes later still is a difference."""

STEPS = 8

Samples = Mapping[Key, Sequence[tuple[int, Value]]]


def fitting(emulate: Callable[[int], Samples], excess: Callable[[Samples], float], most: int) -> list[int]:
    """The delays, in milliseconds of the scenario, with which the emulated counters come nearest to the stored ones.

    The longer the delay, the less is counted by each scrape, so it is found by halving: the last that counts too much,
    and the first that does not.
    """
    if excess(emulate(0)) <= 0:
        return []
    low, high = 0, most
    if excess(emulate(high)) > 0:
        return []
    for _ in range(STEPS):
        middle = (low + high) // 2
        over = excess(emulate(middle))
        if over == 0:
            return [middle]
        low, high = (middle, high) if over > 0 else (low, middle)
    return [high, low]


def excess(emulated: Samples, stored: Samples, inputs: Inputs, platform: Platform) -> float:
    """How much more the scrapes of the emulator counted altogether than those that are stored, in a scenario's pods."""
    base, interval = round(inputs.start.timestamp() * 1000), platform.promtail.interval
    pods = {(line.labels["namespace"], line.labels["pod"]) for line in inputs.lines}
    patterns = [one for one in platform.promtail.exposes if one != "promtail_*"]

    def counted(samples: Samples) -> dict[int, float]:
        found: dict[int, float] = {}
        for key, points in samples.items():
            labels = dict(key)
            own = (labels.get("namespace"), labels.get("pod")) in pods
            if own and any(fnmatchcase(labels[NAME], one) for one in patterns):
                for at, value in points:
                    if not isinstance(value, str) and at >= base:
                        scrape = round((at - base) / interval)
                        found[scrape] = found.get(scrape, 0.0) + value
        return found

    mine, real = counted(emulated), counted(stored)
    last = max(real, default=0)
    return sum(mine.get(one, 0.0) - real.get(one, 0.0) for one in mine.keys() | real.keys() if one <= last)
