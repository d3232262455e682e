"""An alert that has nothing to say in the worst outage, because its vector is empty then.

A ratio of successes has no numerator when nothing succeeds; a count of what is well counts nothing when nothing is;
an average over `up` ends when the targets are gone from discovery; and Promtail forgets a counter that is idle.

Flagged:
    - alert: Availability
      expr: sum(rate(requests_total{code=~"2.."}[5m])) / sum(rate(requests_total[5m])) < 0.99
      for: 5m

Instead:
    - alert: Availability
      expr: |
        1 - (sum(rate(requests_total{code=~"5.."}[5m])) or 0 * sum(rate(requests_total[5m])))
        / sum(rate(requests_total[5m])) < 0.99
      for: 5m

Flagged:
    - alert: FewReplicas
      expr: count(up{job="shop"} == 1) < 3

Instead:
    - alert: FewReplicas
      expr: sum(up{job="shop"}) < 3 or absent(up{job="shop"})
      for: 5m

Flagged:
    - alert: MostTargetsDown
      expr: avg(up{job="shop"}) < 0.5

Instead:
    - alert: MostTargetsDown
      expr: avg(up{job="shop"}) < 0.5
    - alert: NoTargets
      expr: absent(up{job="shop"})
      for: 5m

Flagged:
    - alert: NoRequestsLogged
      expr: sum(rate(promtail_custom_request_lines_total[10m])) < 1

Instead:
    - alert: NoRequestsLogged
      expr: (sum(rate(promtail_custom_request_lines_total[10m])) or vector(0)) < 1

Source: Prometheus 2.55, vector matching and aggregation: an empty side makes an empty result; Promtail 3.0, metrics
stage, `max_idle_duration`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.diagnostic import Severity
from obs.graph.parts import Comparison, Parts, comparison, matchers_of, metric_of
from obs.graph.subject import Rule, Subject
from obs.lang.promql.syntax import Aggregate, Binary, Call, Expr, strip_parens
from obs.model.pipeline import PREFIX

_LOWER = frozenset({"<", "<=", "=="})
_ABSENT = frozenset({"absent", "absent_over_time"})


@lint("info")
def silent_in_total_outage(subject: Subject) -> Iterator[Finding]:
    """Lower limits over vectors that the outage itself empties, unless another alert is there for that."""
    guarded = _guarded(subject)
    own = {str(counter) for counter in subject.counters}
    for alert in subject.alerts:
        if alert.query is None or alert.parts is None:
            continue
        found = comparison(alert.query.tree)
        if found is None or found.op not in _LOWER or (found.op == "==" and found.threshold != 0):
            continue
        if alert.parts.metrics & guarded:
            continue
        yield from _ratio(alert, alert.parts, found)
        yield from _count(alert, alert.parts, found)
        yield from _average(alert, found)
        yield from _idle(alert, alert.parts, found, own)


def _guarded(subject: Subject) -> frozenset[str]:
    """The metrics whose absence some alert tells."""
    return frozenset(
        name
        for _, parts in subject.queried
        for call in parts.calls
        if call.function in _ABSENT
        for name in map(metric_of, parts.within(call))
        if name is not None
    )


def _silent(alert: Rule, node: Expr, when: str, fix: str, severity: Severity | None = None) -> Finding:
    return Finding.in_rule(
        alert,
        f"{alert} is silent {when}",
        (node.start, node.end),
        fix=fix,
        evidence="likely",
        severity=severity,
    )


def _ratio(alert: Rule, parts: Parts, found: Comparison) -> Iterator[Finding]:
    """The same metric on both sides, with more matchers above the line."""
    ratio = found.measured
    if isinstance(ratio, Binary) and ratio.op == "*":
        ratio = next(
            (s for s in map(strip_parens, (ratio.left, ratio.right)) if isinstance(s, Binary)), ratio
        )
    if isinstance(ratio, Binary) and ratio.op == "/" and _is_sum(ratio.left) and _selects_less(parts, ratio):
        yield _silent(
            alert,
            ratio.left,
            "when nothing succeeds at all: the numerator is empty then, not zero",
            "add `or 0 * (...)` with the denominator to the numerator, or count failures",
        )


def _is_sum(side: Expr) -> bool:
    return isinstance(strip_parens(side), Aggregate)


def _selects_less(parts: Parts, ratio: Binary) -> bool:
    left, right = parts.within(ratio.left), parts.within(ratio.right)
    if len(left) != 1 or len(right) != 1 or metric_of(left[0]) != metric_of(right[0]):
        return False
    mine = {(one.label, one.op, one.value) for one in matchers_of(left[0])}
    theirs = {(one.label, one.op, one.value) for one in matchers_of(right[0])}
    return theirs < mine


def _count(alert: Rule, parts: Parts, found: Comparison) -> Iterator[Finding]:
    """A count, or a sum, of only those series that pass a comparison. Zero itself: see count-cannot-be-zero."""
    node = found.measured
    if not isinstance(node, Aggregate) or node.op not in ("count", "sum") or found.threshold < 1:
        return
    if found.op == "==" or (found.op == "<" and found.threshold <= 1 and node.op == "count"):
        return
    inner = comparison(node.expr)
    if inner is None or (inner.op, inner.threshold) in {("!=", 0.0)} or _of_failures(inner):
        return
    yield _silent(
        alert,
        node,
        f"when none is left: of nothing, {node.op}() returns nothing",
        f"({alert.expr[node.start : node.end]} or vector(0)) {found.op} {found.threshold:g}",
        "warning",
    )


def _of_failures(inner: Comparison) -> bool:
    return inner.op == "==" and inner.threshold == 0


def _average(alert: Rule, found: Comparison) -> Iterator[Finding]:
    node = found.measured
    if not isinstance(node, Aggregate) or node.op not in ("avg", "sum", "min") or alert.parts is None:
        return
    inner = strip_parens(node.expr)
    selectors = alert.parts.within(inner)
    if len(selectors) == 1 and inner == selectors[0] and metric_of(selectors[0]) == "up":
        yield _silent(
            alert,
            node,
            "when all targets are gone from discovery: there is no up of them then",
            f"a second alert with absent({alert.expr[inner.start : inner.end]})",
        )


def _idle(alert: Rule, parts: Parts, found: Comparison, own: set[str]) -> Iterator[Finding]:
    """Promtail's counters: after their idle time there is nothing to be low."""
    node = found.measured
    name = next((one for one in parts.metrics if one in own or one.startswith(PREFIX)), None)
    if name is not None and isinstance(node, Aggregate | Call):
        yield _silent(
            alert,
            node,
            f"once Promtail has forgotten {name}, which it does when no line has counted for a while",
            f"({alert.expr[node.start : node.end]} or vector(0)) {found.op} {found.threshold:g}",
            "warning",
        )
