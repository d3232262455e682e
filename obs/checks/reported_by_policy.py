"""A rule of a kind that the team's policy wants somebody to look at.

Flagged:
    [[lint.policy]]
    kinds = ["alert"]
    with-labels = {severity = "critical"}
    report = "critical alerts wake people: ask the on-call lead"
    severity = "info"
    ---
    - alert: Down
      expr: up == 0
      labels: {severity: critical}

Instead:
    [[lint.policy]]
    kinds = ["alert"]
    with-labels = {severity = "critical"}
    report = "critical alerts wake people: ask the on-call lead"
    severity = "info"
    ---
    - alert: Down
      expr: up == 0
      labels: {severity: warning}

Source: the project's own policy: `report` of `[[tool.obs.lint.policy]]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.policies import under_policy
from obs.graph.subject import Subject


@lint("warning")
def reported_by_policy(subject: Subject) -> Iterator[Finding]:
    """Every rule that the policy is about."""
    for policy, rule in under_policy(subject):
        if policy.report:
            yield Finding.in_rule(rule, f"{rule}: {policy.report}", severity=policy.severity)
