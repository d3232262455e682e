"""All of a platform that can be exercised, and what a run has."""

from __future__ import annotations

from obs.testing.coverage import logs, routing, rules, templates
from obs.testing.coverage.item import Coverage
from obs.testing.coverage.places import Places
from obs.testing.coverage.rules import Ask
from obs.testing.scenario.observed import Observed
from obs.testing.scenario.platform import Platform


def expected(platform: Platform, places: Places) -> Coverage:
    """Every item of a platform, not exercised yet."""
    coverage = Coverage()
    for part in (rules, logs, routing, templates):
        coverage.expect(part.items(platform, places))
    return coverage


def measure(observed: Observed, ask: Ask, test: str, coverage: Coverage) -> None:
    """Note what a run has exercised; `ask` has the results of expressions in it."""
    rules.measure(observed, ask, test, coverage)
    logs.measure(observed, test, coverage)
    routing.measure(observed, test, coverage)
    templates.measure(observed, test, coverage)
