"""A route groups by a label that none of its alerts can have.

Grouping by it does nothing: what should be one message for each value is one for all of them.

Flagged:
    route:
      receiver: pager
      group_by: [alertname, pod]
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    groups:
      - name: shop
        rules:
          - alert: Errors
            expr: sum by (namespace) (rate(errors_total[5m])) > 1

Instead:
    route:
      receiver: pager
      group_by: [alertname, namespace]
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    groups:
      - name: shop
        rules:
          - alert: Errors
            expr: sum by (namespace) (rate(errors_total[5m])) > 1

Source: Alertmanager 0.27, `group_by`: a group has only those of the labels that the alert has.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.alert_labels import label
from obs.graph.reach import tells_somebody
from obs.graph.subject import Rule, Subject
from obs.sim.routing.tree import Node


@lint("warning")
def group_by_absent_label(subject: Subject) -> Iterator[Finding]:
    """Each node that tells somebody, over all the alerts that reach it."""
    if subject.alertmanager is None or subject.route is None:
        return
    reaching: dict[tuple[int, ...], tuple[Node, list[Rule]]] = {}
    for alert, nodes in subject.delivered:
        for found in nodes:
            if tells_somebody(subject.alertmanager, found.node):
                reaching.setdefault(found.node.path, (found.node, []))[1].append(alert)
    for node, alerts in reaching.values():
        for name in sorted(node.group_by or ()):
            if all(label(alert, name).presence == "never" for alert in alerts):
                yield Finding(
                    f"the route to {node.receiver} groups by {name}, which none of its alerts has",
                    alerts[0].origin,
                    why=f"its alerts are {', '.join(sorted({alert.name for alert in alerts}))}",
                    fix=f"keep {name} in the expressions, or leave it out of group_by",
                    object=f"route {node.receiver}",
                )
