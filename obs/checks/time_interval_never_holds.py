"""A time interval that holds never, or always: what it is for does not happen.

Flagged:
    route:
      receiver: pager
      routes:
        - matchers: ['severity="warning"']
          mute_time_intervals: [leap]
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    time_intervals:
      - name: leap
        time_intervals:
          - months: [february]
            days_of_month: ["30:31"]

Instead:
    route:
      receiver: pager
      routes:
        - matchers: ['severity="warning"']
          mute_time_intervals: [leap]
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    time_intervals:
      - name: leap
        time_intervals:
          - months: [february]
            days_of_month: ["29"]

Flagged:
    route:
      receiver: pager
      routes:
        - matchers: ['severity="warning"']
          mute_time_intervals: [always]
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    time_intervals:
      - name: always
        time_intervals:
          - times: [{start_time: "00:00", end_time: "24:00"}]

Source: Alertmanager 0.27, `time_interval`: every condition that is given must hold; an end of 24:00 is midnight.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject

if TYPE_CHECKING:
    from obs.sim.routing.intervals import TimeInterval

_DAY = 24 * 60
_DAYS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


@lint("warning")
def time_interval_never_holds(subject: Subject) -> Iterator[Finding]:
    """Only of intervals that a route uses."""
    if subject.alertmanager is None or subject.route is None:
        return
    intervals = subject.alertmanager.time_intervals
    for node in subject.route.walk():
        origin = subject.route_lines.get(node.path)
        for name in (*node.mute_time_intervals, *node.active_time_intervals):
            parts = intervals.get(name, ())
            muting = name in node.mute_time_intervals
            what, to = ("mutes", "mute") if muting else ("lets through", "activate")
            if not any(map(_can_hold, parts)):
                yield Finding(
                    f"the time interval {name} never holds: the route to {node.receiver} "
                    + ("is never muted" if muting else "never sends anything"),
                    origin,
                    fix=f"give {name} a time that exists",
                    object=f"route {node.receiver}",
                )
            elif any(map(_holds_always, parts)):
                yield Finding(
                    f"the time interval {name} always holds: it {what} everything on the route to {node.receiver}",
                    origin,
                    fix=f"say when to {to}, or leave {name} out",
                    object=f"route {node.receiver}",
                )


def _can_hold(interval: TimeInterval) -> bool:
    for parts in (interval.times, interval.weekdays, interval.days_of_month, interval.months, interval.years):
        if parts == ():
            return False
    if interval.months is None or interval.days_of_month is None:
        return True
    months = {month for part in interval.months for month in range(part.first, part.last + 1)}
    return any(
        part.first < 0 or part.first <= _DAYS.get(month, 31)
        for part in interval.days_of_month
        for month in months
    )


def _holds_always(interval: TimeInterval) -> bool:
    if interval.months is not None or interval.years is not None:
        return False
    days = interval.days_of_month
    if days is not None and not any(part.first in (1, -31) and part.last in (31, -1) for part in days):
        return False
    week = interval.weekdays
    if week is not None and not any((part.first, part.last) == (0, 6) for part in week):
        return False
    return interval.times is None or any((part.first, part.last) == (0, _DAY) for part in interval.times)
