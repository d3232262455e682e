"""A route that never gets an alert: an earlier one beside it takes all of them.

Routes are asked in order, and the first that matches keeps the alert unless it says `continue: true`.

Flagged:
    route:
      receiver: nobody
      routes:
        - matchers: ['severity=~"critical|warning"']
          receiver: channel
        - matchers: ['severity="critical"']
          receiver: pager
    receivers:
      - name: nobody
      - name: channel
        webhook_configs: [{url: "http://channel.example/"}]
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]

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
      - name: channel
        webhook_configs: [{url: "http://channel.example/"}]
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]

Source: Alertmanager 0.27, `dispatch`: children are asked in order up to the first that matches without `continue`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.route_cover import covers
from obs.graph.routing_document import RouteNode, RoutingDocument
from obs.graph.subject import Subject


@lint("error")
def shadowed_route(subject: Subject) -> Iterator[Finding]:
    """Siblings, as they are written."""
    for routing in subject.routing_documents:
        for parent in routing.root.walk() if routing.root is not None else ():
            for number, node in enumerate(parent.children):
                yield from _by_an_earlier(routing, parent.children[:number], node)


def _by_an_earlier(
    routing: RoutingDocument, earlier: tuple[RouteNode, ...], node: RouteNode
) -> Iterator[Finding]:
    for one in earlier:
        if not one.continue_ and covers(one.matchers, node.matchers):
            same = one.receiver == node.receiver and not node.children and not one.children
            given = ", ".join(map(str, one.matchers)) or "no matcher"
            yield Finding(
                f"the route to {node.receiver} never gets an alert: an earlier one with {given} takes them",
                routing.document.at(*node.path),
                fix="put it first, or give the earlier one continue: true",
                also=((routing.document.at(*one.path), f"the route to {one.receiver}, asked before"),),
                object=f"route {node.receiver}",
                severity="info" if same else None,
            )
            return
