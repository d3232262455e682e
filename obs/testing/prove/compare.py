"""What real servers did beside what the emulator says they do: messages, states of alerts, lines in Loki.

The emulator is given the moments at which the real Prometheus scraped and evaluated, how long servers were really away,
and the few constants of Alertmanager that no configuration shortens. Times then differ by less than one evaluation
interval, or the two disagree.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Literal

from obs.sim.routing.server import RETRY_FACTOR, Pace
from obs.sim.rules.evaluator import Evaluator
from obs.sim.scrape import NAME, Key, Value
from obs.testing.prove.lag import MOST_SECONDS, as_read
from obs.testing.prove.measure import Played
from obs.testing.prove.sink import Heard
from obs.testing.prove.speed import Speed
from obs.testing.scenario.emulation import run
from obs.testing.scenario.inputs import Inputs, Line
from obs.testing.scenario.observed import AlertChange, Attempt, Observed
from obs.testing.scenario.platform import RESOLVED_RETENTION, Answered, Platform

Pair = tuple[Attempt, tuple[int, Heard]]
"""An emulated attempt, and what was heard of it, with its place among all requests."""

Verdict = Literal["same", "late", "only emulated", "only real", "out of order"]
RESTORING = 2
"""Evaluations after a start without `ALERTS`."""

RUNNING = "v0.27.0"
"""The Alertmanager that `make tools` builds."""


@dataclass(frozen=True, slots=True)
class Row:
    """One message or change of state: what it is, and when it came in either (milliseconds of the scenario)."""

    kind: Literal["message", "state", "line"]
    what: str
    receiver: str = ""
    emulated: int | None = None
    real: int | None = None
    verdict: Verdict = "same"
    text: str = ""

    @property
    def agrees(self) -> bool:
        return self.verdict == "same"


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
    platform: Platform, speed: Speed, played: Played, inputs: Inputs, until: int, evaluator: Evaluator
) -> Comparison:
    """A scenario's part of what was played; `inputs` are its own, with the measured moments of the whole run.

    Of everything that may be assumed the first with which both agree counts, or else that with the fewest differences.
    """

    def tried(assumed: Assumed) -> Comparison:
        return _compare(platform, speed, played, inputs, until, evaluator, assumed)

    found = [tried(Assumed())]
    if not found[-1].agrees:
        found.append(tried(Assumed(flush_first=True)))
    if not found[-1].agrees and inputs.lines:
        emulated = found[0].emulated.samples
        lines = as_read(inputs, emulated, played.samples, platform, speed.virtual(MOST_SECONDS))
        for flush_first in (False, True) if lines else ():
            if not found[-1].agrees:
                found.append(tried(Assumed(lines, flush_first)))
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
    told = _told(emulated, until)
    if limited:
        emulated = run(replace(hurried, answered=_answered(played.heard)), given, end, evaluator)
    matched, rows = _messages(emulated, played.heard, speed, interval, until)
    if limited:
        rows.append(_number(told, _told(emulated, until)))
    changes = _changes(played, emulated, interval)
    rows += _states(emulated, changes, interval, until)
    attempts = [_attempt(one, other) for one, (_, other) in matched if one.at <= until]
    attempts += _refused(emulated, played.heard, until)
    observed = replace(
        emulated,
        inputs=inputs,
        until=until,
        samples=_samples(played, emulated, interval),
        changes=tuple(sorted(changes, key=lambda one: one.at)),
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


# Messages


def _messages(
    emulated: Observed, heard: Sequence[Heard], speed: Speed, interval: int, until: int
) -> tuple[list[Pair], list[Row]]:
    """Pairs of what the emulator says and what was heard, and a row for each message of either."""
    wanted: dict[tuple[str, str, str], list[Attempt]] = defaultdict(list)
    for one in emulated.attempts:
        if one.message is not None and one.response.ok:
            wanted[one.delivery.receiver, one.message.title, one.message.description].append(one)
    found: dict[tuple[str, str, str], list[tuple[int, Heard]]] = defaultdict(list)
    for place, other in enumerate(heard):
        if other.response.ok:
            found[other.receiver, other.message.title, other.message.description].append((place, other))
    pairs: list[Pair] = []
    rows: list[Row] = []
    for key, attempts in wanted.items():
        others = found.get(key, [])
        pairs += zip(attempts, others, strict=False)
        for attempt in attempts[len(others) :]:
            if attempt.at <= until - interval:
                rows.append(_row(attempt, None, "only emulated"))
        for _, other in others[len(attempts) :]:
            rows.append(
                Row("message", other.message.title, _short(other.receiver), None, other.at, "only real")
            )
    for attempt, (_, other) in pairs:
        if attempt.at > until:
            continue
        tolerance = interval + _retry_slack(attempt, speed)
        if attempt.delivery.reason == "repeat":
            # At which of two flushes repeat_interval has passed is a matter of milliseconds.
            tolerance += attempt.delivery.node.group_interval
        late = abs(attempt.at - other.at) > tolerance
        rows.append(_row(attempt, other, "late" if late else "same"))
    rows += _order([one for one in pairs if one[0].at <= until], interval)
    return pairs, sorted(rows, key=lambda row: row.emulated if row.emulated is not None else row.real or 0)


def _answered(heard: Sequence[Heard]) -> tuple[Answered, ...]:
    """Where the limit decides it is chance which messages of one moment get through, so the emulator is told.

    Everything else, and how many they are, it has to find by itself.
    """
    return tuple(
        Answered(one.at, (one.receiver, one.message.title, one.message.description), one.response.ok)
        for one in heard
        if one.response.ok or one.response.limited
    )


def _told(emulated: Observed, until: int) -> int:
    """How many messages got through that tell of an alert."""
    return sum(one.response.ok and one.at <= until and not _over(one) for one in emulated.attempts)


def _number(mine: int, real: int) -> Row:
    """How many messages get through Discord's limit must be the same to a tenth."""
    what = f"told of an alert through Discord's limit: {mine} emulated, {real} real"
    return Row("message", what, verdict="same" if abs(mine - real) <= max(mine, real) / 10 else "late")


def _over(attempt: Attempt) -> bool:
    return all(alert.over(attempt.delivery.at) for alert in attempt.delivery.alerts)


def _retry_slack(attempt: Attempt, speed: Speed) -> int:
    """How far the moment of a repeated attempt is a matter of chance."""
    waits = attempt.delivery.number - 1
    if not waits:
        return 0
    own = Pace()
    last = min(own.first_retry * RETRY_FACTOR ** (waits - 1), own.longest_retry)
    return round(2 * last * speed.factor)


def _row(attempt: Attempt, other: Heard | None, verdict: Verdict) -> Row:
    assert attempt.message is not None
    message = attempt.message
    return Row(
        "message",
        message.title,
        _short(attempt.delivery.receiver),
        attempt.at,
        other.at if other else None,
        verdict,
        message.description,
    )


def _short(receiver: str) -> str:
    return receiver.rsplit("/", 1)[-1]


def _order(pairs: Sequence[Pair], interval: int) -> list[Row]:
    """Messages that come in another order; those that belong to one moment have none."""
    ordered = sorted(pairs, key=lambda one: one[0].at)
    return [
        _row(one, other, "out of order")
        for (one, (_, other)), (two, (_, another)) in pairwise(ordered)
        if two.at - one.at > interval and another.at < other.at
    ]


def _refused(emulated: Observed, heard: Sequence[Heard], until: int) -> list[Attempt]:
    """The requests that were not taken, told by their texts."""
    found = []
    for other in heard:
        said = other.receiver, other.message.title, other.message.description
        of_it = [
            one
            for one in emulated.attempts
            if one.message and said == (one.delivery.receiver, one.message.title, one.message.description)
        ]
        if not other.response.ok and other.at <= until and of_it:
            found.append(_attempt(min(of_it, key=lambda one: abs(one.at - other.at)), other))
    return found


def _attempt(attempt: Attempt, other: Heard) -> Attempt:
    """The emulated attempt with what really came: its moment, its text, its answer."""
    shift = other.at - attempt.at
    alerts = tuple(
        replace(one, starts_at=one.starts_at + shift, ends_at=one.ends_at + shift)
        for one in attempt.delivery.alerts
    )
    delivery = replace(attempt.delivery, at=other.at, alerts=alerts)
    return Attempt(delivery, other.message, other.response)


# States


def _changes(played: Played, emulated: Observed, interval: int) -> list[AlertChange]:
    """Changes of state as `ALERTS` tells them, of the alerts that the emulation knows."""
    known = {(one.alert, frozenset(one.labels.items())) for one in emulated.changes}
    base = round(played.inputs.start.timestamp() * 1000)
    points: dict[tuple[str, Key], list[tuple[int, str]]] = defaultdict(list)
    for key, samples in played.samples.items():
        labels = dict(key)
        if labels.get(NAME) != "ALERTS":
            continue
        state, name = labels.pop("alertstate"), labels["alertname"]
        del labels[NAME]
        identity = name, frozenset(labels.items())
        if identity in known:
            points[identity] += [(at - base, state) for at, _ in samples]
    found: list[AlertChange] = []
    for (name, key), listed in points.items():
        found += _of_one(name, dict(sorted(key)), sorted(listed), played.inputs, interval, played.until)
    return found


def _of_one(
    name: str,
    labels: Mapping[str, str],
    points: Sequence[tuple[int, str]],
    inputs: Inputs,
    interval: int,
    until: int,
) -> list[AlertChange]:
    found: list[AlertChange] = []
    before, last = "inactive", points[0][0]
    for at, state in [*points, (until + 10 * interval, "")]:
        if at - last > interval * 1.5:
            if not _gone(inputs, last, at) and last + interval <= until:
                found.append(AlertChange(last + interval, name, labels, "inactive"))
            before = "inactive"
        if state and state != before:
            found.append(AlertChange(at, name, labels, state))  # type: ignore[arg-type]
        before, last = state, at
    return found


def _gone(inputs: Inputs, start: int, end: int) -> bool:
    """Whether Prometheus was away between two moments, and so forgot what it knew."""
    spans = [(one.at, one.at + one.lasts) for one in inputs.restarts if one.what == "prometheus"]
    spans += [(one.start, one.end) for one in inputs.outages if one.what == "prometheus"]
    return any(begin < end and start < over for begin, over in spans)


def _just_back(inputs: Inputs, at: int, interval: int) -> bool:
    """Whether Prometheus was away just before a moment: it writes no `ALERTS` before it has restored its alerts."""
    return _gone(inputs, at - (RESTORING + 1) * interval, at)


def _states(emulated: Observed, changes: Sequence[AlertChange], interval: int, until: int) -> list[Row]:
    """The changes of each alert side by side, in order."""
    rows: list[Row] = []
    mine, real = _by_alert(emulated.changes), _by_alert(changes)
    for identity in mine:
        one = [change for change in mine[identity] if change.at >= -interval]
        other = [change for change in real.get(identity, []) if change.at >= -interval]
        rows += _aligned(one, other, emulated.inputs, interval, until)
    return rows


def _by_alert(changes: Sequence[AlertChange]) -> dict[tuple[str, Key], list[AlertChange]]:
    found: dict[tuple[str, Key], list[AlertChange]] = defaultdict(list)
    for change in changes:
        found[change.alert, frozenset(change.labels.items())].append(change)
    return found


def _aligned(
    one: Sequence[AlertChange], other: Sequence[AlertChange], inputs: Inputs, interval: int, until: int
) -> list[Row]:
    rows = []
    for place in range(max(len(one), len(other))):
        a = one[place] if place < len(one) else None
        b = other[place] if place < len(other) else None
        shown = a or b
        assert shown is not None
        what = f"{shown.alert} {shown.state}"
        if a is None or b is None:
            if shown.at <= until - interval:
                rows.append(
                    Row(
                        "state",
                        what,
                        "",
                        a.at if a else None,
                        b.at if b else None,
                        "only emulated" if b is None else "only real",
                    )
                )
            continue
        if a.at > until:
            continue
        slack = interval + RESTORING * interval * _just_back(inputs, a.at, interval)
        same = a.state == b.state and abs(a.at - b.at) <= slack
        rows.append(Row("state", what, "", a.at, b.at, "same" if same else "late"))
    return rows


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
