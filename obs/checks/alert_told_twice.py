"""An alert that reaches the same people twice, or two receivers that nobody asked for.

A route with `continue: true` lets the later ones see the alert too; and prometheus-operator puts `continue: true` on
the route of every AlertmanagerConfig, so that the base configuration's routes, and other objects', get it as well.

Flagged:
    route:
      receiver: pager
      routes:
        - matchers: ['team="shop"']
          receiver: pager
          continue: true
        - matchers: ['severity="critical"']
          receiver: pager
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    groups:
      - name: shop
        rules:
          - alert: Errors
            expr: errors > 1
            labels: {team: shop, severity: critical}

Instead:
    route:
      receiver: pager
      routes:
        - matchers: ['team="shop"']
          receiver: pager
        - matchers: ['severity="critical"']
          receiver: pager
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    groups:
      - name: shop
        rules:
          - alert: Errors
            expr: errors > 1
            labels: {team: shop, severity: critical}

Source: Alertmanager 0.27, `continue`; prometheus-operator 0.77, which sets it on every object's route.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from obs.checks.base import Finding, lint
from obs.diagnostic import Severity
from obs.graph.reach import Reached, tells_somebody
from obs.graph.subject import Rule, Subject


@lint("warning")
def alert_told_twice(subject: Subject) -> Iterator[Finding]:
    """A warning for the same receiver twice, or for what the operator alone decides; an info for what a route says itself."""
    config = subject.alertmanager
    for alert, nodes in subject.delivered:
        told = [one for one in nodes if config and one.certain and tells_somebody(config, one.node)]
        for first, second in combinations(told, 2):
            if first.node.receiver == second.node.receiver:
                yield _finding(subject, alert, first, second, f"{first.node.receiver} is told twice of")
            elif _by_operator(first) and not _by_operator(second):
                receivers = f"{first.node.receiver} and, in the base configuration, {second.node.receiver}"
                yield _finding(subject, alert, first, second, f"{receivers} are both told of")
            else:
                receivers = f"{first.node.receiver} and {second.node.receiver}"
                yield _finding(subject, alert, first, second, f"{receivers} are both told of", "info")


def _by_operator(found: Reached) -> bool:
    return found.node.receiver.count("/") == 2


def _finding(
    subject: Subject,
    alert: Rule,
    first: Reached,
    second: Reached,
    problem: str,
    severity: Severity | None = None,
) -> Finding:
    places = (subject.route_origin(first.node), subject.route_origin(second.node))
    return Finding(
        f"{problem} {alert}",
        places[1] or places[0] or alert.origin,
        fix="leave continue: true out, or match other alerts"
        if first.node.receiver == second.node.receiver
        else "let one of them end at a receiver that tells nobody",
        also=((alert.origin, alert.title),),
        object=f"route {second.node.receiver}",
        cause=f"{first.node.path} {second.node.path}",
        severity=severity,
    )
