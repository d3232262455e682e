"""An alert whose condition compares nothing: it fires for as long as the series exist.

Flagged:
    - alert: QueueLength
      expr: queue_length

Instead:
    - alert: QueueLength
      expr: queue_length > 100

An alert that is meant to fire always, so that its silence shows a broken chain, says so in its name (`Watchdog`,
`DeadMansSwitch`, `Heartbeat`, `AlwaysFiring`) or with `severity: none`.

Source: Prometheus, alerting rules: every series that the expression returns is an alert, whatever its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Rule, Subject
from obs.lang.promql.functions import COMPARISONS
from obs.lang.promql.syntax import Binary, Call, Expr, strip_parens, walk

_WATCHDOGS = re.compile(
    r"watch[_-]?dog|dead[_-]?man'?s?|heart[_-]?beat|snitch|keep[_-]?alive|always[_-]?(?:on|firing)|alerting[_-]?pipeline",
    re.IGNORECASE,
)


@lint("warning", alone=True)
def always_firing(subject: Subject) -> Iterator[Finding]:
    """Every live branch of the condition must be able to be empty for some reason of its own."""
    for alert in subject.alerts:
        if alert.flow is None or is_watchdog(alert):
            continue
        for branch in alert.flow.live:
            if not branch.filtered or branch.always:
                yield Finding(
                    f"{alert} fires for every series of {branch.metric or 'its expression'}, whatever its value",
                    alert.origin,
                    fix="compare it, e.g. `> 0`",
                    excerpt=alert.excerpt(branch.start, branch.end),
                    object=f"alert {alert}",
                )
                break
        else:
            if alert.query is not None and _is_number_only(alert.query.tree):
                yield Finding.in_rule(
                    alert,
                    f"{alert} fires for every series of its expression, whatever its value",
                    (0, len(alert.expr)),
                    why="it is an amount, and nothing in it is compared",
                    fix="compare it, e.g. `> 0`",
                )


def _is_number_only(tree: Expr) -> bool:
    """Whether the result is an amount that is worked out, and no part of the expression compares anything."""
    top = strip_parens(tree)
    return (
        isinstance(top, Binary)
        and top.op in {"+", "-", "*", "/", "%", "^"}
        and not any(isinstance(node, Binary) and node.op in COMPARISONS for node in walk(tree))
        and not any(isinstance(node, Call) and node.function.startswith("absent") for node in walk(tree))
    )


def is_watchdog(alert: Rule) -> bool:
    """Whether the alert is meant to fire always, so that its silence shows a broken chain."""
    return _WATCHDOGS.search(alert.name) is not None or alert.labels.get("severity") == "none"
