"""Every target of a run, and what becomes of each of its scrapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from obs.sim.promtail import GatherError
from obs.sim.scrape import Exposed, Scraper, Stored, TargetConfig
from obs.testing.scenario.clock import Clock
from obs.testing.scenario.inputs import Exposition
from obs.testing.scenario.names import promtail_pod, suffix
from obs.testing.scenario.observed import ScrapeTry
from obs.testing.scenario.platform import Platform, ScrapeTarget
from obs.testing.scenario.promtails import Promtails

ZERO_INGESTION = "created-timestamp-zero-ingestion"
"""The feature of Prometheus that stores a 0 where a counter was created."""


@dataclass(slots=True)
class Instance:
    """One instance of a target and what it exposes."""

    target: ScrapeTarget
    name: str
    scraper: Scraper
    expositions: list[Exposition] = field(default_factory=list)
    was_gone: bool = False
    ending: list[Stored] = field(default_factory=list)
    """What is written late because the target is gone: see `Scrapes.taken`."""

    def page(self, at: int) -> list[Exposed]:
        """What its exporter shows at a moment."""
        values = ((one, one.curve.value(at)) for one in self.expositions)
        return [Exposed(one.name, one.labels, value) for one, value in values if value is not None]


class Scrapes:
    """The instances that inputs and platform make, and the log of their scrapes."""

    def __init__(self, platform: Platform, clock: Clock, promtails: Promtails) -> None:
        self.tries: list[ScrapeTry] = []
        self._platform = platform
        self._clock = clock
        self._promtails = promtails
        self._instances: dict[tuple[str, str], Instance] = {}
        self._make()

    @property
    def instances(self) -> list[Instance]:
        """All of them, Promtail's first."""
        return list(self._instances.values())

    def _make(self) -> None:
        inputs, platform = self._clock.inputs, self._platform
        if platform.stages is not None:
            for node in sorted({line.node for line in inputs.lines}) or ["node-1"]:
                labels = {**platform.promtail.labels, "pod": promtail_pod(platform.release, node)}
                self._instance(platform.promtail, node, labels)
        for one in inputs.expositions:
            target = next(target for target in platform.targets if target.name == one.target)
            labels = {
                name: value.replace("{suffix}", suffix(f"{one.target}/{one.instance}")).replace(
                    "{instance}", one.instance
                )
                for name, value in target.labels.items()
            }
            self._instance(target, one.instance, labels).expositions.append(one)

    def _instance(self, target: ScrapeTarget, name: str, labels: Mapping[str, str]) -> Instance:
        key = target.name, name
        if key not in self._instances:
            config = TargetConfig(
                {**labels, "instance": name},
                target.honor_labels,
                target.metric_relabelings,
                zero_ingestion=ZERO_INGESTION in self._platform.features,
            )
            self._instances[key] = Instance(target, name, Scraper(config))
        return self._instances[key]

    def scrape(self, instance: Instance, at: int) -> list[Stored]:
        """One scrape at its time: what is stored of it."""
        wall = self._clock.wall(at)
        outage = self._clock.away(instance.target.name, at, instance.name)
        if instance.target.off:
            switch = instance.target.off
            return self._tried(instance, at, "gone", f"it is switched off; {switch} switches it on", [])
        if self._clock.away("prometheus", at) is not None:
            instance.scraper.forget()
            return self._tried(instance, at, "missed", "Prometheus was not running", [])
        if outage is None:
            return self._asked(instance, at, wall)
        if outage.how == "missed":
            return self._tried(instance, at, "missed", "the scenario leaves this scrape out", [])
        if outage.how == "gone":
            instance.ending = [] if instance.was_gone else instance.scraper.gone(wall)
            instance.was_gone = True
            return self._tried(instance, at, "gone", "the scenario takes the target away", [])
        return self._tried(instance, at, "down", "the target does not answer", instance.scraper.failed(wall))

    @staticmethod
    def taken(instance: Instance, at: int) -> tuple[int, list[Stored]]:
        """The ends of a target's series after the first scrape that it is gone for, and when they are written.

        Prometheus waits whether the target comes back: two intervals and a tenth after the last scrape it writes them,
        under the moment of the first scrape that was left out.
        """
        ending, instance.ending = instance.ending, []
        return at + instance.target.interval * 11 // 10, ending

    def _asked(self, instance: Instance, at: int, wall: int) -> list[Stored]:
        instance.was_gone = False
        try:
            page = self._promtails.page(instance.name, at) if instance.target.name == "promtail" else []
        except GatherError as error:
            stored = instance.scraper.failed(wall)
            return self._tried(instance, at, "refused", f"Promtail answers 500: {error}", stored)
        page += instance.page(at)
        stored = instance.scraper.scrape(page, wall)
        self.tries.append(ScrapeTry(at, instance.target.name, instance.name, "ok", len(page), len(stored)))
        return stored

    def _tried(
        self,
        instance: Instance,
        at: int,
        outcome: Literal["down", "missed", "gone", "refused"],
        why: str,
        stored: list[Stored],
    ) -> list[Stored]:
        self.tries.append(ScrapeTry(at, instance.target.name, instance.name, outcome, why=why))
        return stored
