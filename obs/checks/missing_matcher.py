"""A selector lacks a matcher that the team's policy asks for.

Flagged:
    [[lint.policy]]
    required-matchers = ["job"]
    required-matchers-in = ["absent"]
    ---
    - alert: Gone
      expr: absent(up)
      for: 5m

Instead:
    [[lint.policy]]
    required-matchers = ["job"]
    required-matchers-in = ["absent"]
    ---
    - alert: Gone
      expr: absent(up{job="shop"})
      for: 5m

Source: the project's own policy: `required-matchers`, and `required-matchers-in` for the functions that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import Parts, matchers_of, metric_of
from obs.graph.policies import under_policy
from obs.graph.subject import Subject
from obs.lang.promql.syntax import Call, VectorSelector
from obs.project.policy import RulePolicy


@lint("warning")
def missing_matcher(subject: Subject) -> Iterator[Finding]:
    """Records are left out: what they were made of was selected before."""
    for policy, rule in under_policy(subject):
        for selector in rule.parts.selectors if rule.parts is not None and policy.required_matchers else ():
            assert rule.parts is not None
            if metric_of(selector) in subject.recorded or not _is_meant(policy, rule.parts, selector):
                continue
            missing = set(policy.required_matchers) - {one.label for one in matchers_of(selector)}
            if missing:
                yield Finding.in_rule(
                    rule,
                    f"{rule} selects {metric_of(selector) or 'series'} without {' and '.join(sorted(missing))}",
                    (selector.start, selector.end),
                    severity=policy.severity,
                )


def _is_meant(policy: RulePolicy, parts: Parts, selector: VectorSelector) -> bool:
    inside = policy.required_matchers_in
    return not inside or any(
        isinstance(one, Call) and one.function in inside for one in parts.above(selector)
    )
