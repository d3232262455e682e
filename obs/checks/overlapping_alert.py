"""Two alerts with the same name and labels that can fire for the same series.

Alertmanager takes them for one alert: each keeps the other's message, and the text of the last one wins.

Flagged:
    - alert: JobSlow
      expr: job_duration_seconds > 5400
    - alert: JobSlow
      expr: job_duration_seconds{type!="nightly"} > 3600

Instead:
    - alert: JobSlow
      expr: job_duration_seconds{type="nightly"} > 5400
    - alert: JobSlow
      expr: job_duration_seconds{type!="nightly"} > 3600

Source: pint's rule/duplicate.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import Comparison, comparison, metric_of
from obs.graph.rule_twins import twins
from obs.graph.subject import Rule, Subject
from obs.lang.promql import regexes
from obs.lang.promql.syntax import Matcher, VectorSelector


@lint("warning")
def overlapping_alert(subject: Subject) -> Iterator[Finding]:
    """One selector each, of the same metric, which nothing keeps apart."""
    overlaps: dict[int, tuple[Rule, list[Rule]]] = {}
    for first, second in twins(subject):
        if _overlap(first, second):
            overlaps.setdefault(id(second), (second, []))[1].append(first)
    for second, others in overlaps.values():
        theirs = _selector(second)
        yield Finding(
            f"two alerts called {second} can fire for the same series",
            second.origin,
            fix="give one of them another name or label, or matchers that exclude each other",
            also=tuple((first.origin, "the other one") for first in others),
            object=second.title,
            excerpt=second.excerpt(theirs.start, theirs.end) if theirs is not None else None,
        )


def _overlap(first: Rule, second: Rule) -> bool:
    mine, theirs = _selector(first), _selector(second)
    if mine is None or theirs is None or metric_of(mine) != metric_of(theirs):
        return False
    if _is_guarded_from(first, second) or _is_guarded_from(second, first):
        return False
    return not (first.query == second.query or _are_disjoint(mine, theirs) or _never_both(first, second))


def _selector(alert: Rule) -> VectorSelector | None:
    if alert.kind != "alert" or alert.parts is None or len(alert.parts.selectors) != 1:
        return None
    return alert.parts.selectors[0]


def _are_disjoint(left: VectorSelector, right: VectorSelector) -> bool:
    return any(
        _exclude(mine, theirs)
        for mine in left.matchers
        for theirs in right.matchers
        if mine.label == theirs.label and mine.label != "__name__"
    )


def _exclude(left: Matcher, right: Matcher) -> bool:
    """Whether no value fulfils both."""
    for one, other in ((left, right), (right, left)):
        wanted = (one.value,) if one.op == "=" else regexes.literals(one.value) if one.op == "=~" else None
        if wanted is not None and not any(_accepts(other, value) for value in wanted):
            return True
    opposite = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}
    return left.value == right.value and opposite.get(left.op) == right.op


def _accepts(matcher: Matcher, value: str) -> bool:
    if matcher.op in {"=", "!="}:
        return (matcher.value == value) == (matcher.op == "=")
    return regexes.matches(matcher.value, value) == (matcher.op == "=~")


def _never_both(first: Rule, second: Rule) -> bool:
    """Whether one needs a value above the other's limit, and that one a value below."""
    if first.query is None or second.query is None:
        return False
    mine, theirs = comparison(first.query.tree), comparison(second.query.tree)
    if mine is None or theirs is None or mine.measured != theirs.measured:
        return False
    return _above(mine, theirs) or _above(theirs, mine) or _other_value(mine, theirs)


def _is_guarded_from(guarded: Rule, other: Rule) -> bool:
    """Whether one reads only what is greater than zero, and the other waits for zero."""
    limit = comparison(other.query.tree) if other.query is not None else None
    if limit is None or limit.op not in {"==", "<="} or limit.threshold != 0 or guarded.parts is None:
        return False
    inner = (comparison(node) for node in guarded.parts.binaries)
    return any(
        one is not None
        and isinstance(one.measured, VectorSelector)
        and one.op in {">", ">="}
        and (one.threshold > 0 or (one.op == ">" and one.threshold == 0))
        for one in inner
    )


def _above(upper: Comparison, lower: Comparison) -> bool:
    if upper.op not in {">", ">="} or lower.op not in {"<", "<="}:
        return False
    touching = upper.op == ">=" and lower.op == "<="
    return upper.threshold > lower.threshold or (upper.threshold == lower.threshold and not touching)


def _other_value(mine: Comparison, theirs: Comparison) -> bool:
    return mine.op == theirs.op == "==" and mine.threshold != theirs.threshold
