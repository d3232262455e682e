"""An alert that is both the source and the target of an inhibition.

It is not muted by others of its kind either, which is rarely what the rule is for, and hard to see through.

Flagged:
    route: {receiver: pager}
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    inhibit_rules:
      - source_matchers: ['alertname=~"Node.*"']
        target_matchers: ['severity="warning"']
        equal: [instance]
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
      - source_matchers: ['alertname="NodeDown"']
        target_matchers: ['severity="warning"']
        equal: [instance]
    groups:
      - name: nodes
        rules:
          - alert: NodeSlow
            expr: node_load1 > 10
            labels: {severity: warning}

Source: Alertmanager, configuration: choose matchers such that no alert matches both sides of an inhibition.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.alert_labels import verdict
from obs.graph.subject import Rule, Subject
from obs.lang.matchers import Matcher


@lint("info")
def alert_on_both_sides(subject: Subject) -> Iterator[Finding]:
    """Alerts that match both whatever their values."""
    if subject.alertmanager is None:
        return
    for number, rule in enumerate(subject.alertmanager.inhibit_rules):
        both = [one for one in subject.alerts if _does(one, rule.source) and _does(one, rule.target)]
        if both and rule.source and rule.target:
            names = sorted({alert.name for alert in both})
            yield Finding(
                f"{', '.join(names[:3])}{' ...' if len(names) > 3 else ''} is source and target of inhibition {number + 1}",
                subject.inhibition_origin(number) or both[0].origin,
                fix='leave the sources out of target_matchers: alertname!~"..."',
                also=tuple((alert.origin, alert.title) for alert in both[:3]),
                object=f"inhibition {number + 1}",
            )


def _does(alert: Rule, matchers: tuple[Matcher, ...]) -> bool:
    return all(verdict(alert, matcher) == "yes" for matcher in matchers)
