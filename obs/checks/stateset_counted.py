"""The series of a state set are counted, and not those that hold.

Every object has one series for each state, with 1 for the state that it is in and 0 for the others: `count` counts all.

Flagged:
    - alert: ManyPodsFailed
      expr: count by (namespace) (kube_pod_status_phase{phase="Failed"}) > 5
      for: 5m

Instead:
    - alert: ManyPodsFailed
      expr: sum by (namespace) (kube_pod_status_phase{phase="Failed"}) > 5
      for: 5m

Nor does a selector alone say that the state holds.

Flagged:
    - alert: NodeNotReady
      expr: kube_node_status_condition{condition="Ready", status="false"}
      for: 5m

Instead:
    - alert: NodeNotReady
      expr: kube_node_status_condition{condition="Ready", status="false"} == 1
      for: 5m

Source: kube-state-metrics, metrics of pods and nodes; OpenMetrics, StateSet.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import RANKED
from obs.graph.selections import Selection
from obs.graph.subject import Subject
from obs.lang.promql.functions import COMPARISONS
from obs.lang.promql.syntax import Aggregate, Binary, Paren


@lint("warning", alone=True)
def stateset_counted(subject: Subject) -> Iterator[Finding]:
    """Counted, or an alert's whole condition."""
    for one in subject.selections:
        if (
            not one.series
            or any(each.entry.kind != "stateset" for each in one.series)
            or one.metric == "ALERTS"
        ):
            continue
        counted = _counted(one)
        if counted is not None:
            yield Finding.in_rule(
                one.rule,
                f"{one.rule} counts all objects: {one.metric} also has a series, with 0, for a state that does not hold",
                (counted.start, counted.end),
                fix="use sum() instead of count(), or select == 1 inside",
            )
        elif one.rule.kind == "alert" and _is_everything(one):
            yield Finding.in_rule(
                one.rule,
                f"{one.rule} always fires: {one.metric} also has a series, with 0, for a state that does not hold",
                (one.selector.start, one.selector.end),
                fix=f"add == 1 behind {one.metric}{{...}}",
            )


def _counted(one: Selection) -> Aggregate | None:
    for node in one.parts.above(one.selector):
        if isinstance(node, Aggregate):
            if node.op == "count":
                return node
            if node.op not in RANKED:
                return None
        elif not isinstance(node, Paren):
            return None
    return None


def _is_everything(one: Selection) -> bool:
    """Whether nothing around the selector looks at its value."""
    for node in one.parts.above(one.selector):
        if isinstance(node, Binary):
            if node.op in COMPARISONS or node.op not in ("and", "unless", "or"):
                return False
            if node.op != "or" and node.right.start <= one.selector.start:
                return False
        elif not isinstance(node, Paren):
            return False
    return True
