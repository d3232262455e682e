"""A selector asks for a label that its metric does not have.

It selects nothing: a missing label is an empty one. With `!=` it excludes nothing.

Flagged:
    - alert: TooManyWaiting
      expr: kube_pod_container_status_waiting_reason{raeson="CrashLoopBackOff"} > 0
      for: 10m

Instead:
    - alert: TooManyWaiting
      expr: kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"} > 0
      for: 10m

A project declares what it scrapes and relabels, so there the labels of a metric are all there are; in other people's
files only slips and labels that were renamed long ago are reported.

Flagged:
    busy = RecordingRule("node:cpu:rate5m", expr='sum by (instance) (rate(node_cpu_seconds_total{zone="a"}[5m]))')

Instead:
    busy = RecordingRule("node:cpu:rate5m", expr='sum by (instance) (rate(node_cpu_seconds_total{mode!="idle"}[5m]))')

Flagged:
    - record: pod:cpu:rate5m
      expr: sum by (namespace, pod_name) (rate(container_cpu_usage_seconds_total{pod_name!=""}[5m]))

Instead:
    - record: pod:cpu:rate5m
      expr: sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{pod!=""}[5m]))

What a recording rule stores has the labels that its expression keeps.

Flagged:
    groups:
      - name: shop
        rules:
          - record: job:errors:rate5m
            expr: sum by (job) (rate(errors_total[5m]))
          - alert: Errors
            expr: job:errors:rate5m{namespace="shop"} > 1

Instead:
    groups:
      - name: shop
        rules:
          - record: namespace_job:errors:rate5m
            expr: sum by (namespace, job) (rate(errors_total[5m]))
          - alert: Errors
            expr: namespace_job:errors:rate5m{namespace="shop"} > 1

Source: Prometheus, labels: an empty label is a missing one; Kubernetes 1.16 removed pod_name and container_name.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.catalogue.library import close
from obs.checks.base import Finding, lint
from obs.graph.meant import meant_label
from obs.graph.parts import matchers_of
from obs.graph.selections import Selection
from obs.graph.subject import Subject
from obs.lang.promql.label_sources import accepts_missing
from obs.lang.promql.labels import LabelSet
from obs.lang.promql.syntax import Matcher

_RENAMED = {"pod_name": "pod", "container_name": "container"}


@lint("warning", alone=True)
def unknown_label_on_metric(subject: Subject) -> Iterator[Finding]:
    """Matchers; labels to group by are told by impossible-label."""
    for one in subject.selections:
        matchers = matchers_of(one.selector)
        if not matchers or not one.sources:
            continue
        known = subject.metrics.known(one.selector)
        if known is None:
            continue
        names = known.guaranteed | known.possible
        for matcher in matchers:
            if matcher.label in names or matcher.templated or not matcher.op or _asks_nothing(matcher):
                continue
            meant = _renamed(one, matcher.label) or meant_label(matcher.label, names)
            if meant or not known.open:
                yield _finding(one, matcher, meant, known)


def _finding(one: Selection, matcher: Matcher, meant: str, known: LabelSet) -> Finding:
    names = known.guaranteed | known.possible
    listed = ", ".join(sorted(names)) or "none"
    near = meant or next(iter(close(matcher.label, names, 1, 0.7)), "")
    effect = "excludes nothing" if accepts_missing(matcher) else "selects nothing"
    return Finding.in_rule(
        one.rule,
        f"{one.rule} {effect}: {one.metric} has no label {matcher.label}",
        (matcher.start, matcher.start + len(matcher.label)),
        why=known.because if known.because.startswith("record ") else f"its labels are {listed}",
        fix=f"did you mean {near}?"
        if near
        else "leave the matcher out, or add the label where it is scraped",
        evidence="certain" if known.certain and not known.open else "likely",
    )


def _asks_nothing(matcher: Matcher) -> bool:
    """`x=""` and `x=~".*"`: true of what has no such label, and meant so."""
    return matcher.op in ("=", "=~") and accepts_missing(matcher)


def _renamed(one: Selection, label: str) -> str:
    cadvisor = any(series.system.id == "kubelet-cadvisor" for series in one.series)
    return _RENAMED.get(label, "") if cadvisor else ""
