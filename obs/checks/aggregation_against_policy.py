"""An aggregation loses a label that the team's policy wants kept, or keeps one that it wants gone.

Flagged:
    [[lint.policy]]
    kinds = ["record"]
    keep-labels = ["cluster"]
    ---
    - record: job:errors:rate5m
      expr: sum by (job) (rate(errors_total[5m]))

Instead:
    [[lint.policy]]
    kinds = ["record"]
    keep-labels = ["cluster"]
    ---
    - record: job:errors:rate5m
      expr: sum by (job, cluster) (rate(errors_total[5m]))

Source: the project's own policy: `keep-labels` and `strip-labels` of `[[tool.obs.lint.policy]]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import RANKED
from obs.graph.policies import under_policy
from obs.graph.subject import Subject
from obs.lang.promql.syntax import Aggregate
from obs.project.policy import RulePolicy


@lint("warning")
def aggregation_against_policy(subject: Subject) -> Iterator[Finding]:
    """By the grouping of each aggregation; a label that the rule sets itself need not be kept."""
    for policy, rule in under_policy(subject):
        for node in rule.parts.aggregates if rule.parts is not None else ():
            if node.op in RANKED:
                continue
            for problem in _problems(policy, node, frozenset(rule.labels)):
                yield Finding.in_rule(
                    rule, f"{rule}: {node.op}() {problem}", (node.start, node.end), severity=policy.severity
                )


def _problems(policy: RulePolicy, node: Aggregate, own: frozenset[str]) -> Iterator[str]:
    names = {str(one.name) for one in node.grouping}
    for name in policy.keep_labels:
        if name not in own and (name in names) == node.without:
            yield f"loses {name}, which is to be kept"
    for name in policy.strip_labels:
        if (name in names) != node.without:
            yield f"keeps {name}, which is to be aggregated away"
