"""`for` is as long as the condition can hold at most, so the alert never fires.

A series is new for as long as the offset says, and an hour lasts an hour: then the condition is false by itself.

Flagged:
    - alert: NewPod
      expr: kube_pod_info unless kube_pod_info offset 5m
      for: 5m

Instead:
    - alert: NewPod
      expr: kube_pod_info unless kube_pod_info offset 15m
      for: 5m

Flagged:
    - alert: BackupStillRuns
      expr: backup_running == 1 and on () hour() == 6
      for: 1h

Instead:
    - alert: BackupStillRuns
      expr: backup_running == 1 and on () hour() == 6
      for: 30m

Source: Prometheus 2.55, alerting rules: `for` starts again whenever the condition is false once.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.longest_true import longest_true
from obs.graph.subject import Subject
from obs.lang.duration import render


@lint("error", alone=True)
def for_never_reached(subject: Subject) -> Iterator[Finding]:
    """Conditions that end by themselves, each side of an `or` after the other."""
    for alert in subject.alerts:
        if not alert.for_ or alert.query is None:
            continue
        longest = longest_true(alert.query.tree)
        if longest is not None and alert.for_ >= longest:
            yield Finding.in_rule(
                alert,
                f"{alert} never fires: its condition holds for {render(longest)} at most, and must hold for "
                f"{render(alert.for_)}",
                (0, len(alert.expr)),
                fix=f"for: less than {render(longest)}, or look further",
            )
