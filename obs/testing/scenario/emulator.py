"""The emulator as a backend of scenarios: the last run is kept, so that asking again costs nothing."""

from __future__ import annotations

from obs.sim.rules.evaluator import Evaluator
from obs.testing.scenario.emulation import Emulation
from obs.testing.scenario.inputs import Inputs
from obs.testing.scenario.observed import Observed
from obs.testing.scenario.platform import Platform
from obs.testing.scenario.views import SeriesView


class Emulator:
    """See the module."""

    _served: Emulation | None = None
    """Whose storage the evaluator holds."""

    def __init__(self, platform: Platform, evaluator: Evaluator) -> None:
        self.platform = platform
        self.evaluator = evaluator

    def run(self, inputs: Inputs, until: int) -> Observed:
        """What comes of the inputs up to a moment."""
        self._emulation = Emulation(self.platform, inputs, self.evaluator)
        Emulator._served = self._emulation
        self._last = inputs, until
        return self._emulation.run(until)

    def query(self, inputs: Inputs, until: int, expr: str, at: int) -> list[SeriesView]:
        """The result of an expression at a moment of that run; raises RulesError."""
        if Emulator._served is not getattr(self, "_emulation", None) or self._last != (inputs, until):
            self.run(inputs, until)
        base = self._emulation.clock.epoch(0)
        return [
            SeriesView(one.labels, [(when - base, value) for when, value in one.points])
            for one in self.evaluator.query(expr, base + at)
        ]
