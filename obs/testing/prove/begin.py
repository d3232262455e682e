"""Before a scenario starts: when servers scrape and evaluate is measured, and the start is set to suit both."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise

from obs.testing.prove.coming import moves, visits
from obs.testing.prove.exporter import Instance
from obs.testing.prove.stack import Stack, earliest
from obs.testing.prove.stored import series
from obs.testing.scenario.inputs import HISTORY

LEAD_SECONDS = 0.5
"""From the moment that everything is ready to the earliest start of a scenario."""

BEHIND, BEFORE = 0.15, 0.03
"""Seconds that an evaluation must be apart from scrapes: nearer, it is chance whether it sees what they store."""

MOVES = 12
"""How often rules are moved in their interval at most."""

NOTED = 3
"""How many evaluations are seen before the start: on a busy machine one may be late."""

TARGETS_SECONDS = 60.0
RELOAD_SECONDS = 6.0
"""How long Prometheus may take to read rules again and to find its Alertmanager after that."""


@dataclass(slots=True)
class Moments:
    """When the servers of a stack do what they do, in seconds since 1970: of each interval one moment.

    `wanted` are the groups of rules that matter; None is all of them.
    """

    stack: Stack
    until: int
    wanted: Collection[str] | None = None
    scrapes: dict[Instance, float] = field(default_factory=dict)
    groups: dict[str, float] = field(default_factory=dict)

    @property
    def interval(self) -> float:
        """Between two evaluations, in real seconds."""
        return self.stack.speed.seconds(self.stack.platform.evaluation_interval)

    def learn(self) -> None:
        """Wait until every server is ready and every target scraped, and measure when rules are evaluated.

        A run without an end is compared with nothing: nothing is measured for it.
        """
        stack = self.stack
        for name in ("alertmanager", *(f"promtail-{node}" for node in stack.setting.ports.promtails)):
            stack.wait_ready(name)
        stack.wait_ready("prometheus")
        wanted = len(stack.setting.instances())
        seconds = TARGETS_SECONDS + self.interval
        stack.servers.wait_for(
            lambda: len(stack.scrape_phases()) == wanted, seconds, "every target is scraped"
        )
        self.scrapes = stack.scrape_phases()
        if self.until:
            self._measure()
            self._take_away()
        stack.wait_alertmanager()

    def _measure(self) -> None:
        notes = NOTED if self.interval <= NOTED else 1
        for moved in range(MOVES):
            self.groups.clear()
            for _ in range(notes):
                time.sleep(self.interval)
                self.note_groups()
            self.scrapes = self.stack.scrape_phases()
            near = self._near()
            if not near or moved == MOVES - 1:
                return
            self.stack.move_rules(near)
            time.sleep(self.interval)

    def note_groups(self) -> None:
        """The earliest in its interval at which each group was seen to be evaluated."""
        for name, at in self.stack.group_times().items():
            self.groups[name] = earliest([self.groups.get(name, at), at], self.interval)

    def _near(self) -> list[str]:
        """The groups that are evaluated so soon behind a scrape, or before one, that it is chance what they see."""
        return [
            name
            for name, group in self._that_matter().items()
            if not all(
                BEHIND < (group - scrape) % self.interval < self.interval - BEFORE
                for scrape in self.scrapes.values()
            )
        ]

    def _that_matter(self) -> dict[str, float]:
        return {name: at for name, at in self.groups.items() if self.wanted is None or name in self.wanted}

    def _take_away(self) -> None:
        """The targets that the scenario begins without leave; Prometheus has marked the end of their series then."""
        stack = self.stack
        absent = {
            one.instance
            for target, instance in stack.setting.instances()
            for one in visits(stack.inputs, target, instance, stack.inputs.phases.scrape, stack.speed)
            if one.leaves is None
        }
        if not absent:
            return
        stack.place_targets(absent)
        seconds = 2 * TARGETS_SECONDS
        left = len(stack.setting.instances()) - len(absent)
        stack.servers.wait_for(lambda: stack.active_targets() == left, seconds, "targets are gone")
        interval = max(target.interval for target, one in stack.setting.instances() if one in absent)
        time.sleep(stack.speed.seconds(interval) * 2.5)

    # The start

    def start(self) -> float:
        """Set the start, such that the first target is scraped when in its interval the scenario wants it."""
        stack, speed = self.stack, self.stack.speed
        before = self.until and any(one.curve.start < 0 for one in stack.inputs.expositions)
        history = HISTORY if before else 0
        lead = self.interval if moves(stack.inputs) else 0.0
        told = stack.setting.reads_clock(self.wanted)
        lead = max(lead, RELOAD_SECONDS) if told else lead
        earliest = time.time() + LEAD_SECONDS + lead + speed.seconds(history)
        wanted = self._apart() if stack.inputs.stored else 0.0
        if self.scrapes:
            wanted = next(iter(self.scrapes.values())) - speed.seconds(stack.inputs.phases.scrape)
        # A whole millisecond: samples have no finer moments.
        start = round(earliest + (wanted - earliest) % self.interval, 3)
        exporter = stack.exporter
        exporter.intervals = {
            one: speed.seconds(target.interval) for target, one in stack.setting.instances()
        }
        exporter.phases = dict(self.scrapes)
        exporter.start = stack.sink.start = start
        if told:
            stack.set_clock(start)
        if stack.inputs.stored:
            stack.store(series(stack.inputs, self.until, speed, start))
        return start

    def _apart(self) -> float:
        """The moment of an interval that is furthest from every evaluation: there series that are sent have samples."""
        moments = sorted(at % self.interval for at in self._that_matter().values())
        if not moments:
            return 0.0
        gaps = [*pairwise(moments), (moments[-1], moments[0] + self.interval)]
        before, after = max(gaps, key=lambda gap: gap[1] - gap[0])
        return (before + after) / 2
