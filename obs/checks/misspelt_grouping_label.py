"""An aggregation or a join names a label that is one slip away from one that its metrics have.

`by` of a label that is not there puts everything into one group; `on` of one matches everything with everything.

Flagged:
    - record: namespace:memory:sum
      expr: sum by (namespcae) (container_memory_rss)

Instead:
    - record: namespace:memory:sum
      expr: sum by (namespace) (container_memory_rss)

Flagged:
    - record: pod:memory:on_node
      expr: container_memory_rss * on (namespace, pods) group_left kube_pod_info

Instead:
    - record: pod:memory:on_node
      expr: container_memory_rss * on (namespace, pod) group_left kube_pod_info

Source: the labels are those that the exporters document. Where no other label can have been added, impossible-label
and join-on-missing-label tell it.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.meant import meant_label
from obs.graph.metrics import Metrics
from obs.graph.panel_query import PanelQuery
from obs.graph.parts import Parts
from obs.graph.subject import Rule, Subject
from obs.lang.promql.syntax import Expr, Label

_USUAL = frozenset({"container", "instance", "job", "le", "namespace", "node", "pod", "service"})


@lint("warning", alone=True)
def misspelt_grouping_label(subject: Subject) -> Iterator[Finding]:
    """Where all metrics below are known, and other labels are possible."""
    for rule, parts in subject.expressions:
        for node in parts.aggregates:
            yield from _slips(subject.metrics, rule, parts, node.expr, node.grouping)
        for join in parts.binaries:
            if join.matching is not None:
                named = (*join.matching.labels, *join.matching.include)
                yield from _slips(subject.metrics, rule, parts, join, named)


def _slips(
    metrics: Metrics, rule: Rule | PanelQuery, parts: Parts, below: Expr, labels: tuple[Label, ...]
) -> Iterator[Finding]:
    unusual = [label for label in labels if label.name not in _USUAL and not label.templated]
    known = [metrics.known(selector) for selector in parts.within(below)] if unusual else []
    sets = [one for one in known if one is not None]
    if not sets or len(sets) < len(known) or not any(one.open for one in sets) or _makes_labels(parts, below):
        return
    names = frozenset[str]().union(*(one.guaranteed | one.possible for one in sets))
    for label in unusual:
        meant = meant_label(label.name, names) if label.name not in names else ""
        if meant:
            yield Finding.in_rule(
                rule,
                f"{rule} names the label {label.name}, which nothing here is known to have",
                (label.start, label.end),
                fix=f"did you mean {meant}?",
                evidence="likely",
            )


def _makes_labels(parts: Parts, below: Expr) -> bool:
    """Whether a function or count_values below makes labels of its own."""
    made = {"label_replace", "label_join"}
    calls = any(call.function in made and below.start <= call.start < below.end for call in parts.calls)
    return calls or any(one.op == "count_values" for one in parts.aggregates)
