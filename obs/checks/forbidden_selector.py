"""A rule reads a metric, or selects by a label, that the team's policy forbids.

Flagged:
    [[lint.policy]]
    forbidden-metrics = ["legacy_.*"]
    forbidden-matchers = ["pod_name"]
    ---
    - alert: Old
      expr: legacy_errors > 1

Instead:
    [[lint.policy]]
    forbidden-metrics = ["legacy_.*"]
    forbidden-matchers = ["pod_name"]
    ---
    - alert: New
      expr: errors > 1

Source: the project's own policy: `forbidden-metrics`, `forbidden-matchers` and `named-metrics`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import matchers_of, metric_of
from obs.graph.policies import fits, under_policy
from obs.graph.subject import Subject


@lint("warning")
def forbidden_selector(subject: Subject) -> Iterator[Finding]:
    """With `named-metrics`, a selector without a metric too."""
    for policy, rule in under_policy(subject):
        for selector in rule.parts.selectors if rule.parts is not None else ():
            name = metric_of(selector)
            problems: list[tuple[str, tuple[int, int]]] = []
            if name is None and policy.named_metrics:
                problems.append(("selects without a metric's name", (selector.start, selector.end)))
            if name is not None and fits(name, policy.forbidden_metrics):
                problems.append((f"reads {name}, which is forbidden", (selector.start, selector.end)))
            for one in matchers_of(selector):
                if fits(one.label, policy.forbidden_matchers):
                    problems.append((f"selects by {one.label}, which is forbidden", (one.start, one.end)))
            for problem, span in problems:
                yield Finding.in_rule(rule, f"{rule} {problem}", span, severity=policy.severity)
