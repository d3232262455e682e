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
    """Only where both sides are alerts of this subject."""
    if subject.alertmanager is None:
        return
    for rule in subject.alertmanager.inhibit_rules:
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


def _can(alert: Rule, matchers: tuple[Matcher, ...]) -> bool:
    return bool(matchers) and all(verdict(alert, matcher) == "yes" for matcher in matchers)


def _never(alert: Rule, name: str) -> bool:
    return label(alert, name).presence == "never"
