"""The clock of a run, and what is away at which moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from obs.testing.scenario.inputs import Inputs, Outage

NANOSECONDS = 1_000_000
"""In a millisecond."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Times of a run are milliseconds from its start."""

    inputs: Inputs

    def moment(self, at: int) -> datetime:
        """The moment of a time of the run."""
        return self.inputs.start + timedelta(milliseconds=at)

    def epoch(self, at: int) -> int:
        """Milliseconds since 1970."""
        return round(self.inputs.start.timestamp() * 1000) + at

    def wall(self, at: int) -> int:
        """What the clock of Prometheus shows, as milliseconds since 1970: it may have been made to jump."""
        return self.epoch(at) + sum(step.by for step in self.inputs.clock_steps if step.at <= at)

    def away(self, what: str, at: int, instance: str = "") -> Outage | None:
        """The outage of something at a moment, restarts that last among them."""
        for one in self.inputs.outages:
            if one.what == what and one.start <= at < one.end and one.instance in ("", instance):
                return one
        for restart in self.inputs.restarts:
            if restart.what == what and restart.at <= at < restart.at + restart.lasts:
                return Outage(what, restart.at, restart.at + restart.lasts)
        return None
