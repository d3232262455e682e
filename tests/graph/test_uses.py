"""The index of what rules use, beside the tree that it indexes."""

from __future__ import annotations

from obs.graph.subject import Rule, Subject
from obs.origin import Origin

EXPRS = (
    "sum(rate(a_total[5m])) / sum(irate(b_total[5m])) > 1",
    '{job="x"} unless a_total',
    "irate(a_total[1m]) and rate(b_total[1m])",
    "not a query (",
)
SUBJECT = Subject(
    tuple(Rule("alert", f"A{number}", expr, "g", Origin("f", 1)) for number, expr in enumerate(EXPRS))
)


def test_calls_come_in_the_order_of_the_rules_and_of_the_text() -> None:
    found = [(rule.name, call.function) for rule, call in SUBJECT.uses.calls("irate", "rate")]

    assert found == [("A0", "rate"), ("A0", "irate"), ("A2", "irate"), ("A2", "rate")]


def test_only_what_was_asked_for_comes() -> None:
    assert [rule.name for rule, _ in SUBJECT.uses.calls("irate")] == ["A0", "A2"]
    assert [rule.name for rule, _ in SUBJECT.uses.aggregates("sum")] == ["A0", "A0"]
    assert [rule.name for rule, _ in SUBJECT.uses.binaries("unless", "/")] == ["A0", "A1"]
    assert list(SUBJECT.uses.aggregates("topk")) == []


def test_selectors_are_known_by_their_metric() -> None:
    assert [rule.name for rule, _ in SUBJECT.uses.selectors("a_total")] == ["A0", "A1", "A2"]
    assert [rule.name for rule, _ in SUBJECT.uses.selectors()] == ["A1"]
    assert SUBJECT.uses.metrics == {"a_total", "b_total"}
