"""A rule that belongs to nobody: it has no label or annotation that names its owner, or an unknown one.

Flagged:
    [[lint.policy]]
    kinds = ["alert"]
    owners = ["platform", "shop"]
    ---
    - alert: Down
      expr: up == 0

Instead:
    [[lint.policy]]
    kinds = ["alert"]
    owners = ["platform", "shop"]
    ---
    - alert: Down
      expr: up == 0
      labels: {owner: platform}

Source: the project's own policy: `owners` of `[[tool.obs.lint.policy]]`; the owner is `owner` or `team`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.policies import fits, under_policy
from obs.graph.subject import Rule, Subject

NAMES = ("owner", "team")


@lint("warning")
def missing_owner(subject: Subject) -> Iterator[Finding]:
    """Of labels and annotations, the first that is there."""
    for policy, rule in under_policy(subject):
        if not policy.owners:
            continue
        owner = _owner(rule)
        if not fits(owner, policy.owners):
            problem = f"belongs to {owner}, who is not known" if owner else "belongs to nobody"
            yield Finding.in_rule(
                rule,
                f"{rule} {problem}",
                fix=f"labels: {{owner: ...}}, one of {', '.join(policy.owners)}",
                severity=policy.severity,
            )


def _owner(rule: Rule) -> str:
    return next(
        (texts[name] for texts in (rule.labels, rule.annotations) for name in NAMES if texts.get(name)), ""
    )
