"""Scenario files on the real servers: found and emulated as `obs test` does it, played in batches, compared, asked."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Literal

from obs.sim.rules.evaluator import Evaluator
from obs.sim.scrape import NAME
from obs.testing.prove import compare
from obs.testing.prove.batches import Batch, checked, groups, needs_own
from obs.testing.prove.coming import slowest
from obs.testing.prove.compare import Comparison, paced
from obs.testing.prove.generated import Generated
from obs.testing.prove.loki import Loki
from obs.testing.prove.measure import Played
from obs.testing.prove.play import Player, unplayable
from obs.testing.prove.replay import Replay
from obs.testing.prove.rows import Row
from obs.testing.prove.speed import Speed
from obs.testing.prove.stack import Stack
from obs.testing.run import Result, run_python
from obs.testing.scenario.emulation import run
from obs.testing.scenario.emulator import Emulator
from obs.testing.scenario.inputs import Inputs, Line
from obs.testing.scenario.observed import Observed
from obs.testing.scenario.platform import Platform
from obs.testing.scenario.relevant import relevant
from obs.testing.scenario.scenario import Scenario
from obs.testing.tools import Tools

Outcome = Literal["agrees", "disagrees", "failed", "error", "not played"]
HURRIED = (
    "servers and emulator agree; on the real clock this expectation holds, but Alertmanager's clean-up of 30 s and "
    "its waits between attempts are not hurried:"
)
LONGEST_SECONDS = 170.0
"""A run that would last longer is played faster."""

MOST_AGAIN, AGAIN_AT_ONCE = 14, 4
"""How many scenarios are played a second time at most, and how many of them at once."""


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario as data: what it puts in, for how long, and what the emulator says of it."""

    file: Path
    shown: str
    name: str
    inputs: Inputs
    until: int
    emulated: Observed


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of one scenario. `seconds` is how long its servers were at it, `shared` how many scenarios they had."""

    file: str
    name: str
    outcome: Outcome
    message: str = ""
    rows: tuple[Row, ...] = ()
    speed: int = 1
    seconds: float = 0.0
    shared: int = 1
    entries: int = 0
    chain: tuple[str, ...] = ()
    heard: int = 0
    refused: int = 0
    tries: int = 1
    """How often it was played: what does not agree among others is played once more, alone."""
    assumed: str = ""
    """What chance was taken to have decided."""
    first: tuple[str, ...] = ()
    """What did not agree at the first try, in short."""


@dataclass(slots=True)
class Proving:
    """The whole: what to prove with, and what is proven. `told` hears of every proof as it comes."""

    platform: Platform
    generated: Generated
    tools: Tools
    evaluator: Evaluator
    root: Path
    speed: int = 30
    jobs: int = 12
    logs: Path | None = None
    told: Callable[[Proof], None] = lambda proof: None
    proofs: list[Proof] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    """The evaluator serves one at a time."""
    _numbers: Iterator[int] = field(default_factory=count)

    def run(self, files: Sequence[Path], wanted: Callable[[str], bool]) -> None:
        """Everything; raises LoadError for a file that cannot be imported."""
        with Loki(self.tools) as loki, ThreadPoolExecutor(self.jobs) as pool:
            loki.wait_ready()
            running: list[Future[list[Proof]]] = []
            calm: list[Case] = []
            known: dict[tuple[str, str], Case] = {}
            for file in files:
                with self._lock:
                    cases = list(self._cases(file, wanted))
                known |= {(case.shown, case.name): case for case in cases}
                own = [case for case in cases if needs_own(case)]
                calm += [case for case in cases if not needs_own(case)]
                running += [pool.submit(self._prove_all, loki, [case]) for case in own]
            running += [pool.submit(self._prove_all, loki, group) for group in groups(calm)]
            for done in as_completed(running):
                for proof in done.result():
                    self._note(proof)
            self._once_more(loki, known)

    def _once_more(self, loki: Loki, known: Mapping[tuple[str, str], Case]) -> None:
        """What did not agree again, with servers of its own and little beside it: a busy machine is no difference.

        The proof says so. Where much did not agree, it is no matter of chance and nothing is tried again.
        """
        wrong = [
            proof
            for proof in self.proofs
            if proof.outcome in ("disagrees", "failed", "error") and (proof.file, proof.name) in known
        ]
        if len(wrong) > MOST_AGAIN:
            return
        with ThreadPoolExecutor(AGAIN_AT_ONCE) as pool:
            cases = [known[proof.file, proof.name] for proof in wrong]
            for proof, (again,) in zip(wrong, pool.map(partial(self._alone, loki), cases), strict=True):
                self.proofs.remove(proof)
                self._note(replace(again, tries=2, first=_short(proof)))

    def _alone(self, loki: Loki, case: Case) -> list[Proof]:
        return self._prove(loki, next(self._numbers), Batch((case,), case.inputs, case.until))

    def _note(self, proof: Proof) -> None:
        self.proofs.append(proof)
        self.told(proof)

    def _emulate(self, inputs: Inputs, until: int) -> Observed:
        with self._lock:
            return run(self.platform, inputs, until, self.evaluator)

    def _cases(self, file: Path, wanted: Callable[[str], bool]) -> Iterator[Case]:
        found: list[Case] = []

        def ran(shown: str, name: str, scenario: Scenario, _: object) -> None:
            until = scenario.now.milliseconds
            if until:
                found.append(Case(file, shown, name, scenario.inputs, until, scenario.observed))

        make = lambda: Scenario(Emulator(self.platform, self.evaluator))  # noqa: E731
        for result in run_python(file, self.root, make, wanted, ran):
            if result.outcome != "passed":
                self._note(_failed(result))
        for case in found:
            why = unplayable(case.inputs)
            if why:
                self._note(Proof(case.shown, case.name, "not played", why))
            else:
                yield case

    # One batch

    def _prove_all(self, loki: Loki, group: Sequence[Case]) -> list[Proof]:
        batches = checked(group, self._emulate)
        return [proof for batch in batches for proof in self._prove(loki, next(self._numbers), batch)]

    def _prove(self, loki: Loki, number: int, batch: Batch) -> list[Proof]:
        factor = self._factor(batch)
        speed, tenant = Speed(factor), f"run-{number}"
        stack = Stack(
            self.tools, self.generated, self.platform, batch.inputs, speed, loki=loki.port, tenant=tenant
        )
        try:
            with stack:
                try:
                    played = Player(stack, batch.until, self._groups(batch)).play()
                    stored = None
                    if batch.inputs.lines:
                        merged = self._paced(speed, played, batch)
                        stored = loki.wait_for(tenant, compare.total(merged), played.started - 60)
                        missing = compare.lines(merged, stored)
                    else:
                        missing = []
                    proofs = self._judged(batch, speed, played, missing, sum((stored or {}).values()))
                except BaseException:
                    self._keep_logs(stack, number)
                    raise
                if any(proof.outcome != "agrees" for proof in proofs):
                    self._keep_logs(stack, number)
                return proofs
        except (RuntimeError, TimeoutError, OSError) as error:
            return [
                Proof(case.shown, case.name, "error", str(error), speed=factor, shared=len(batch.cases))
                for case in batch.cases
            ]

    def _factor(self, batch: Batch) -> int:
        """How fast it is played."""
        inputs = batch.inputs
        if not (inputs.lines or inputs.expositions or inputs.stored):  # nothing is scraped: only timers run
            return max(self.speed, round(batch.until / 1000 / LONGEST_SECONDS))
        return slowest(self.platform, inputs, self.speed)

    def _groups(self, batch: Batch) -> set[str]:
        """The groups of rules that have a result in it."""
        stored: dict[str, list[Mapping[str, str]]] = {}
        for labels in (dict(key) for case in batch.cases for key in case.emulated.samples):
            stored.setdefault(labels[NAME], []).append(labels)
        return {str(group["name"]) for group in relevant(self.platform.groups, stored)}

    def _paced(self, speed: Speed, played: Played, batch: Batch) -> Observed:
        platform = paced(self.platform, speed, played)
        with self._lock:
            return run(platform, played.inputs, batch.until + platform.evaluation_interval, self.evaluator)

    def _judged(
        self, batch: Batch, speed: Speed, played: Played, missing: Sequence[Row], entries: int
    ) -> list[Proof]:
        written = dict(zip(map(id, batch.inputs.lines), played.inputs.lines, strict=True))
        compared, strangers = self._claimed(batch, speed, played, written, flush_first=False)
        if strangers:  # what nobody expects may be a group's turn that came first
            again, left = self._claimed(batch, speed, played, written, flush_first=True)
            if len(left) < len(strangers):
                compared, strangers = again, left
        proofs = []
        for case, one in zip(batch.cases, compared, strict=True):
            rows = (*one.rows, *strangers, *missing)
            proof = Proof(
                case.shown,
                case.name,
                "agrees" if all(row.agrees for row in rows) and not played.problems else "disagrees",
                "\n".join(played.problems),
                rows,
                speed.factor,
                played.seconds,
                len(batch.cases),
                entries,
                _chain(one.observed),
                len(one.observed.attempts),
                sum(not other.response.ok for other in played.heard),
                assumed=one.assumed,
            )
            proofs.append(self._asked(case, one, proof))
        return proofs

    def _claimed(
        self, batch: Batch, speed: Speed, played: Played, written: Mapping[int, Line], *, flush_first: bool
    ) -> tuple[list[Comparison], tuple[Row, ...]]:
        """Each scenario compared, and the messages that belong to none of them."""
        compared = [
            self._compared(case, speed, played, written, flush_first=flush_first) for case in batch.cases
        ]
        claimed = frozenset().union(*(one.claimed for one in compared))
        return compared, tuple(
            Row(
                "message",
                one.message.title,
                one.receiver.rsplit("/", 1)[-1],
                None,
                one.at,
                "only real",
                one.message.description,
            )
            for place, one in enumerate(played.heard)
            if one.response.ok and place not in claimed and one.at <= batch.until
        )

    def _compared(
        self, case: Case, speed: Speed, played: Played, written: Mapping[int, Line], *, flush_first: bool
    ) -> Comparison:
        """`written` has the lines of the batch, by their identity, at the moments at which they were written."""
        inputs = replace(
            case.inputs,
            lines=tuple(written[id(line)] for line in case.inputs.lines),
            phases=played.inputs.phases,
            discord_limit=played.inputs.discord_limit,
            restarts=played.inputs.restarts,
            outages=played.inputs.outages,
        )
        with self._lock:
            return compare.compare(
                self.platform, speed, played, inputs, case.until, self.evaluator, flush_first=flush_first
            )

    def _asked(self, case: Case, one: Comparison, proof: Proof) -> Proof:
        """The scenario's own expectations, of what the real servers did.

        One that does not hold on the faster clock alone, where the emulator says so too, is no fault of the servers.
        """
        if proof.outcome != "agrees":
            return proof
        bad = self._expected(case, one)
        if bad is None:
            return proof
        message = f"{case.shown}:{bad.line}\n{bad.message}"
        with self._lock:
            unhurried = run(self.platform, one.emulated.inputs, case.until, self.evaluator)
        if self._expected(case, replace(one, observed=one.emulated)) and not self._expected(
            case, replace(one, observed=unhurried)
        ):
            return replace(proof, message=f"{HURRIED}\n{message}")
        return replace(proof, outcome="failed", message=message)

    def _expected(self, case: Case, one: Comparison) -> Result | None:
        """The first expectation of a scenario that what was observed does not fulfil."""
        make = lambda: Scenario(Replay(self.platform, one, self.evaluator))  # noqa: E731
        with self._lock:
            results = list(run_python(case.file, self.root, make, lambda name: name == case.name))
        return next((result for result in results if result.outcome != "passed"), None)

    def _keep_logs(self, stack: Stack, number: int) -> None:
        if self.logs is None:
            return
        folder = self.logs / f"run-{number}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for pattern in ("*.log", "*.yml"):
            for file in stack.servers.folder.glob(pattern):
                shutil.copy(file, folder / file.name)


def _short(proof: Proof) -> tuple[str, ...]:
    """What did not agree."""
    said = [line for line in proof.message.splitlines() if line.strip()][:3]
    rows = [
        f"{row.kind} {row.what}: {row.verdict} (emulated {row.emulated}, real {row.real})"
        for row in proof.rows
        if not row.agrees
    ]
    return (proof.outcome, *said, *rows)


def _failed(result: Result) -> Proof:
    return Proof(
        result.file,
        result.name,
        "not played" if result.outcome == "skipped" else "failed",
        "it is skipped" if result.outcome == "skipped" else f"in emulation: {result.message}\n{result.chain}",
    )


def _chain(observed: Observed) -> tuple[str, ...]:
    """What happened when, on the scenario's clock."""
    from obs.testing.scenario.span import Duration

    told: list[tuple[int, str]] = []
    lines = observed.inputs.lines
    if lines:
        told.append((lines[0].at, f"line 1 of {len(lines)}"))
    base = round(observed.inputs.start.timestamp() * 1000)
    counters = {dict(key)["__name__"] for key in observed.samples if dict(key)["__name__"].endswith("_total")}
    for name in sorted(counters):
        first = min(points[0][0] for key, points in observed.samples.items() if dict(key)["__name__"] == name)
        told.append((first - base, f"{name} stored"))
    told += [(one.at, f"{one.alert} {one.state}") for one in observed.changes]
    told += [(one.at, f"message: {one.message.title}") for one in observed.attempts if one.message]
    return tuple(f"{Duration(max(at, 0))} {what}" for at, what in sorted(told, key=lambda one: one[0]))
