"""Alerts that are over, and that Prometheus goes on sending.

The engine sends them for the quarter of an hour that is written in its source. A real server on a faster clock does
so for longer, by the scenario's clock: what is missing is added here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from obs.sim.rules.evaluator import Posted
from obs.sim.scrape import Key
from obs.testing.scenario.deliveries import RESEND
from obs.testing.scenario.observed import AlertChange
from obs.testing.scenario.platform import RESOLVED_RETENTION, Platform

Sent = tuple[int, Posted]


def still_sent(
    posted: Sequence[Sent],
    changes: Sequence[AlertChange],
    platform: Platform,
    restarts: Sequence[int],
    until: int,
) -> Iterator[Sent]:
    """What a server that remembers longer than the engine sends besides; times are milliseconds of the scenario.

    It ends when the alert is active again or Prometheus is restarted. An alert is sent again with the first evaluation
    that is more than a minute after the last time.
    """
    if platform.resolved_retention <= RESOLVED_RETENTION:
        return
    step = (RESEND // platform.evaluation_interval + 1) * platform.evaluation_interval
    first: dict[tuple[Key, int], int] = {}
    last: dict[tuple[Key, int], Sent] = {}
    for at, one in posted:
        if one.resolved:
            key = frozenset(one.labels.items()), one.ends_at
            first.setdefault(key, at)
            last[key] = at, one
    for key, (at, one) in last.items():
        active = (
            change.at
            for change in changes
            if change.at > first[key] and frozenset(change.labels.items()) == key[0]
        )
        forgotten = (moment for moment in restarts if moment > first[key])
        end = min([first[key] + platform.resolved_retention, until, *active, *forgotten])
        yield from ((moment, one) for moment in range(at + step, end + 1, step))
