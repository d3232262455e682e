"""A label that the team's policy asks for is missing, forbidden, or has another value than it allows.

Flagged:
    [[lint.policy]]
    kinds = ["alert"]
    required-labels = ["severity"]
    label-values = {severity = ["critical", "warning"]}
    ---
    - alert: Down
      expr: up == 0
      labels: {severity: page}

Instead:
    [[lint.policy]]
    kinds = ["alert"]
    required-labels = ["severity"]
    label-values = {severity = ["critical", "warning"]}
    ---
    - alert: Down
      expr: up == 0
      labels: {severity: critical}

Source: the project's own policy: `required-labels`, `allowed-labels`, `forbidden-labels`, `label-values`,
`label-patterns` of `[[tool.obs.lint.policy]]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.policies import Wanted, under_policy, violations
from obs.graph.subject import Subject


@lint("warning")
def label_against_policy(subject: Subject) -> Iterator[Finding]:
    """Each rule under each policy that speaks of labels."""
    for policy, rule in under_policy(subject):
        wanted = Wanted(
            policy.required_labels,
            policy.allowed_labels,
            policy.forbidden_labels,
            policy.label_values,
            policy.label_patterns,
        )
        for name, problem in violations("label", rule.labels, wanted):
            given = rule.labels.get(name, "")
            yield Finding.in_rule(
                rule,
                f"{rule}: {problem}",
                (0, len(given)) if given else None,
                text=f"label:{name}",
                severity=policy.severity,
            )
