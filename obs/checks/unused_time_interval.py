"""A time interval that no route uses.

Flagged:
    route: {receiver: pager}
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    time_intervals:
      - name: nights
        time_intervals:
          - times: [{start_time: "00:00", end_time: "06:00"}]

Instead:
    route:
      receiver: pager
      routes:
        - matchers: ['severity="warning"']
          mute_time_intervals: [nights]
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    time_intervals:
      - name: nights
        time_intervals:
          - times: [{start_time: "00:00", end_time: "06:00"}]

Source: Alertmanager 0.27, `mute_time_intervals` and `active_time_intervals` of a route; children do not inherit them.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.routing_document import RouteNode, RoutingDocument
from obs.graph.subject import Subject

_USES = ("mute_time_intervals", "active_time_intervals", "muteTimeIntervals", "activeTimeIntervals")


@lint("warning")
def unused_time_interval(subject: Subject) -> Iterator[Finding]:
    """Intervals and routes of one file."""
    for routing in subject.routing_documents:
        if routing.root is None:
            continue
        used = {name for node in routing.root.walk() for name in _named(routing, node)}
        for path, name in routing.intervals():
            if name not in used:
                yield Finding(
                    f"no route uses the time interval {name}: it mutes nothing",
                    routing.document.at(*path),
                    fix=f"mute_time_intervals: [{name}] in the route that it is for, or remove it",
                    excerpt=routing.document.excerpt(*path),
                    object=f"time interval {name}",
                )


def _named(routing: RoutingDocument, node: RouteNode) -> Iterator[str]:
    for key in _USES:
        given = routing.document.get(*node.path, key)
        yield from map(str, given if isinstance(given, list) else ())
