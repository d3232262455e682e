"""An annotation that the team's policy asks for is missing, forbidden, or has another value than it allows.

Flagged:
    [[lint.policy]]
    kinds = ["alert"]
    required-annotations = ["runbook_url"]
    ---
    - alert: Down
      expr: up == 0
      annotations: {summary: A target is down.}

Instead:
    [[lint.policy]]
    kinds = ["alert"]
    required-annotations = ["runbook_url"]
    ---
    - alert: Down
      expr: up == 0
      annotations: {summary: A target is down., runbook_url: https://runbooks.example/down}

Source: the project's own policy: `required-annotations`, `allowed-annotations`, `forbidden-annotations`, `annotation-values`,
`annotation-patterns` of `[[tool.obs.lint.policy]]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.policies import Wanted, under_policy, violations
from obs.graph.subject import Subject


@lint("warning")
def annotation_against_policy(subject: Subject) -> Iterator[Finding]:
    """Each rule under each policy that speaks of annotations."""
    for policy, rule in under_policy(subject):
        wanted = Wanted(
            policy.required_annotations,
            policy.allowed_annotations,
            policy.forbidden_annotations,
            policy.annotation_values,
            policy.annotation_patterns,
        )
        for name, problem in violations("annotation", rule.annotations, wanted):
            given = rule.annotations.get(name, "")
            yield Finding.in_rule(
                rule,
                f"{rule}: {problem}",
                (0, len(given)) if given else None,
                text=f"annotation:{name}",
                severity=policy.severity,
            )
