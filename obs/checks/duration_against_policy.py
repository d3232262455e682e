"""An alert waits shorter, or longer, than the team's policy allows.

Flagged:
    [[lint.policy]]
    kinds = ["alert"]
    min-for = "1m"
    max-for = "1h"
    ---
    - alert: Down
      expr: up == 0
      for: 2h

Instead:
    [[lint.policy]]
    kinds = ["alert"]
    min-for = "1m"
    max-for = "1h"
    ---
    - alert: Down
      expr: up == 0
      for: 5m

Source: the project's own policy: `min-for`, `max-for`, `min-keep-firing-for`, `max-keep-firing-for`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.policies import under_policy
from obs.graph.subject import Subject
from obs.lang import duration


@lint("warning")
def duration_against_policy(subject: Subject) -> Iterator[Finding]:
    """Alerts alone have durations."""
    for policy, rule in under_policy(subject):
        if rule.kind != "alert":
            continue
        for name, value, low, high in (
            ("for", rule.for_, policy.min_for, policy.max_for),
            ("keep_firing_for", rule.keep_firing_for, policy.min_keep_firing_for, policy.max_keep_firing_for),
        ):
            if low is not None and value < low:
                problem = f"shorter than {duration.render(low)}"
            elif high is not None and value > high:
                problem = f"longer than {duration.render(high)}"
            else:
                continue
            yield Finding.in_rule(
                rule, f"{rule}: {name} is {duration.render(value)}, {problem}", severity=policy.severity
            )
