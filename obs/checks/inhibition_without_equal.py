"""An inhibition compares a label that neither of its alerts has, so that it mutes across everything.

Alertmanager takes a label that is missing on both sides as equal.

Flagged:
    route: {receiver: pager}
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    inhibit_rules:
      - source_matchers: ['alertname="NodeDown"']
        target_matchers: ['alertname="PodDown"']
        equal: [node]
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: sum by (instance) (up{job="node"}) == 0
          - alert: PodDown
            expr: sum by (pod) (pod_ready) == 0

Instead:
    route: {receiver: pager}
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    inhibit_rules:
      - source_matchers: ['alertname="NodeDown"']
        target_matchers: ['alertname="PodDown"']
        equal: [node]
    groups:
      - name: nodes
        rules:
          - alert: NodeDown
            expr: sum by (node) (up{job="node"}) == 0
          - alert: PodDown
            expr: sum by (pod, node) (pod_ready) == 0

Flagged:
    route: {receiver: pager}
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    inhibit_rules:
      - source_matchers: ['severity="critical"']
        target_matchers: ['severity="warning"']

Instead:
    route: {receiver: pager}
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    inhibit_rules:
      - source_matchers: ['severity="critical"']
        target_matchers: ['severity="warning"']
        equal: [namespace, alertname]

Source: Alertmanager 0.27, `inhibit_rule`: a missing label and an empty one are equal.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.alert_labels import label, verdict
from obs.graph.subject import Rule, Subject
from obs.lang.matchers import Matcher


@lint("warning")
def inhibition_without_equal(subject: Subject) -> Iterator[Finding]:
    """Where both sides are alerts of this subject; and a severity that mutes another one everywhere."""
    if subject.alertmanager is None:
        return
    for number, rule in enumerate(subject.alertmanager.inhibit_rules):
        if not rule.equal and _only_severity(rule.source) and _only_severity(rule.target):
            yield Finding(
                f"one alert with {rule.source[0]} mutes all with {rule.target[0]}, wherever they are",
                subject.inhibition_origin(number),
                fix="equal: [namespace, alertname]",
                object=f"inhibition {number + 1}",
            )
        sources = [alert for alert in subject.alerts if _can(alert, rule.source)]
        targets = [alert for alert in subject.alerts if _can(alert, rule.target)]
        names = [name for name in rule.equal if name != "alertname"]
        for source in sources:
            for target in targets:
                absent = [name for name in names if _never(source, name) and _never(target, name)]
                if source is target or not names or absent != names:
                    continue
                if "alertname" in rule.equal and source.name != target.name:
                    continue
                yield Finding(
                    f"every {source} mutes every {target}: neither has {' or '.join(absent)}",
                    target.origin,
                    fix=f"keep {' and '.join(absent)} in both expressions",
                    also=((source.origin, f"{source}, the source"),),
                    object=f"alert {target}",
                )


def _only_severity(matchers: tuple[Matcher, ...]) -> bool:
    return len(matchers) == 1 and matchers[0].name == "severity"


def _can(alert: Rule, matchers: tuple[Matcher, ...]) -> bool:
    return bool(matchers) and all(verdict(alert, matcher) == "yes" for matcher in matchers)


def _never(alert: Rule, name: str) -> bool:
    return label(alert, name).presence == "never"
