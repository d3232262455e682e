"""An inhibition whose sources, or whose targets, are none of the alerts at hand: it mutes nothing.

Flagged:
    route: {receiver: pager}
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    inhibit_rules:
      - source_matchers: ['alertname="ClusterDown"']
        target_matchers: ['severity="warning"']
        equal: [cluster]
    groups:
      - name: nodes
        rules:
          - alert: NodeSlow
            expr: node_load1 > 10
            labels: {severity: warning}

Instead:
    route: {receiver: pager}
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    inhibit_rules:
      - source_matchers: ['alertname="ClusterDown"']
        target_matchers: ['severity="warning"']
        equal: [cluster]
    groups:
      - name: nodes
        rules:
          - alert: NodeSlow
            expr: node_load1 > 10
            labels: {severity: warning}
          - alert: ClusterDown
            expr: sum by (cluster) (up) == 0

Source: Alertmanager 0.27, `inhibit_rules`: a source must be firing for a target to be muted.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.alert_labels import verdict
from obs.graph.subject import Subject
from obs.lang.matchers import Matcher


@lint("info")
def inhibition_without_alert(subject: Subject) -> Iterator[Finding]:
    """Inhibitions of a file at hand; the chart's own are about its own alerts."""
    alerts = tuple(subject.alerts)
    if subject.alertmanager is None or not alerts:
        return
    for number, rule in enumerate(subject.alertmanager.inhibit_rules):
        origin = subject.inhibition_origin(number)
        for side, matchers in (("source", rule.source), ("target", rule.target)):
            possible = any(all(verdict(alert, one) != "no" for one in matchers) for alert in alerts)
            if origin is not None and matchers and not possible:
                yield Finding(
                    f"inhibition {number + 1} has no {side}: none of the {len(alerts)} alerts at hand has "
                    + _shown(matchers),
                    origin,
                    fix=f"match labels that your alerts have in {side}_matchers",
                    object=f"inhibition {number + 1}",
                    evidence="likely",
                )


def _shown(matchers: tuple[Matcher, ...]) -> str:
    return " and ".join(map(str, matchers))
