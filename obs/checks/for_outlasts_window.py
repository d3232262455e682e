"""`for` is as long as the window in which a single event is seen, or longer.

`increase(x[5m]) > 0` is true for five minutes after an event; with `for: 10m` it must keep happening to be heard of.

Flagged:
    - alert: BackupFailed
      expr: increase(backup_failures_total[5m]) > 0
      for: 10m

Instead:
    - alert: BackupFailed
      expr: increase(backup_failures_total[30m]) > 0
      for: 10m

Source: Prometheus 2.55, alerting rules: `for` starts again whenever the condition is false once.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import comparison
from obs.graph.subject import Subject
from obs.lang.duration import render
from obs.lang.promql.syntax import Aggregate, Binary, Call, Expr, MatrixSelector, strip_parens, walk


@lint("info", alone=True)
def for_outlasts_window(subject: Subject) -> Iterator[Finding]:
    """Conditions on any event at all: increase, changes, resets or rate above zero."""
    for alert in subject.alerts:
        if alert.query is None or not alert.for_:
            continue
        first, guarded = _first_branch(alert.query.tree)
        found = comparison(first)
        if found is None or found.op != ">" or found.threshold != 0:
            continue
        ranged = _window(found.measured)
        length = ranged.range.milliseconds if ranged is not None else None
        if ranged is not None and length is not None and alert.for_ >= length:
            yield Finding.in_rule(
                alert,
                f"{alert} is silent about a single event: it is seen for {render(length)}, and must be for "
                f"{render(alert.for_)}",
                (ranged.range.start, ranged.range.end),
                fix=f"look back further than {render(alert.for_)}, or shorten `for`",
                evidence="likely",
                severity="warning" if guarded else None,
            )


def _first_branch(tree: Expr) -> tuple[Expr, bool]:
    """What stands before `or`, and whether what comes after it sees a series that is new.

    Whoever writes `increase(x[5m]) > 0 or (x unless x offset 5m) > 0` wants to hear of a single event.
    """
    top = strip_parens(tree)
    if not isinstance(top, Binary) or top.op != "or":
        return tree, False
    guarded = any(isinstance(node, Binary) and node.op == "unless" for node in walk(top.right))
    return (top.left, True) if guarded else (tree, False)


def _window(node: Expr) -> MatrixSelector | None:
    while isinstance(node, Aggregate):
        node = strip_parens(node.expr)
    if isinstance(node, Call) and node.function in {"increase", "changes", "resets", "rate"}:
        ranged = strip_parens(node.args[0])
        return ranged if isinstance(ranged, MatrixSelector) else None
    return None
