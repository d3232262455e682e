"""Two sides of an operation do not have the same labels, and the one that differs is not ignored.

Series are matched on all their labels: where one side has a label more, nothing matches and the result is empty.

Flagged:
    - alert: NotificationsFail
      expr: |
        rate(alertmanager_notifications_failed_total[5m]) / rate(alertmanager_notifications_total[5m]) > 0.01
      for: 5m

Instead:
    - alert: NotificationsFail
      expr: |
        sum without (reason) (rate(alertmanager_notifications_failed_total[5m]))
          / rate(alertmanager_notifications_total[5m]) > 0.01
      for: 5m

Flagged:
    - record: pod:memory:share
      expr: |
        sum by (namespace, resource) (kube_pod_container_resource_requests)
          / sum by (namespace) (kube_pod_container_resource_limits)

Instead:
    - record: pod:memory:share
      expr: |
        sum by (namespace, resource) (kube_pod_container_resource_requests)
          / sum by (namespace, resource) (kube_pod_container_resource_limits)

Source: Prometheus 2.55, vector matching; pint's promql/vector_matching samples a server for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.label_shape import Shape, shape
from obs.graph.panel_query import PanelQuery
from obs.graph.subject import Rule, Subject
from obs.lang.promql.syntax import Binary, Matching


@lint("warning", alone=True)
def one_sided_label(subject: Subject) -> Iterator[Finding]:
    """Raw series of one system, or aggregates on both sides; others are told by impossible-join."""
    for rule, parts in subject.expressions:
        for node in parts.binaries:
            matching = node.matching
            if (
                matching is None
                or matching.on
                or node.op == "or"
                or matching.card not in ("one-to-one", "many-to-many")
            ):
                continue
            left = shape(node.left, subject.metrics)
            right = shape(node.right, subject.metrics) if left is not None else None
            if left is not None and right is not None and left.system == right.system:
                yield from _differing(rule, node, matching, left, right)


def _differing(
    rule: Rule | PanelQuery, node: Binary, matching: Matching, left: Shape, right: Shape
) -> Iterator[Finding]:
    ignored = {label.name for label in matching.labels}
    for side, here, there in (("left", left, right), ("right", right, left)):
        more = sorted(name for name in here.present - ignored if there.lacks(name))
        if not more:
            continue
        listed = ", ".join(more)
        removed = "removes nothing" if node.op == "unless" else "is empty"
        group = "" if node.op in ("and", "unless") else f" group_{side}"
        yield Finding.in_rule(
            rule,
            f"{rule}: `{node.op}` {removed}: only the {side} side has {listed}",
            (node.op_start, node.op_start + len(node.op)),
            fix=f"aggregate {listed} away on the {side} side, or add ignoring ({listed}){group}",
            evidence="likely",
        )
        return
