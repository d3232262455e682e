"""Mutants against scenarios: each is tried on the scenarios that can notice it, until one does."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from obs.sim.rules.evaluator import Evaluator
from obs.sim.scrape import NAME
from obs.testing.coverage.places import Places
from obs.testing.mutation import pipeline, routing, rules
from obs.testing.mutation.mutant import Mutant
from obs.testing.mutation.processes import Start, tried
from obs.testing.scenario.emulator import Emulator
from obs.testing.scenario.observed import Observed
from obs.testing.scenario.platform import Platform
from obs.testing.scenario.relevant import read
from obs.testing.scenario.scenario import Scenario

Test = Callable[[Scenario], object]


@dataclass(frozen=True, slots=True)
class Tried:
    """A scenario that passes on the platform as it is, and what it was about."""

    name: str
    test: Test
    metrics: frozenset[str]
    lines: int
    alerts: frozenset[str]
    until: int
    targets: frozenset[str]

    @classmethod
    def of(cls, name: str, test: Test, observed: Observed) -> Tried:
        """What a run of the test was about."""
        return cls(
            name,
            test,
            frozenset(text for key in observed.samples for label, text in key if label == NAME),
            len(observed.inputs.lines),
            frozenset(post.alert.labels.get("alertname", "") for post in observed.posts),
            observed.until,
            frozenset(one.target for one in observed.inputs.expositions),
        )

    @property
    def cost(self) -> int:
        """Roughly how long it takes."""
        return self.until // 1000 + 20 * self.lines


class _Quiet(Scenario):
    """A scenario that fails without a word: why a mutant is noticed interests nobody."""

    def explain(self, alert: object = "") -> str:
        return ""


@dataclass(slots=True)
class Outcome:
    """Which mutants were noticed, and by which test."""

    noticed: list[tuple[Mutant, str]] = field(default_factory=list)
    missed: list[Mutant] = field(default_factory=list)

    @property
    def score(self) -> float:
        """The share that was noticed, in percent."""
        whole = len(self.noticed) + len(self.missed)
        return 100.0 * len(self.noticed) / whole if whole else 100.0


def mutants(platform: Platform, places: Places, sample: int = 0, seed: int = 0) -> list[Mutant]:
    """Every mutant, or so many of them that a seed chooses; what changes nothing of the platform is none."""
    found = [
        one
        for made in (pipeline.mutants, rules.mutants, routing.mutants)
        for one in made(platform, places)
        if one.platform != platform
    ]
    if sample and sample < len(found):
        chosen = set(random.Random(seed).sample(range(len(found)), sample))
        found = [one for index, one in enumerate(found) if index in chosen]
    return found


def mutate(
    found: Sequence[Mutant],
    tests: Sequence[Tried],
    start: Start,
    processes: int = 1,
    told: Callable[[int, int], None] = lambda done, noticed: None,
) -> Outcome:
    """Try every mutant; `told` hears how many were tried so far, and how many of them were noticed."""

    def trial(index: int, evaluator: Evaluator) -> str:
        mutant = found[index]
        return next((one.name for one in _able(mutant, tests) if _notices(one, mutant, evaluator)), "")

    names: dict[int, str] = {}
    for index, name in tried(len(found), trial, start, processes):
        names[index] = name
        told(len(names), sum(map(bool, names.values())))
    outcome = Outcome()
    for index, mutant in enumerate(found):
        if names[index]:
            outcome.noticed.append((mutant, names[index]))
        else:
            outcome.missed.append(mutant)
    return outcome


def _notices(tried: Tried, mutant: Mutant, evaluator: Evaluator) -> bool:
    try:
        tried.test(_Quiet(Emulator(mutant.platform, evaluator)))
    except KeyboardInterrupt:
        raise
    except BaseException:  # whatever a test raises, it has noticed
        return True
    return False


def _able(mutant: Mutant, tests: Sequence[Tried]) -> Iterator[Tried]:
    """The tests that can notice, the most likely and quickest first; every other test gives the same as before."""
    able = [one for one in tests if _can(mutant, one)]
    yield from sorted(able, key=lambda one: (mutant.subject not in one.alerts, _named(mutant, one), one.cost))


def _named(mutant: Mutant, tried: Tried) -> bool:
    return not any(name and name in mutant.before for name in tried.alerts)


def _can(mutant: Mutant, tried: Tried) -> bool:
    if mutant.part == "rules":
        exprs = [
            str(rule["expr"])
            for _, rule in mutant.platform.rules()
            if mutant.subject in (rule.get("alert"), rule.get("record"))
        ]
        return any(not read(expr) or read(expr) & tried.metrics for expr in exprs)
    if mutant.part == "pipeline":
        return bool(tried.lines)
    if mutant.part == "scrape":
        return bool(tried.lines if "promtail" in mutant.subject else tried.targets)
    return bool(tried.alerts)
