"""A query reads a Kubernetes label that kube-state-metrics does not pass on.

`kube_pod_labels` and its kin carry the labels of an allowlist only, which is empty by default: every other label is
missing, so a matcher on it selects nothing, and what is copied or grouped by it is empty.

Flagged:
    prometheusOperator: {enabled: true}
    additionalPrometheusRulesMap:
      teams:
        groups:
          - name: teams
            rules:
              - record: team:pods:count
                expr: count by (label_team) (kube_pod_labels{label_team!=""})

Instead:
    kube-state-metrics:
      metricLabelsAllowlist: ["pods=[team]"]
    additionalPrometheusRulesMap:
      teams:
        groups:
          - name: teams
            rules:
              - record: team:pods:count
                expr: count by (label_team) (kube_pod_labels{label_team!=""})

Source: kube-state-metrics 2.13, `--metric-labels-allowlist`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.chart_values import settings
from obs.graph.selections import Selection
from obs.graph.subject import Subject
from obs.lang.promql.syntax import Binary

_METRIC = re.compile(r"kube_([a-z]+)_(labels|annotations)")
_LIST = re.compile(r"([a-z]+)=\[([^\]]*)\]")


@lint("warning")
def label_not_allowlisted(subject: Subject) -> Iterator[Finding]:
    """Where the chart's values are at hand; what `unless` takes out may be meant for those who allow it."""
    if subject.program is None and not any(subject.of_kind("values")):
        return
    told: set[tuple[str, str]] = set()
    for one in subject.selections:
        metric = _METRIC.fullmatch(one.metric)
        if metric is None or _only_excludes(one):
            continue
        prefix = "label_" if metric[2] == "labels" else "annotation_"
        for matcher in one.selector.matchers:
            name = matcher.label
            if not name.startswith(prefix) or (one.metric, name) in told or matcher.templated:
                continue
            if not _is_allowed(subject, metric[1], metric[2], name.removeprefix(prefix)):
                told.add((one.metric, name))
                yield _finding(
                    one, name, f"{metric[1]}s", metric[2], (matcher.start, matcher.start + len(name))
                )


def _only_excludes(one: Selection) -> bool:
    return any(
        isinstance(node, Binary) and node.op == "unless" and node.right.start <= one.selector.start
        for node in one.parts.above(one.selector)
    )


def _finding(one: Selection, name: str, resource: str, kind: str, span: tuple[int, int]) -> Finding:
    option = "metricLabelsAllowlist" if kind == "labels" else "metricAnnotationsAllowList"
    key = name.split("_", 1)[1]
    return Finding.in_rule(
        one.rule,
        f"{one.rule}: {one.metric} has no {name}: kube-state-metrics passes on no {kind} but those of its allowlist",
        span,
        fix=f'add "{resource}=[{key}]" to kube-state-metrics.{option} in the chart\'s values',
        evidence="likely",
    )


def _is_allowed(subject: Subject, resource: str, kind: str, label: str) -> bool:
    for key in ("metricLabelsAllowlist", "metricAnnotationsAllowList", "extraArgs"):
        for found in settings(subject, key):
            texts = [str(each) for each in found] if isinstance(found, list | tuple) else [str(found)]
            for listed, names in (pair for text in texts for pair in _LIST.findall(text)):
                wanted = {re.sub(r"\W", "_", each.strip()) for each in names.split(",")}
                if listed == f"{resource}s" and (names.strip() == "*" or label in wanted):
                    return True
    return False
