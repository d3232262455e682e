"""A query asks for a bucket that the histogram does not have.

`le` is matched as text: there is no rounding to the next bound, and the selector finds nothing.

Flagged:
    - alert: SlowNotifications
      expr: |
        sum(rate(alertmanager_notification_latency_seconds_bucket{le="3"}[5m]))
          / sum(rate(alertmanager_notification_latency_seconds_count[5m])) < 0.95
      for: 10m

Instead:
    - alert: SlowNotifications
      expr: |
        sum(rate(alertmanager_notification_latency_seconds_bucket{le="5"}[5m]))
          / sum(rate(alertmanager_notification_latency_seconds_count[5m])) < 0.95
      for: 10m

Source: none of the other linters; the bounds are those that the exporters declare.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from obs.checks.base import Finding, lint
from obs.graph.bounds import asked_bounds, is_bound, shown_bound
from obs.graph.selections import Selection
from obs.graph.subject import Subject


@lint("warning", alone=True)
def unknown_bucket(subject: Subject) -> Iterator[Finding]:
    """Bounds that are declared; those that a project configures for its meters are not known."""
    for one in subject.selections:
        bounds = _bounds(one)
        for matcher, asked in asked_bounds(one.selector, "le") if bounds else ():
            missing = [text for text in asked if not is_bound(text, bounds)]
            if missing:
                near = min(bounds, key=lambda bound: abs(bound - float(missing[0])))
                yield Finding.in_rule(
                    one.rule,
                    f"{one.rule} selects nothing: {one.metric} has no bucket le={missing[0]!r}",
                    (matcher.start, matcher.end),
                    why=f"its bounds are {', '.join(map(shown_bound, bounds))} and +Inf",
                    fix=f'le="{shown_bound(near)}" is the nearest',
                    evidence="likely",
                )


def _bounds(one: Selection) -> Sequence[float]:
    series = one.only
    return series.entry.buckets if series is not None and series.part == "bucket" else ()
