"""A policy for rules has a setting that does not exist, or a value that cannot be.

What is misspelt asks for nothing, and nobody would notice.

Flagged:
    [[lint.policy]]
    requierd-labels = ["severity"]
    ---
    - alert: Down
      expr: up == 0

Instead:
    [[lint.policy]]
    required-labels = ["severity"]
    ---
    - alert: Down
      expr: up == 0

Source: the settings of `[tool.obs.lint]`, which docs/policy.md lists.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("error")
def invalid_policy(subject: Subject) -> Iterator[Finding]:
    """What the reader of the settings could not take."""
    for fault in subject.policy.faults if subject.policy is not None else ():
        yield Finding(fault.problem, fault.origin, fix=fault.fix, object="policy")
