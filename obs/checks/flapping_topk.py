"""The labels of an alert come from topk() or its kin.

Which series are the top ones changes from evaluation to evaluation: alerts resolve and fire although nothing got
better, and none of them lasts as long as `for`.

Flagged:
    - alert: BusyPods
      expr: topk(10, rate(requests_total[5m])) > 100
      for: 5m

Instead:
    - alert: BusyPods
      expr: rate(requests_total[5m]) > 100
      for: 5m

On the one side of a join it picks one of equals, and decides no label of the alert's own.

Instead:
    - alert: PodDown
      expr: pod_up * on (pod) group_left (node) topk by (pod) (1, kube_pod_info) == 0
      for: 5m

Source: Prometheus 2.55, `topk()`; pint's promql/fragile finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import RANKED, label_sources
from obs.graph.subject import Subject
from obs.lang.promql.syntax import Aggregate, Call, Expr


@lint("warning", alone=True)
def flapping_topk(subject: Subject) -> Iterator[Finding]:
    """Along the operands that give the result its labels, down to the first aggregation with labels of its own."""
    for alert in subject.alerts:
        found = _ranked(alert.query.tree) if alert.query is not None else None
        if found is not None:
            yield Finding.in_rule(
                alert,
                f"{alert} resolves and fires again whenever another series is among those of {found.op}()",
                (found.start, found.end),
                fix=f"compare the series themselves, without {found.op}()",
            )


def _ranked(tree: Expr) -> Aggregate | None:
    hidden: list[Expr] = []
    for node in label_sources(tree):
        if any(outer.start <= node.start and node.end <= outer.end for outer in hidden):
            continue
        if isinstance(node, Call) and node.function in {"absent", "absent_over_time", "scalar"}:
            hidden.append(node)
        if isinstance(node, Aggregate):
            if node.op in RANKED:
                return node
            if not node.without:
                hidden.append(node)
    return None
