"""Promtail on every node: lines in, counters out."""

from __future__ import annotations

from dataclasses import dataclass, field

from obs.sim.promtail import ConfigError, Entry, Panic, Pipeline
from obs.sim.scrape import Exposed
from obs.testing.scenario.clock import NANOSECONDS, Clock
from obs.testing.scenario.framing import framed
from obs.testing.scenario.inputs import Line
from obs.testing.scenario.platform import Platform

SECOND = 1_000
WATCHED = 15 * SECOND
"""How long after a line its block may still be held back."""


@dataclass(slots=True)
class _Promtail:
    """Promtail on one node. What is written while it is away it reads when it is back."""

    pipeline: Pipeline
    waiting: list[Line] = field(default_factory=list)
    ticked: int = 0
    held_until: int = 0
    """Up to when a block of several lines may still be held back."""


class Promtails:
    """All of them; `problem` says why none runs: the pipeline is refused, or a line killed it."""

    def __init__(self, platform: Platform, clock: Clock) -> None:
        self.problem = ""
        self.shipped: list[Entry] = []
        """What left for Loki, in order."""
        self._stages = platform.stages
        self._clock = clock
        self._nodes: dict[str, _Promtail] = {}

    def log(self, line: Line, at: int) -> None:
        """A container writes a line."""
        promtail = self._on(line.node)
        if promtail is None:
            return
        away = self._clock.away("promtail", at, line.node)
        if away is not None and away.how == "down":
            promtail.waiting.append(line)
            return
        now = self._clock.epoch(at) * NANOSECONDS
        try:
            self._tick(promtail, at)
            promtail.held_until = at + WATCHED
            for text in framed(line, self._clock.moment(line.at)):
                self.shipped += promtail.pipeline.push(Entry(dict(line.labels), text, now))
        except Panic as error:
            self.problem = f"a line kills Promtail: {error.message}"

    def read_on(self, at: int) -> None:
        """They are back, and read what was written meanwhile."""
        for promtail in self._nodes.values():
            waiting, promtail.waiting = promtail.waiting, []
            for line in waiting:
                self.log(line, at)

    def restart(self, at: int) -> None:
        """Counters are in memory: they begin anew. Positions are on disk, so no line is read twice or not at all."""
        assert self._stages is not None
        for promtail in self._nodes.values():
            self.shipped += promtail.pipeline.flush()  # it ends in good order: what it held back goes out
            promtail.pipeline = Pipeline(self._stages, now=self._clock.epoch(at) * NANOSECONDS)
        self.read_on(at)

    def page(self, node: str, at: int) -> list[Exposed]:
        """What a scrape finds; idle counters go after it. Raises GatherError where Promtail answers 500."""
        promtail = self._on(node)
        if promtail is None:
            return []
        now = self._clock.epoch(at) * NANOSECONDS
        self._tick(promtail, at)
        metrics = promtail.pipeline.metrics
        created = {
            (family.name, key): series.created // NANOSECONDS
            for family in metrics.families
            if family.kind == "counter"
            for key, series in ((frozenset(one.labels.items()), one) for one in family.series.values())
        }
        page = [
            Exposed(one.name, one.labels, one.value, created.get((one.name, frozenset(one.labels.items()))))
            for one in metrics.samples()
        ]
        for family in metrics.families:
            family.prune(now)
        return page

    def _tick(self, promtail: _Promtail, at: int) -> None:
        """Let it be this time; blocks of several lines go out by the second in which they have waited long enough."""
        for moment in range(promtail.ticked + SECOND, min(at, promtail.held_until), SECOND):
            self.shipped += promtail.pipeline.tick(self._clock.epoch(moment) * NANOSECONDS)
        self.shipped += promtail.pipeline.tick(self._clock.epoch(at) * NANOSECONDS)
        promtail.ticked = at

    def _on(self, node: str) -> _Promtail | None:
        if self._stages is None or self.problem:
            return None
        if node not in self._nodes:
            try:
                pipeline = Pipeline(self._stages, now=self._clock.epoch(0) * NANOSECONDS)
            except (ConfigError, Panic) as error:
                self.problem = f"Promtail refuses the pipeline: {error.message}"
                return None
            self._nodes[node] = _Promtail(pipeline)
        return self._nodes[node]
