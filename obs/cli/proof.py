"""`obs test --coverage` and `--mutate`: what the scenarios of a project prove."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from obs.cli.test import Asked
    from obs.sim.rules.evaluator import Evaluator, Series
    from obs.testing.coverage.places import Places
    from obs.testing.mutation.run import Outcome, Tried
    from obs.testing.scenario.evaluators import Choice
    from obs.testing.scenario.platform import Platform
    from obs.testing.scenario.scenario import Scenario

MOST_SHOWN = 60
"""How many items or mutants a text names; JSON and the page have all."""


class Proof:
    """Told of every scenario that passed; `report` says what all of them prove."""

    def __init__(self, asked: Asked, platform: Platform, places: Places, evaluator: Evaluator) -> None:
        from obs.testing.coverage import measure

        self.asked, self.platform, self.places, self.evaluator = asked, platform, places, evaluator
        self.coverage = measure.expected(platform, places)
        self.tests: list[Tried] = []

    def ran(self, name: str, scenario: Scenario, test: Callable[[Scenario], object]) -> None:
        """A scenario that passed; the evaluator still has its storage."""
        from obs.testing.coverage import measure
        from obs.testing.mutation.run import Tried

        if scenario.platform != self.platform:
            return
        observed = scenario.observed
        if self.asked.coverage:
            measure.measure(observed, self._asking(scenario), name, self.coverage)
        if self.asked.mutate:
            self.tests.append(Tried.of(name, test, observed))

    def _asking(self, scenario: Scenario) -> Callable[[str], tuple[Series, ...]]:
        observed = scenario.observed
        base = round(observed.inputs.start.timestamp() * 1000)
        step = observed.platform.evaluation_interval

        def ask(expr: str) -> tuple[Series, ...]:
            if not observed.evaluations:
                return ()
            first = base + observed.evaluations[0]
            return self.evaluator.query_range(expr, first, base + observed.until, step)

        return ask

    def report(self) -> int:
        """Print it; 1 when it is below `--fail-under`."""
        shares: list[float] = []
        document: dict[str, object] = {}
        if self.asked.coverage:
            from obs.testing.coverage import report

            shares.append(self.coverage.share())
            document["coverage"] = report.document(self.coverage)
            if self.asked.html is not None:
                from obs.testing.coverage.page import render

                self.asked.html.write_text(render(self.coverage), encoding="utf-8")
            if self.asked.format == "human":
                sys.stdout.write(report.text(self.coverage, MOST_SHOWN))
        if self.asked.mutate:
            started = time.perf_counter()
            outcome = self._mutate()
            seconds = time.perf_counter() - started
            shares.append(outcome.score)
            document["mutation"] = _document(outcome)
            if self.asked.format == "human":
                print("\n".join(_lines(outcome, seconds)))
        if self.asked.format != "human":
            text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
            if self.asked.output is not None:
                self.asked.output.write_text(text, encoding="utf-8")
            else:
                sys.stdout.write(text)
        return int(min(shares) < self.asked.fail_under)

    def _mutate(self) -> Outcome:
        from obs.testing.halves import processors
        from obs.testing.mutation.run import mutants, mutate
        from obs.testing.scenario.evaluators import fresh

        found = mutants(self.platform, self.places, self.asked.sample, self.asked.seed)
        progress = _Progress(len(found))
        return mutate(
            found, self.tests, lambda: fresh(cast("Choice", self.asked.rules)), processors(), progress.told
        )


class _Progress:
    """On stderr, at every tenth of the way."""

    def __init__(self, whole: int) -> None:
        self._whole = whole

    def told(self, done: int, noticed: int) -> None:
        if done == self._whole or done * 10 // self._whole > (done - 1) * 10 // self._whole:
            print(f"obs test: {done} of {self._whole} changes tried, {noticed} noticed", file=sys.stderr)


def _lines(outcome: Outcome, seconds: float) -> Iterator[str]:
    for mutant in outcome.missed[:MOST_SHOWN]:
        yield f"  no test notices  {mutant}"
    if len(outcome.missed) > MOST_SHOWN:
        yield f"  and {len(outcome.missed) - MOST_SHOWN} more; --json has all"
    parts = dict.fromkeys(mutant.part for mutant, _ in outcome.noticed)
    parts |= dict.fromkeys(mutant.part for mutant in outcome.missed)
    for part in parts:
        hit = sum(mutant.part == part for mutant, _ in outcome.noticed)
        missed = sum(mutant.part == part for mutant in outcome.missed)
        yield f"  {part:<10} {hit} of {hit + missed}"
    whole = len(outcome.noticed) + len(outcome.missed)
    told = f"{len(outcome.noticed)} of {whole} changes are noticed, in {seconds:.1f} s"
    yield f"mutation score {outcome.score:.1f} %: {told}"


def _document(outcome: Outcome) -> dict[str, object]:
    rows = [(mutant, name) for mutant, name in outcome.noticed] + [(mutant, "") for mutant in outcome.missed]
    return {
        "score": round(outcome.score, 2),
        "mutants": [
            {
                "kind": mutant.kind,
                "part": mutant.part,
                "subject": mutant.subject,
                "before": mutant.before,
                "after": mutant.after,
                "where": mutant.where,
                "noticed_by": name,
            }
            for mutant, name in rows
        ],
    }
