"""A route asks for a label that none of the alerts that it is for has, so that it gets none of them.

Flagged:
    route:
      receiver: nobody
      routes:
        - matchers: ['alertname="Errors"', 'pod=~"shop-.+"']
          receiver: pager
    receivers:
      - name: nobody
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    groups:
      - name: shop
        rules:
          - alert: Errors
            expr: sum by (namespace) (rate(errors_total[5m])) > 1

Instead:
    route:
      receiver: nobody
      routes:
        - matchers: ['alertname="Errors"', 'pod=~"shop-.+"']
          receiver: pager
    receivers:
      - name: nobody
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    groups:
      - name: shop
        rules:
          - alert: Errors
            expr: sum by (namespace, pod) (rate(errors_total[5m])) > 1

Source: Alertmanager 0.27, routing: a missing label counts as an empty one.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.alert_labels import label, verdict
from obs.graph.subject import Rule, Subject
from obs.lang.matchers import Matcher
from obs.sim.routing.tree import Node


@lint("warning")
def matcher_on_absent_label(subject: Subject) -> Iterator[Finding]:
    """Of the alerts that the other matchers let through; without others, of all at hand, and then only likely."""
    if subject.route is None:
        return
    alerts = tuple(subject.alerts)
    for node, chain in _chains(subject.route, ()):
        for matcher in node.matchers:
            if matcher.matches_missing:
                continue
            others = [one for one in (*chain, *node.matchers) if one is not matcher]
            meant = [alert for alert in alerts if all(_does(alert, one) for one in others)]
            if meant and all(label(alert, matcher.name).presence == "never" for alert in meant):
                yield _finding(subject, node, matcher, meant, certain=bool(others))


def _does(alert: Rule, matcher: Matcher) -> bool:
    return verdict(alert, matcher) == "yes"


def _chains(node: Node, above: tuple[Matcher, ...]) -> Iterator[tuple[Node, tuple[Matcher, ...]]]:
    yield node, above
    for child in node.children:
        yield from _chains(child, (*above, *node.matchers))


def _finding(subject: Subject, node: Node, matcher: Matcher, meant: list[Rule], *, certain: bool) -> Finding:
    names = sorted({alert.name for alert in meant})
    shown = ", ".join(names[:3]) + (" ..." if len(names) > 3 else "")
    return Finding(
        f"the route to {node.receiver} asks for {matcher}, and {shown} never has {matcher.name}",
        subject.route_origin(node) or meant[0].origin,
        why=f"the expression removes it: {meant[0].expr.strip().splitlines()[0][:120]}",
        fix=f"keep {matcher.name} in the expression, set it in the rule's labels, or leave the matcher out",
        also=tuple((alert.origin, alert.title) for alert in meant[:3]),
        object=f"route {node.receiver}",
        evidence="certain" if certain else "likely",
    )
