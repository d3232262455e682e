"""Series tried on a rule: when its expression, or a part of it, has a result, and when its alert fires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from obs.lang import duration
from obs.sim.rules.evaluator import AlertState, Evaluation, Evaluator, Settings, Step
from obs.testing.synthesis.series import CannotDeriveError, State, Wanted, notations

MOST_WORK = 60_000_000
"""Samples that a search may have read; a window of many hours is read anew at each evaluation."""

Given = Sequence[tuple[str, str]]
"""Series and values, in promtool's notation."""


@dataclass(frozen=True, slots=True)
class Fired:
    """When an alert fired first, what fired then, and when nothing fired any more; None while it lasts."""

    at: int
    alerts: tuple[AlertState, ...]
    ended: int | None = None


@dataclass(slots=True)
class Laboratory:
    """A rule with everything that is needed to try it; times are milliseconds, `base` is when time 0 is."""

    evaluator: Evaluator
    settings: Settings
    rule: Mapping[str, object]
    interval: int
    base: int
    step: int
    """From one sample to the next."""
    labels: Mapping[Wanted, Mapping[str, str]] = field(default_factory=dict)
    reach: int = 0
    """How far back the rule looks."""
    tries: int = 0
    work: int = 0

    @property
    def for_(self) -> int:
        """How long the condition has to hold, in whole evaluations."""
        asked = duration.parse(str(self.rule["for"])) if self.rule.get("for") else 0
        return -(-asked // self.interval) * self.interval

    def given(self, state: State, samples: int) -> list[tuple[str, str]]:
        """The series of a state."""
        return notations(state, self.labels, samples, self.step)

    def load(self, series: Given) -> None:
        """An empty server that holds these series."""
        self.tries += 1
        self.evaluator.reset(self.settings)
        for name, values in series:
            self.evaluator.append_notation(f"{name} {values}", self.base, self.step)

    def longest(self, expr: str, until: int) -> int:
        """For how many evaluations on end one series of a result is there; 0 for an empty result."""
        self._worked(until)
        most = 0
        for one in self.evaluator.query_range(expr, self.base, self.base + until, self.interval):
            run, last = 0, -1
            for at, _ in one.points:
                run = run + 1 if at - last == self.interval else 1
                last = at
                most = max(most, run)
        return most

    def _worked(self, until: int) -> None:
        seen = min(self.reach, until) // self.step + 1
        self.work += (until // self.interval + 1) * seen * max(1, len(self.labels))
        if self.work > MOST_WORK:
            raise CannotDeriveError("the search is long: its windows are, and nothing near fires it")

    def holds(self, expr: str, until: int) -> bool:
        """Whether a condition holds long enough for the alert to fire."""
        return self.longest(expr, until) > self.for_ // self.interval

    def fired(self, series: Given, until: int) -> Fired | None:
        """The rule itself on these series, evaluated as a server does it."""
        self._worked(until)
        self.load(series)
        group = {"name": "synthesis", "rules": [self.rule]}
        steps = [Step(self.base + at) for at in range(0, until + 1, self.interval)]
        found: Fired | None = None
        for step, done in zip(steps, self.evaluator.run([group], self.interval, steps), strict=True):
            at, firing = step.at - self.base, _firing(done)
            if firing and found is None:
                found = Fired(at, firing)
            elif found is not None:
                ended = None if firing else at if found.ended is None else found.ended
                found = replace(found, ended=ended)
        return found


def _firing(done: Evaluation) -> tuple[AlertState, ...]:
    return tuple(
        alert
        for rule in done.rules
        for alert in cast("Sequence[AlertState]", rule.alerts)
        if alert.state == "firing"
    )
