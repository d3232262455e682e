"""Messages side by side: what the emulator sends, and what the local Discord heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from obs.sim.routing.server import RETRY_FACTOR, Pace
from obs.testing.prove.rows import Row, Verdict
from obs.testing.prove.sink import Heard
from obs.testing.prove.speed import Speed
from obs.testing.scenario.observed import Attempt, Observed
from obs.testing.scenario.platform import Answered

Pair = tuple[Attempt, tuple[int, Heard]]
"""An emulated attempt, and what was heard of it, with its place among all requests."""


def messages(
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


def answered(heard: Sequence[Heard]) -> tuple[Answered, ...]:
    """Where the limit decides it is chance which messages of one moment get through, so the emulator is told.

    Everything else, and how many they are, it has to find by itself.
    """
    return tuple(
        Answered(one.at, (one.receiver, one.message.title, one.message.description), one.response.ok)
        for one in heard
        if one.response.ok or one.response.limited
    )


def told(emulated: Observed, until: int) -> int:
    """How many messages got through that tell of an alert."""
    return sum(one.response.ok and one.at <= until and not _over(one) for one in emulated.attempts)


def number(mine: int, real: int) -> Row:
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


def refused(emulated: Observed, heard: Sequence[Heard], until: int) -> list[Attempt]:
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
            found.append(attempt(min(of_it, key=lambda one: abs(one.at - other.at)), other))
    return found


def attempt(attempt: Attempt, other: Heard) -> Attempt:
    """The emulated attempt with what really came: its moment, its text, its answer."""
    shift = other.at - attempt.at
    alerts = tuple(
        replace(one, starts_at=one.starts_at + shift, ends_at=one.ends_at + shift)
        for one in attempt.delivery.alerts
    )
    delivery = replace(attempt.delivery, at=other.at, alerts=alerts)
    return Attempt(delivery, other.message, other.response)
