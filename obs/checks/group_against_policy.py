"""A group of rules is evaluated more or less often, or has more rules, than the team's policy allows.

Flagged:
    [lint]
    max-rules-per-group = 1
    ---
    - alert: Down
      expr: up == 0
    - alert: Slow
      expr: scrape_duration_seconds > 10

Instead:
    [lint]
    max-rules-per-group = 20
    ---
    - alert: Down
      expr: up == 0
    - alert: Slow
      expr: scrape_duration_seconds > 10

Source: the project's own policy: `min-group-interval`, `max-group-interval`, `max-rules-per-group` of `[tool.obs.lint]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Rule, Subject
from obs.lang import duration
from obs.project.policy import Policy


@lint("warning")
def group_against_policy(subject: Subject) -> Iterator[Finding]:
    """Groups by file and name, at their first rule."""
    if subject.policy is None:
        return
    groups: dict[tuple[str, str], list[Rule]] = {}
    for rule in subject.rules:
        groups.setdefault((rule.origin.file if subject.program is None else "", rule.group), []).append(rule)
    for (_, name), rules in groups.items():
        for problem in _problems(subject.policy, rules):
            yield Finding(f"group {name} {problem}", rules[0].origin, object=f"group {name}")


def _problems(policy: Policy, rules: list[Rule]) -> Iterator[str]:
    most, interval = policy.max_rules_per_group, rules[0].interval
    if most is not None and len(rules) > most:
        yield f"has {len(rules)} rules, more than {most}"
    if policy.min_group_interval is not None and interval < policy.min_group_interval:
        yield f"is evaluated every {duration.render(interval)}, more often than {duration.render(policy.min_group_interval)}"
    if policy.max_group_interval is not None and interval > policy.max_group_interval:
        yield f"is evaluated every {duration.render(interval)}, less often than {duration.render(policy.max_group_interval)}"
