"""A route to which none of the alerts at hand ever gets.

Flagged:
    route:
      receiver: nobody
      routes:
        - matchers: ['severity="page"']
          receiver: pager
    receivers:
      - name: nobody
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    groups:
      - name: shop
        rules:
          - alert: Errors
            expr: errors > 1
            labels: {severity: critical}

Instead:
    route:
      receiver: nobody
      routes:
        - matchers: ['severity="critical"']
          receiver: pager
    receivers:
      - name: nobody
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    groups:
      - name: shop
        rules:
          - alert: Errors
            expr: errors > 1
            labels: {severity: critical}

Source: Alertmanager 0.27, routing; an alert's labels are those of its rule and of its expression.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.reach import reach, tells_somebody
from obs.graph.subject import Subject


@lint("info")
def route_without_alert(subject: Subject) -> Iterator[Finding]:
    """Leaves that tell somebody; other rules, which are not at hand, may have such alerts."""
    config, root = subject.alertmanager, subject.route
    alerts = tuple(subject.alerts)
    if config is None or root is None or not alerts or subject.program is not None:
        return
    got = {found.node.path for alert in alerts for found in reach(root, alert)}
    for node in root.walk():
        if not node.path or node.children or node.path in got or not tells_somebody(config, node):
            continue
        matchers = ", ".join(map(str, node.matchers)) or "no matcher of its own"
        yield Finding(
            f"none of the {len(alerts)} alerts at hand gets to {node.receiver} by the route with {matchers}",
            subject.route_origin(node),
            fix="match labels that your alerts have; `obs route NAME=VALUE` shows where an alert goes",
            object=f"route {node.receiver}",
            evidence="likely",
        )
