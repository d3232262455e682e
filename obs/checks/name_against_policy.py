"""A rule has another name than the team's policy asks for.

Flagged:
    [[lint.policy]]
    kinds = ["record"]
    name-pattern = "[a-z_]+:[a-z_]+:[a-z0-9_]+"
    ---
    - record: shop_errors
      expr: sum(rate(errors_total[5m]))

Instead:
    [[lint.policy]]
    kinds = ["record"]
    name-pattern = "[a-z_]+:[a-z_]+:[a-z0-9_]+"
    ---
    - record: shop:errors:rate5m
      expr: sum(rate(errors_total[5m]))

Source: the project's own policy: `name-pattern` of `[[tool.obs.lint.policy]]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.policies import under_policy
from obs.graph.subject import Subject


@lint("warning")
def name_against_policy(subject: Subject) -> Iterator[Finding]:
    """The whole name must match."""
    for policy, rule in under_policy(subject):
        if policy.name_pattern and not re.fullmatch(policy.name_pattern, rule.name):
            yield Finding.in_rule(
                rule, f"the name {rule} does not match {policy.name_pattern}", severity=policy.severity
            )
