"""An alert whose name is not in CamelCase.

Flagged:
    - alert: target_down
      expr: up == 0

Instead:
    - alert: TargetDown
      expr: up == 0

Source: monitoring mixins, alert names; mixtool's `alert-name-camelcase`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject

_CAMEL_CASE = re.compile(r"[A-Z][A-Za-z0-9]*")


@lint("info", "mixin", alone=True)
def alert_name_not_camelcase(subject: Subject) -> Iterator[Finding]:
    """Letters and digits, the first a capital."""
    for alert in subject.alerts:
        if not _CAMEL_CASE.fullmatch(alert.name):
            better = "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", alert.name))
            yield Finding.in_rule(alert, f"{alert} is not in CamelCase", fix=f"name it {better}")
