"""A selector asks for a value that its label never has.

Of phases, conditions, modes and the like every value is known, and they are case-sensitive.

Flagged:
    - alert: PodFailed
      expr: kube_pod_status_phase{phase="failed"} == 1
      for: 5m

Instead:
    - alert: PodFailed
      expr: kube_pod_status_phase{phase="Failed"} == 1
      for: 5m

Flagged:
    - alert: PodNotRunning
      expr: kube_pod_status_phase{phase=~"Pending|Unknwon"} == 1
      for: 15m

Instead:
    - alert: PodNotRunning
      expr: kube_pod_status_phase{phase=~"Pending|Unknown"} == 1
      for: 15m

Where other values are possible, a slip in a usual one is told.

Flagged:
    - alert: NodeNotReady
      expr: kube_node_status_condition{condition="ready", status="true"} == 0
      for: 5m

Instead:
    - alert: NodeNotReady
      expr: kube_node_status_condition{condition="Ready", status="true"} == 0
      for: 5m

A label that a recording rule sets has the one value that it sets.

Flagged:
    groups:
      - name: shop
        rules:
          - record: job:errors:rate5m
            expr: sum by (job) (rate(errors_total[5m]))
            labels: {team: shop}
          - alert: Errors
            expr: job:errors:rate5m{team="store"} > 1

Instead:
    groups:
      - name: shop
        rules:
          - record: job:errors:rate5m
            expr: sum by (job) (rate(errors_total[5m]))
            labels: {team: shop}
          - alert: Errors
            expr: job:errors:rate5m{team="shop"} > 1

A project also knows under which job each system of its chart is scraped.

Flagged:
    down = RecordingRule("alertmanager:up:sum", expr='sum(alertmanager_alerts{job="alertmanager-main"})')

Instead:
    down = RecordingRule(
        "alertmanager:up:sum", expr='sum(alertmanager_alerts{job="monitoring-kube-prometheus-alertmanager"})'
    )

Source: the exporters' own lists; pint's promql/series asks a server for the values that it has seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from obs.catalogue.library import close
from obs.catalogue.typos import Typos
from obs.checks.base import Finding, lint
from obs.graph.parts import matchers_of
from obs.graph.selections import Selection
from obs.graph.subject import Subject
from obs.lang.promql import regexes
from obs.lang.promql.syntax import Matcher


@lint("warning", alone=True)
def unknown_label_value(subject: Subject) -> Iterator[Finding]:
    """Where everyone who makes the metric has a complete list; le and quantile have checks of their own."""
    for one in subject.selections:
        listed = _listed(one)
        for matcher in matchers_of(one.selector) if listed else ():
            if matcher.dynamic or matcher.templated or matcher.label.removeprefix("exported_") not in listed:
                continue
            known = _values(subject, one, matcher)
            asked = _asked(matcher)
            unknown = [value for value in asked if value and value not in known] if known else []
            if known and unknown:
                yield _finding(subject, one, matcher, unknown, len(asked), known)
            elif not known:
                yield from _slips(subject, one, matcher, asked)


def _listed(one: Selection) -> frozenset[str]:
    """The labels of which any values are known."""
    if not one.series:
        return frozenset(label for source in one.sources if source.rule for label in source.rule.labels)
    own = (label for series in one.series for label in (*series.entry.values, *series.entry.usual))
    return frozenset((*own, "job"))


def _values(subject: Subject, one: Selection, matcher: Matcher) -> Sequence[str]:
    if matcher.label != "job":
        job = next(
            (each.value for each in one.selector.matchers if each.label == "job" and each.op == "="), ""
        )
        return subject.metrics.values(one.metric, matcher.label, job) or ()
    return subject.metrics.jobs(one.metric) if subject.program is not None else ()


def _slips(subject: Subject, one: Selection, matcher: Matcher, asked: Sequence[str]) -> Iterator[Finding]:
    """Where other values are possible: what differs from a usual one by case or a slip only."""
    usual = one.only.usual_values(matcher.label) if one.only is not None else ()
    for value in asked if usual else ():
        same = [each for each in usual if each.lower() == value.lower()]
        if value not in usual and (same or Typos(usual, shortest=4).meant(value)):
            yield _finding(subject, one, matcher, [value], len(asked), usual)


def _asked(matcher: Matcher) -> Sequence[str]:
    """The values that a matcher names; none for a pattern that is more than a list of them."""
    if matcher.op in ("=", "!="):
        return (matcher.value,)
    return regexes.literals(matcher.value) or () if matcher.op in ("=~", "!~") else ()


def _finding(
    subject: Subject,
    one: Selection,
    matcher: Matcher,
    unknown: Sequence[str],
    asked: int,
    known: Sequence[str],
) -> Finding:
    near = _meant(unknown[0], known)
    effect = "excludes nothing" if matcher.op in ("!=", "!~") else "selects nothing"
    if len(unknown) < asked:
        effect = f"{effect} by {unknown[0]!r}"
    recorded = not one.series
    states = {each.entry.state_label for each in one.series}
    sure = near or recorded or subject.program is not None or matcher.label in states
    start = matcher.end - 1 - len(matcher.value)
    return Finding.in_rule(
        one.rule,
        f"{one.rule} {effect}: the label {matcher.label} of {one.metric} is never {unknown[0]!r}",
        (max(matcher.start, start), matcher.end - 1),
        why=f"it is {', '.join(known)}",
        fix=f"did you mean {near!r}?" if near else f"use one of {', '.join(map(repr, known))}",
        evidence="certain" if recorded else "likely",
        severity=None if sure else "info",
    )


def _meant(value: str, known: Sequence[str]) -> str:
    same = (each for each in known if each.lower() == value.lower())
    return next(same, "") or next(iter(close(value, known, 1, 0.7)), "")
