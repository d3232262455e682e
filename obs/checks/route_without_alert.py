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
from obs.graph.alert_labels import verdict
from obs.graph.chart_alerts import CHART_ALERTS
from obs.graph.reach import tells_somebody
from obs.graph.route_cover import literals
from obs.graph.subject import Rule, Subject
from obs.lang.matchers import Matcher


@lint("info")
def route_without_alert(subject: Subject) -> Iterator[Finding]:
    """Leaves that tell somebody; a warning where name or severity decide. Other rules may have such alerts."""
    config, root = subject.alertmanager, subject.route
    alerts = tuple(subject.alerts)
    if config is None or root is None or not alerts or subject.program is not None:
        return
    got = {found.node.path for _, nodes in subject.delivered for found in nodes}
    for node in root.walk():
        if not node.path or node.children or node.path in got or not tells_somebody(config, node):
            continue
        if any(one.name == "alertname" and _is_of_chart(one) for one in node.matchers):
            continue  # whose rules are rarely at hand
        matchers = ", ".join(map(str, node.matchers)) or "no matcher of its own"
        yield Finding(
            f"none of the {len(alerts)} alerts at hand gets to {node.receiver} by the route with {matchers}",
            subject.route_origin(node),
            fix="match labels that your alerts have; `obs route NAME=VALUE` shows where an alert goes",
            object=f"route {node.receiver}",
            evidence="likely",
            severity="warning" if any(_is_plain(one, alerts) for one in node.matchers) else None,
        )


def _is_of_chart(matcher: Matcher) -> bool:
    return not CHART_ALERTS.isdisjoint(literals(matcher) or ())


def _is_plain(matcher: Matcher, alerts: tuple[Rule, ...]) -> bool:
    """Whether every alert at hand says itself, in its name or severity, that it is not meant."""
    if matcher.name not in ("alertname", "severity") or matcher.is_negative:
        return False
    return all(verdict(alert, matcher) == "no" for alert in alerts)
