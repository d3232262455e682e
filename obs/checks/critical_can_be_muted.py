"""An inhibition by which a lesser alert mutes a critical one.

Flagged:
    route: {receiver: pager}
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    inhibit_rules:
      - source_matchers: ['severity="warning"']
        target_matchers: ['namespace="shop"']
        equal: [namespace]

Instead:
    route: {receiver: pager}
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    inhibit_rules:
      - source_matchers: ['severity="warning"']
        target_matchers: ['namespace="shop"', 'severity="info"']
        equal: [namespace]

Source: Alertmanager 0.27, `inhibit_rules`: a target is muted whatever its severity, unless its matchers say otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.lang.matchers import Matcher

LESSER = ("warning", "info", "none")


@lint("warning")
def critical_can_be_muted(subject: Subject) -> Iterator[Finding]:
    """Only where the source names a lesser severity itself."""
    if subject.alertmanager is None:
        return
    for number, rule in enumerate(subject.alertmanager.inhibit_rules):
        lesser = [value for value in LESSER if _takes(rule.source, value)]
        by_severity = any(one.name == "severity" for one in rule.source)
        if not by_severity or not lesser or _takes(rule.source, "critical"):
            continue
        fixed = any(one.name == "alertname" and one.operator == "=" for one in rule.target)
        if not fixed and _takes(rule.target, "critical"):
            yield Finding(
                f"an alert of severity {lesser[0]} mutes critical ones: the targets of inhibition {number + 1} are "
                + (", ".join(map(str, rule.target)) or "all alerts"),
                subject.inhibition_origin(number),
                fix='add severity=~"warning|info" to target_matchers',
                object=f"inhibition {number + 1}",
            )


def _takes(matchers: Sequence[Matcher], severity: str) -> bool:
    return all(one.matches({"severity": severity}) for one in matchers if one.name == "severity")
