"""A run of real servers, asked again: a scenario's own expectations are checked on it."""

from __future__ import annotations

from dataclasses import replace

from obs.sim.rules.evaluator import Evaluator, Settings
from obs.sim.scrape import Stored
from obs.testing.prove.compare import Comparison
from obs.testing.scenario.inputs import Inputs
from obs.testing.scenario.observed import Observed
from obs.testing.scenario.platform import Platform
from obs.testing.scenario.views import SeriesView


class Replay:
    """A backend of scenarios that answers from what was recorded."""

    def __init__(self, platform: Platform, comparison: Comparison, evaluator: Evaluator) -> None:
        self.platform = platform
        self._comparison = comparison
        self._evaluator = evaluator

    def run(self, inputs: Inputs, until: int) -> Observed:
        """What had come of it by a moment."""
        whole = self._comparison.observed
        base = round(whole.inputs.start.timestamp() * 1000)
        samples = {
            key: kept
            for key, points in whole.samples.items()
            if (kept := [point for point in points if point[0] - base <= until])
        }
        return replace(
            whole,
            inputs=replace(inputs, phases=whole.inputs.phases),
            until=until,
            samples=samples,
            changes=tuple(one for one in whole.changes if one.at <= until),
            attempts=tuple(
                one for one in whole.attempts if one.at <= until + whole.platform.evaluation_interval
            ),
        )

    def query(self, inputs: Inputs, until: int, expr: str, at: int) -> list[SeriesView]:
        """The result of an expression over the samples that the real Prometheus had stored; raises RulesError."""
        whole = self.run(inputs, until)
        base = round(whole.inputs.start.timestamp() * 1000)
        self._evaluator.reset(Settings())
        stored = [Stored(key, when, value) for key, points in whole.samples.items() for when, value in points]
        self._evaluator.append(sorted(stored, key=lambda one: one.at))
        return [
            SeriesView(one.labels, [(when - base, value) for when, value in one.points])
            for one in self._evaluator.query(expr, base + at)
        ]
