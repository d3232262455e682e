"""A join finds several partners where it may only find one.

Prometheus then refuses the whole evaluation ("found duplicate series for the match group"), often only once a second
pod, disk or state turns up: a rule that worked for weeks goes silent.

Flagged:
    - record: pod:memory:by_node
      expr: |
        sum by (pod) (container_memory_working_set_bytes)
          * on (pod) group_left (node) kube_pod_info

Instead:
    - record: pod:memory:by_node
      expr: |
        sum by (namespace, pod) (container_memory_working_set_bytes)
          * on (namespace, pod) group_left (node) kube_pod_info

Flagged:
    - alert: CPULoadOnNotReadyNode
      expr: kube_node_status_allocatable{resource="cpu"} * on (node) kube_node_status_condition{condition="Ready"} > 1
      for: 5m

Instead:
    - alert: CPULoadOnNotReadyNode
      expr: |
        kube_node_status_allocatable{resource="cpu"}
          * on (node) kube_node_status_condition{condition="Ready", status="true"} > 1
      for: 5m

What is aggregated is unique by its own labels.

Flagged:
    - record: pod:restarts:share
      expr: |
        sum by (namespace, pod, container) (increase(restarts_total[1h]))
          / on (namespace, pod) sum by (namespace, pod) (increase(restarts_total[1h]))

Instead:
    - record: pod:restarts:share
      expr: |
        sum by (namespace, pod, container) (increase(restarts_total[1h]))
          / on (namespace, pod) group_left sum by (namespace, pod) (increase(restarts_total[1h]))

Source: Prometheus 2.55, vector matching; none of the other linters, Prometheus itself only when it happens.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.metrics import Metrics
from obs.graph.panel_query import PanelQuery
from obs.graph.subject import Rule, Subject
from obs.graph.uniqueness import Key, unique_by
from obs.lang.promql.functions import SET_OPERATORS
from obs.lang.promql.syntax import Binary, Expr, Matching

_OF_CLUSTERS = frozenset(
    {"cluster", "cluster_id", "cluster_name", "region", "env", "environment", "tenant", "prometheus"}
)
"""What tells clusters apart: with one of them the joins of a rule are unique without it."""


@lint("warning", alone=True)
def many_to_many_risk(subject: Subject) -> Iterator[Finding]:
    """Each side that has to be unique, where it is known what its series can be told apart by."""
    for rule, parts in subject.expressions:
        for node in parts.binaries:
            matching = node.matching
            if (
                matching is None
                or node.op in SET_OPERATORS
                or any(label.templated for label in matching.labels)
            ):
                continue
            for side, name in _unique_sides(node, matching):
                lacking = _lacking(side, matching, subject.metrics)
                if lacking:
                    yield _finding(rule, side, name, lacking, matching)
                    break


def _unique_sides(node: Binary, matching: Matching) -> Iterator[tuple[Expr, str]]:
    if matching.card != "one-to-many":
        yield node.right, "right"
    if matching.card != "many-to-one":
        yield node.left, "left"


def _lacking(side: Expr, matching: Matching, metrics: Metrics) -> Key:
    """What tells the series of a side apart and is not matched on; what a group copies is taken to be unique."""
    known = unique_by(side, metrics)
    if known is None:
        return frozenset()
    names = {label.name for label in matching.labels}
    lacking = known - names if matching.on else known & names
    if matching.on and "uid" in names:
        lacking -= {"namespace", "pod"}
    return lacking - _OF_CLUSTERS - {label.name for label in matching.include}


def _finding(rule: Rule | PanelQuery, side: Expr, name: str, lacking: Key, matching: Matching) -> Finding:
    listed = ", ".join(sorted(lacking))
    grouped = matching.card != "one-to-one"
    fix = f"match on {listed} too, or aggregate the {name} side, e.g. max by (...)"
    if not grouped:
        fix += f"; if the {name} side may have several, group_{name}"
    return Finding.in_rule(
        rule,
        f"{rule} fails as soon as two series of the {name} side differ in {listed} only: the join needs one",
        (side.start, side.end),
        why=f"what is matched on does not hold {listed}"
        if matching.on
        else f"{listed} is ignored in the match",
        fix=fix,
        evidence="likely",
    )
