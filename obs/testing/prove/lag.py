"""When Promtail read each line, told by the counters that Prometheus stored.

Promtail looks for new lines every 20 ms, and later where the machine is busy. On a faster clock that is a second of the
scenario, in which a burst has gone on: which of its lines a scrape saw is measured and not assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from obs.sim.scrape import NAME, Key, Value
from obs.testing.scenario.inputs import Inputs, Line
from obs.testing.scenario.platform import Platform

MOST_SECONDS = 0.25
"""The longest that reading may take, in real seconds: what comes later still is a difference."""

Samples = Mapping[Key, Sequence[tuple[int, Value]]]
Pod = tuple[str, str]
Counts = dict[Pod, dict[int, float]]


def as_read(
    inputs: Inputs, emulated: Samples, stored: Samples, platform: Platform, most: int
) -> tuple[Line, ...] | None:
    """The lines, those that a scrape did not count yet moved behind it; None where counters do not tell.

    They tell where each line of a pod counts once, and Promtail was there all the time. `most` is milliseconds of the
    scenario.
    """
    if "promtail" in {one.what for one in inputs.restarts} | {one.what for one in inputs.outages}:
        return None
    mine, real = _counts(emulated, inputs, platform), _counts(stored, inputs, platform)
    by_pod: dict[Pod, list[int]] = {}
    for place, line in enumerate(inputs.lines):
        by_pod.setdefault(_pod(line), []).append(place)
    moved = list(inputs.lines)
    for pod, places in by_pod.items():
        scrapes = mine.get(pod, {})
        if not scrapes or max(scrapes.values()) != len(places):
            return None
        ordered = sorted(places, key=lambda place: inputs.lines[place].at)
        for scrape in sorted(set().union(*(one.keys() for one in mine.values()))):
            written = sum(inputs.lines[place].at <= scrape for place in places)
            held = written - round(
                scrapes.get(scrape, 0.0)
            )  # read, and waiting for the next line of their block
            seen = round(real.get(pod, {}).get(scrape, 0.0)) + held
            for place in ordered[seen:]:
                if scrape - most <= moved[place].at <= scrape:
                    moved[place] = replace(moved[place], at=scrape + 1)
    return tuple(moved)


def _pod(line: Line) -> Pod:
    return line.labels["namespace"], line.labels["pod"]


def _counts(samples: Samples, inputs: Inputs, platform: Platform) -> Counts:
    """What the pipeline's counters say altogether of each pod at each scrape (milliseconds of the scenario)."""
    base, phase = round(inputs.start.timestamp() * 1000), inputs.phases.scrape
    interval = platform.promtail.interval
    patterns = [one for one in platform.promtail.exposes if one != "promtail_*"]
    found: Counts = {}
    for key, points in samples.items():
        labels = dict(key)
        if not any(fnmatchcase(labels[NAME], one) for one in patterns):
            continue
        own = found.setdefault((labels.get("namespace", ""), labels.get("pod", "")), {})
        for at, value in points:
            if not isinstance(value, str) and at >= base:
                scrape = phase + round((at - base - phase) / interval) * interval
                own[scrape] = own.get(scrape, 0.0) + value
    return found
