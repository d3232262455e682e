"""What real servers did beside what the emulator says they do: messages, states of alerts, lines in Loki.

The emulator is given the moments at which the real Prometheus scraped and evaluated, how long servers were really away,
and the few constants of Alertmanager that no configuration shortens. Times then differ by less than one evaluation
interval, or the two disagree.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from obs.sim.routing.server import Pace
from obs.sim.rules.evaluator import Evaluator
from obs.sim.scrape import Key, Value
from obs.testing.prove.lag import MOST_SECONDS, as_read
from obs.testing.prove.measure import Played
from obs.testing.prove.messages import answered, attempt, messages, number, refused, told
from obs.testing.prove.rows import Row
from obs.testing.prove.speed import Speed
from obs.testing.prove.states import changes, states
from obs.testing.scenario.emulation import run
from obs.testing.scenario.inputs import Inputs, Line
from obs.testing.scenario.observed import Observed
from obs.testing.scenario.platform import RESOLVED_RETENTION, Platform

RUNNING = "v0.27.0"
"""The Alertmanager that `make tools` builds."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rows of a scenario; `observed` is what really happened, in the form that scenarios are asked in."""

    rows: tuple[Row, ...]
    observed: Observed
    emulated: Observed
    claimed: frozenset[int] = frozenset()
    """Which of the requests that the sink heard are this scenario's."""
    assumed: str = ""
    """What chance was taken to have decided, in words."""

    @property
    def agrees(self) -> bool:
        return not self.differences

    @property
    def differences(self) -> int:
        """How many rows are not the same."""
        return sum(not row.agrees for row in self.rows)


@dataclass(frozen=True, slots=True)
class Assumed:
    """What chance decides and a run does not tell by itself; see `obs.testing.prove.lag` for the first.

    Where a group's turn and the alert that would change it fall on one moment, either comes first.
    """

    lines: tuple[Line, ...] | None = None
    """The lines at the moments at which they were read, where that is not when they were written."""
    flush_first: bool = False

    def __str__(self) -> str:
        said = ["lines were read after they were written, as the counters tell"] if self.lines else []
        said += ["a group's turn came before the alert of the same moment"] if self.flush_first else []
        return ", ".join(said)


def paced(platform: Platform, speed: Speed, played: Played, *, flush_first: bool = False) -> Platform:
    """The platform as the accelerated servers are: what is not shortened lasts longer on the scenario's clock."""
    clock = datetime.fromtimestamp(played.started, UTC), speed.factor
    own = Pace()
    hurried = Pace(
        own.cleanup * speed.factor,
        played.cleanup % (own.cleanup * speed.factor),
        own.least_timeout * speed.factor,
        own.first_retry * speed.factor,
        own.longest_retry * speed.factor,
        flush_first,
    )
    return replace(
        platform,
        alertmanager_version=RUNNING,
        pace=hurried,
        shown_clock=clock,
        resolved_retention=RESOLVED_RETENTION * speed.factor,
    )


def compare(
    platform: Platform,
    speed: Speed,
    played: Played,
    inputs: Inputs,
    until: int,
    evaluator: Evaluator,
    *,
    flush_first: bool = False,
) -> Comparison:
    """A scenario's part of what was played; `inputs` are its own, with the measured moments of the whole run.

    Of everything that may be assumed the first with which both agree counts, or else that with the fewest differences;
    `flush_first` is what is assumed first.
    """

    def tried(assumed: Assumed) -> Comparison:
        return _compare(platform, speed, played, inputs, until, evaluator, assumed)

    found = [tried(Assumed(flush_first=flush_first))]
    if not found[-1].agrees:
        found.append(tried(Assumed(flush_first=not flush_first)))
    if not found[-1].agrees and inputs.lines:
        emulated = found[0].emulated.samples
        lines = as_read(inputs, emulated, played.samples, platform, speed.virtual(MOST_SECONDS))
        for first in (flush_first, not flush_first) if lines else ():
            if not found[-1].agrees:
                found.append(tried(Assumed(lines, first)))
    return min(found, key=lambda one: one.differences)


def _compare(
    platform: Platform,
    speed: Speed,
    played: Played,
    inputs: Inputs,
    until: int,
    evaluator: Evaluator,
    assumed: Assumed,
) -> Comparison:
    interval = platform.evaluation_interval
    end = max(until, played.until) + interval  # others on the same servers may go on longer
    given = replace(inputs, lines=assumed.lines or inputs.lines)
    hurried = paced(platform, speed, played, flush_first=assumed.flush_first)
    emulated = run(hurried, given, end, evaluator)
    answers = [one.response for one in emulated.attempts] + [one.response for one in played.heard]
    limited = any(one.limited for one in answers)
    own = told(emulated, until)
    if limited:
        emulated = run(replace(hurried, answered=answered(played.heard)), given, end, evaluator)
    matched, rows = messages(emulated, played.heard, speed, interval, until)
    if limited:
        rows.append(number(own, told(emulated, until)))
    found = changes(played, emulated, interval)
    rows += states(emulated, found, interval, until)
    attempts = [attempt(one, other) for one, (_, other) in matched if one.at <= until]
    attempts += refused(emulated, played.heard, until)
    observed = replace(
        emulated,
        inputs=inputs,
        until=until,
        samples=_samples(played, emulated, interval),
        changes=tuple(sorted(found, key=lambda one: one.at)),
        attempts=tuple(sorted(attempts, key=lambda one: one.at)),
        evaluator="a real Prometheus",
    )
    claimed = frozenset(place for _, (place, _) in matched)
    return Comparison(tuple(rows), observed, emulated, claimed, str(assumed))


def _samples(played: Played, emulated: Observed, interval: int) -> dict[Key, list[tuple[int, Value]]]:
    """The real samples of the series that the emulation has, from where it has them: servers run before a scenario."""
    found = {}
    for key, points in played.samples.items():
        own = emulated.samples.get(key)
        if own:
            kept = [point for point in points if point[0] >= own[0][0] - interval // 2]
            if kept:
                found[key] = kept
    return found


# Loki


def lines(emulated: Observed, stored: Counter[tuple[Key, str]]) -> list[Row]:
    """What the emulated Promtail ships beside what Loki has: labels and texts."""
    wanted = Counter(
        (frozenset((k, v) for k, v in entry.labels.items() if k != "filename"), entry.line)
        for entry in emulated.shipped
    )
    rows = []
    for (_, text), count in (wanted - stored).items():
        rows.append(Row("line", f"{count} times: {text[:80]}", verdict="only emulated"))
    for (_, text), count in (stored - wanted).items():
        rows.append(Row("line", f"{count} times: {text[:80]}", verdict="only real"))
    return rows


def total(emulated: Observed) -> int:
    """How many entries the emulated Promtail ships."""
    return len(emulated.shipped)
