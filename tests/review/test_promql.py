"""Edits of PromQL expressions, and the sentence that each means."""

from __future__ import annotations

import pytest

from obs.review.differences.promql import Asker, compare

PANEL: list[tuple[str, str, list[str]]] = [
    (
        "sum by (pod, ns) (rate(x_total[5m]))",
        "sum by (ns) (rate(x_total[5m]))",
        ["label `pod` dropped from by()"],
    ),
    ("sum by (ns) (x)", "sum by (pod, ns) (x)", ["label `pod` added to by()"]),
    ("sum by (a) (x)", "sum without (a) (x)", ["grouped without (a) instead of by (a)"]),
    ("rate(x[5m])", "rate(x[$__rate_interval])", ["window 5m -> $__rate_interval"]),
    ("x > 80", "x > 90", ["threshold 80 -> 90"]),
    ("x > 80", "x >= 80", ["condition > 80 -> >= 80"]),
    ('x{a="b"}', 'x{a="b", namespace!="eureka"}', ["now excludes namespace eureka"]),
    ('x{a="b"}', "x", ["no longer limited to a b"]),
    ('x{a!~"b|c"}', "x", ["no longer excludes a b and c"]),
    ('x{a="b"}', 'x{a="c"}', ["a b -> c"]),
    ('x{a=~"b|c"}', 'x{a=~"b|c|d"}', ["now also a d"]),
    ('x{a=~"b|c|d"}', 'x{a=~"b|c"}', ["no longer a d"]),
    ('x{a!~"b"}', 'x{a!~"b|c"}', ["now excludes a c"]),
    ('x{a=~"5.."}', 'x{a=~"5..|429"}', ['a=~"5.." became a=~"5..|429"']),
    ("rate(x[5m])", "increase(x[5m])", ["rate() -> increase()"]),
    ("x_total", "rate(x_total[5m])", ["now inside rate()"]),
    ("rate(x_total[5m])", "x_total", ["no longer inside rate()"]),
    ("max by (a) (x)", "sum(max by (a) (x))", ["now aggregated: sum"]),
    ("histogram_quantile(0.95, x)", "histogram_quantile(0.99, x)", ["quantile 0.95 -> 0.99"]),
    ("quantile(0.5, x)", "quantile(0.9, x)", ["quantile 0.5 -> 0.9"]),
    ("sum(x) / sum(y)", "sum(x) / sum(z)", ["reads z instead of y"]),
    ("avg(x)", "max(x)", ["avg -> max"]),
    ("topk(5, x)", "topk(10, x)", ["number of series 5 -> 10"]),
    ("x", "x offset 1h", ["looks at another time: offset now -> 1h"]),
    ("sum(x) or vector(0)", "sum(x)", ["no longer with `or` 'vector(0)'"]),
    ("sum(x)", "sum(x) / 2", ["now also divided by '2'"]),
    ("a * on (x) b", "a * on (x, y) b", ["the two sides are matched by other labels"]),
    ("max_over_time(x[1h:5m])", "max_over_time(x[1h:1m])", ["step of the subquery 5m -> 1m"]),
    ("x", "foo(", ["the query is no PromQL any more"]),
    ("clamp_max(x, 1)", "clamp_max(x, 2)", ["argument of clamp_max() 1 -> 2"]),
]
ALERT: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("x > 80", "x > 90", [("looser: > 80 -> > 90", "behaviour")]),
    ("x > 90", "x > 80", [("stricter: > 90 -> > 80", "behaviour")]),
    ("x < 5", "x < 2", [("looser: < 5 -> < 2", "behaviour")]),
    ("x < 5", "x <= 5", [("stricter: < 5 -> <= 5", "behaviour")]),
    ("x > 80", "x < 80", [("condition > 80 -> < 80", "breaking")]),
    ("sum(x) > 1", "sum(x)", [("no longer compared: the condition > 1 is gone", "breaking")]),
    ("sum(x)", "sum(x) > 1", [("fires only if > 1", "behaviour")]),
    ("sum(x) > 1", "sum(x) > 1 and y", [("now also only together with 'y'", "behaviour")]),
    ("x > 1", "x > bool 1", [("`bool`: the comparison gives 0 or 1 instead of filtering", "breaking")]),
]
SAME = [
    ("(x)", "x "),
    ("80 < x", "x > 80"),
    ('sum(rate(x{a="b",c="d"}[5m]))', 'sum(\n  rate(x{c="d", a="b"}[5m])  # why\n)'),
    ("sum by (a, b) (x)", "sum(x) by (b, a)"),
    ("1e3 * x", "1000 * x"),
    ("rate(x[60s])", "rate(x[1m])"),
    ("(a + b) + c", "a + b + c"),
]


@pytest.mark.parametrize(("before", "after", "sentences"), PANEL)
def test_a_panels_query(before: str, after: str, sentences: list[str]) -> None:
    assert [meaning.sentence for meaning in compare(before, after)] == sentences


@pytest.mark.parametrize(("before", "after", "expected"), ALERT)
def test_an_alerts_condition(before: str, after: str, expected: list[tuple[str, str]]) -> None:
    assert [(meaning.sentence, meaning.risk) for meaning in compare(before, after, "alert")] == expected


@pytest.mark.parametrize("asker", ["panel", "alert", "record"])
@pytest.mark.parametrize(("before", "after"), SAME)
def test_another_layout_means_nothing(before: str, after: str, asker: Asker) -> None:
    assert compare(before, after, asker) == []
    assert compare(after, before, asker) == []
