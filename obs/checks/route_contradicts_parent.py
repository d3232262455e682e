"""A route asks for what the route around it excludes, so that it never gets an alert.

Flagged:
    route:
      receiver: nobody
      routes:
        - matchers: ['severity="critical"']
          receiver: pager
          routes:
            - matchers: ['severity="warning"']
              receiver: channel
    receivers:
      - name: nobody
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
      - name: channel
        webhook_configs: [{url: "http://channel.example/"}]

Instead:
    route:
      receiver: nobody
      routes:
        - matchers: ['severity="critical"']
          receiver: pager
        - matchers: ['severity="warning"']
          receiver: channel
    receivers:
      - name: nobody
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
      - name: channel
        webhook_configs: [{url: "http://channel.example/"}]

Source: Alertmanager 0.27, `dispatch`: a route is asked only for the alerts that all routes around it let through.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.route_cover import literals
from obs.graph.routing_document import RouteNode, RoutingDocument
from obs.graph.subject import Subject
from obs.lang.matchers import Matcher


@lint("error")
def route_contradicts_parent(subject: Subject) -> Iterator[Finding]:
    """Matchers that list their values, against all others on the way."""
    for routing in subject.routing_documents:
        if routing.root is not None:
            yield from _walk(routing, routing.root, ())


def _walk(routing: RoutingDocument, node: RouteNode, above: tuple[Matcher, ...]) -> Iterator[Finding]:
    pair = next(
        ((one, other) for one in node.matchers for other in (*above, *node.matchers) if _exclude(one, other)),
        None,
    )
    if pair is not None:
        one, other = pair
        where = "it also asks for" if other in node.matchers else "the route around it asks for"
        yield Finding(
            f"the route to {node.receiver} asks for {one}, and {where} {other}: it never gets an alert",
            routing.document.at(*node.path),
            fix="put it beside the other route, or take one of the matchers away",
            object=f"route {node.receiver}",
        )
        return
    for child in node.children:
        yield from _walk(routing, child, (*above, *node.matchers))


def _exclude(one: Matcher, other: Matcher) -> bool:
    """Whether no value fulfils both, as far as one of them lists its values."""
    values = literals(one) if one.name == other.name else None
    if values is None:
        values, other = (literals(other) if one.name == other.name else None), one
    return values is not None and not any(other.matches({other.name: value}) for value in values)
