"""What a checked LogQL query tells: kind, selectors, places of errors, Grafana's variables."""

from __future__ import annotations

import subprocess
import sys

import pytest

from obs.lang.error import LanguageError, Unsupported
from obs.lang.logql import ParseError, StageError, check
from obs.lang.logql.query import MAX_BYTES
from obs.lang.logql.syntax import LogRange, RangeAggregation
from obs.lang.logql.tokens import SAMPLE_INTERVAL, SAMPLE_INTERVALS


def test_kind_and_selectors() -> None:
    text = 'sum(rate({app="api", env=~"a|b"} |= "x" [5m])) / count(rate({app!="", job="j"}[1m]))'
    query = check(text)
    assert query.kind == "metric"
    assert [(one.label, one.op, one.value) for one in query.matchers] == [
        ("app", "=", "api"), ("env", "=~", "a|b"), ("app", "!=", ""), ("job", "=", "j"),
    ]  # fmt: skip
    assert [text[one.start : one.end] for one in query.matchers] == [
        'app="api"', 'env=~"a|b"', 'app!=""', 'job="j"',
    ]  # fmt: skip
    assert check('{app="a"} | json').kind == "log"


@pytest.mark.parametrize(
    ("query", "kind", "at"),
    [
        ('{app=~"a(b"}', ParseError, "a(b"),
        ('{app="\\d"}', ParseError, "\\d"),
        ('{app=~".*"} | json', ParseError, '{app=~".*"}'),
        ('rate({app="a"}[5 m])', ParseError, "[5 m]"),
        ('sum(rate({app="a"}[5m])))', ParseError, ")"),
        ('{app="a"} | pattern "x <a><b>"', ParseError, "<a><b>"),
        ('{app="a"} | regexp "(x)"', ParseError, '"(x)"'),
        ('sum_over_time({app="a"}|unwrap v[5m]) by (x)', ParseError, "by (x)"),
        ('count_over_time({app="a"} | unwrap v [5m])', ParseError, "unwrap v"),
        ('avg_over_time({app="a"}[5m])', ParseError, "avg_over_time"),
        ('topk(0, rate({app="a"}[5m]))', ParseError, "0"),
        ('{app="a"} > 5', ParseError, '{app="a"}'),
        ('{app="a"} |= "x" |~ "a(b"', StageError, "a(b"),
        ('{app="a"} | line_format "é {{ foo .x }}"', StageError, "foo"),
        ('{app="a"} | json a="b", c="d[x]"', StageError, "x"),
        ('{app="a"} | label_format a=b, a=c', StageError, "a=c"),
        ('{app="a"} | addr = ip("1.2.3")', StageError, "1.2.3"),
        ("", ParseError, ""),
    ],
)
def test_places_of_errors(query: str, kind: type[LanguageError], at: str) -> None:
    with pytest.raises(kind) as caught:
        check(query)
    assert query[caught.value.start : caught.value.end] == at


def test_lines_and_columns() -> None:
    with pytest.raises(ParseError) as caught:
        check('{app="a"}\n  | json\n  | é ! "x"')
    assert caught.value.text == "parse error at line 3, col 7: syntax error: unexpected IDENTIFIER"
    assert caught.value.start == 25


@pytest.mark.parametrize(
    ("query", "nanoseconds"),
    [
        ('rate({app="$app"}[$__auto])', SAMPLE_INTERVALS["__auto"]),
        ('rate({app="$app"}[$__interval])', SAMPLE_INTERVALS["__interval"]),
        ('rate({app="$app"} |= `$search` [$__range])', SAMPLE_INTERVALS["__range"]),
        ('rate({app="$app"}[${window}])', SAMPLE_INTERVAL),
        ('rate({app="$app"}[[[window]]])', SAMPLE_INTERVAL),
    ],
)
def test_grafana_intervals(query: str, nanoseconds: int) -> None:
    expr = check(query, grafana=True).expr
    assert isinstance(expr, RangeAggregation)
    assert isinstance(expr.range, LogRange)
    assert expr.range.interval == nanoseconds
    with pytest.raises(ParseError, match=r"not a valid duration string|unknown unit|syntax error"):
        check(query)


@pytest.mark.parametrize(
    "query",
    [
        'topk($k, sum by ($group) (rate({app=~"$app", env=~"${env:regex}"} |= "$s" [$__interval] offset $off)))',
        'rate({app="a"}[5m]) > $threshold',
        '{app="a"} | json | status >= $status | $field = "x"',
        'quantile_over_time($q, {app="a"} | unwrap ${field} [$__auto]) by ([[by]])',
        'sum(count_over_time({app="a"}[$__range])) / $__range_s',
    ],
)
def test_grafana_variables_outside_of_strings(query: str) -> None:
    names = {one.name for one in check(query, grafana=True).variables}
    assert names
    assert all(name in query for name in names)
    with pytest.raises(LanguageError):
        check(query)


def test_places_are_those_of_the_text_with_variables() -> None:
    text = 'sum by ($by) (rate({app="$app"}[$__interval])) + {app="b"}'
    with pytest.raises(ParseError) as caught:
        check(text, grafana=True)
    assert text[caught.value.start : caught.value.end] == '{app="b"}'


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "sum(" * 30_000,
        "rate(" + "(" * 100_000,
        "2" + "^2" * 50_000,
        '{a="b"}|x=~"' + "(a|" * 30_000,
    ],
)
def test_nesting_has_a_limit(text: str) -> None:
    with pytest.raises(LanguageError) as caught:
        check(text)
    assert (
        isinstance(caught.value, Unsupported)
        or "syntax" in caught.value.message
        or "literal" in caught.value.message
    )


@pytest.mark.parametrize(
    "text",
    [
        "vector(1)" + "+vector(1)" * 10_000,
        '{a="b"} | a="b"' + ' or a="c"' * 10_000,
        '{a="b"} | a="b"' + ", c>1" * 10_000,
        '{a="b"} | ' + "(" * 50_000 + "a>1" + ")" * 50_000,
        '{a="b"}' + ' != "x"' * 10_000,
        '{a="b"} | x=~"' + "|".join("a" * n for n in range(1, 400)) + '"',
        '{a="b"} | x=~"' + "(" * 900 + "a|b" + ")" * 900 + '"',
    ],
    ids=range(7),
)
def test_long_chains_have_none(text: str) -> None:
    query = check(text)
    assert query.canonical
    assert query.labels_out() is not None
    assert query.reads() is not None


def test_the_length_has_loki_s_limit() -> None:
    text = '{a="' + "x" * MAX_BYTES + '"}'
    with pytest.raises(ParseError, match=r"input size too long \(131078 > 131072\)"):
        check(text)


def test_importing_costs_nothing() -> None:
    code = "import sys, obs.lang.logql; print(sorted(m for m in sys.modules if m.startswith('obs.lang.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['obs.lang.logql']"
