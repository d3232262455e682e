"""What a scenario puts in, as plain data that any backend can replay; times are milliseconds from its start."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Literal

from obs.sim.discord import PER_MILLISECONDS, REQUESTS, Behaviour

Labels = Mapping[str, str]
START = datetime(2026, 1, 5, tzinfo=UTC)
"""The moment of time 0: a Monday at midnight."""

FOR_EVER = 1 << 50
HISTORY = 600_000
"""How long before time 0 counters were scraped already, so that a rate over minutes is what it is on any other day."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that a container writes; `text` is without framing, `labels` are those of its stream in discovery."""

    at: int
    node: str
    service: str
    labels: Labels
    text: str
    stream: Literal["stdout", "stderr"] = "stdout"
    framing: Literal["cri", "docker", "raw"] = "cri"


@dataclass(frozen=True, slots=True)
class Curve:
    """A value over time: straight lines between points, the first value before, the last one behind.

    A counter is the integral of its curve, from 0 at `start` and anew after each reset. Outside of `start` to `end` the
    series is not exposed.
    """

    points: tuple[tuple[int, float], ...]
    kind: Literal["gauge", "counter"] = "gauge"
    resets: tuple[int, ...] = ()
    start: int = 0
    end: int = FOR_EVER

    def value(self, at: int) -> float | None:
        """The value that is exposed at a moment."""
        if not self.start <= at < self.end:
            return None
        if self.kind == "gauge":
            return self._level(at)
        since = max((reset for reset in self.resets if reset <= at), default=self.start)
        return self._area(since, at) / 1000

    def _level(self, at: int) -> float:
        place = bisect_right(self.points, (at, float("inf")))
        if place == 0:
            return self.points[0][1]
        before, level = self.points[place - 1]
        if place == len(self.points):
            return level
        after, next_level = self.points[place]
        return level + (next_level - level) * (at - before) / (after - before)

    def _area(self, start: int, end: int) -> float:
        inner = [point for point in self.points if start < point[0] < end]
        # At a jump two points share a time: the area uses the level before it and the level behind it.
        corners = [(start, self._level(start)), *inner, (end, self._before(end))]
        return sum((a + b) / 2 * (t - s) for (s, a), (t, b) in pairwise(corners))

    def _before(self, at: int) -> float:
        """The level just before a moment."""
        earlier = [point for point in self.points if point[0] < at]
        later = next((point for point in self.points if point[0] >= at), None)
        if not earlier:
            return self.points[0][1]
        before, level = earlier[-1]
        if later is None:
            return level
        return level + (later[1] - level) * (at - before) / (later[0] - before)


@dataclass(frozen=True, slots=True)
class Exposition:
    """A series that an instance of a target exposes."""

    target: str
    instance: str
    name: str
    labels: Labels
    curve: Curve


@dataclass(frozen=True, slots=True)
class StoredSeries:
    """A series as it is in Prometheus, in promtool's notation; no scrape is involved."""

    notation: str
    start: int
    interval: int


@dataclass(frozen=True, slots=True)
class Outage:
    """From `start` to `end` something does not work.

    `what` is a target's name, `promtail`, `prometheus` or `alertmanager`. A target that is `down` is asked and does
    not answer; a `missed` scrape is never tried; one that is `gone` is not to be scraped at all.
    """

    what: str
    start: int
    end: int
    how: Literal["down", "missed", "gone"] = "down"
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Restart:
    """Something ends and is back after `lasts`. `keep` says whether what it writes to its disk is still there."""

    what: str
    at: int
    lasts: int = 0
    keep: bool = True


@dataclass(frozen=True, slots=True)
class Rotation:
    """The kubelet moves a service's log files aside and begins new ones; no line is lost by it."""

    at: int
    service: str


@dataclass(frozen=True, slots=True)
class ClockStep:
    """At this moment the clock of Prometheus jumps by so much."""

    at: int
    by: int


@dataclass(frozen=True, slots=True)
class Sent:
    """An alert that is posted to Alertmanager past all rules: by hand (once), or again and again until `until`."""

    labels: Labels
    annotations: Labels
    at: int
    every: int = 0
    until: int = 0


@dataclass(frozen=True, slots=True)
class Phases:
    """When in their intervals things happen: scrapes and evaluations, each at this offset.

    `targets` (by `target/instance`) and `groups` (of rules) name those that have one of their own.
    """

    scrape: int = 10_000
    evaluation: int = 0
    targets: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inputs:
    """A whole scenario but for its expectations."""

    lines: tuple[Line, ...] = ()
    expositions: tuple[Exposition, ...] = ()
    stored: tuple[StoredSeries, ...] = ()
    outages: tuple[Outage, ...] = ()
    restarts: tuple[Restart, ...] = ()
    clock_steps: tuple[ClockStep, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    sent: tuple[Sent, ...] = ()
    discord: tuple[Behaviour, ...] = ()
    discord_limit: tuple[int, int] = (REQUESTS, PER_MILLISECONDS)
    phases: Phases = field(default_factory=Phases)
    start: datetime = START

    def adding(self, **more: tuple[object, ...]) -> Inputs:
        """With these items behind those of the named fields."""
        joined: dict[str, Any] = {name: (*getattr(self, name), *items) for name, items in more.items()}
        return replace(self, **joined)
