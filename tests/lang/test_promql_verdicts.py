"""What Prometheus 2.55 accepts, how it prints it, and where our errors point.

`promql_verdicts.tsv` holds promtool 2.55's own verdicts, `promql_prints.jsonl` the prints of its parser.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from obs.lang.error import LanguageError, Unsupported
from obs.lang.promql import check, format
from obs.lang.promql.parse import parse
from obs.lang.promql.printing import canonical, pretty

DATA = Path(__file__).parent.parent / "data"
EXPERIMENTAL = frozenset({"promql-experimental-functions"})


def _rows() -> list[dict[str, str]]:
    head, *lines = (DATA / "promql_verdicts.tsv").read_text(encoding="utf-8").splitlines()
    rows = [dict(zip(head.split("\t"), line.split("\t"), strict=False)) for line in lines]
    for row in rows:
        if row["category"] == "comment":
            row["expr"] = row["expr"].replace("\\n", "\n")
    return rows


ROWS = _rows()
PRINTS = [
    json.loads(line) for line in (DATA / "promql_prints.jsonl").read_text(encoding="utf-8").splitlines()
]


def _accepted(expr: str, **options: object) -> bool:
    try:
        check(expr, **options)  # type: ignore[arg-type]
    except Unsupported:
        raise
    except LanguageError:
        return False
    return True


def test_the_table_is_whole():
    assert len(ROWS) == 260


@pytest.mark.parametrize("row", ROWS, ids=[row["expr"][:40] for row in ROWS])
def test_verdict_is_promtools(row):
    assert _accepted(row["expr"]) == (row["promtool_2.55"] == "A")


@pytest.mark.parametrize("row", ROWS, ids=[row["expr"][:40] for row in ROWS])
def test_promql_parser_agrees_where_promtool_does(row):
    """A second opinion: where it and promtool say the same, so do we, and canonical prints mean the same to it."""
    import promql_parser

    if row["promql_parser_0.12.0"] != "A" or row["promtool_2.55"] != "A" or row["expr"].startswith("{}"):
        return
    one_line = check(row["expr"]).canonical
    assert promql_parser.parse(one_line).prettify() == promql_parser.parse(row["expr"]).prettify()


@pytest.mark.parametrize("case", PRINTS, ids=[case["expr"][:40] for case in PRINTS])
def test_prints_as_prometheus_does(case):
    query = check(case["expr"])
    assert query.type == case["type"]
    if case["expr"] == "x[0]":  # Prometheus prints [0s], which it does not read
        assert query.canonical == "x[0]"
    else:
        assert query.canonical == case["canonical"]


@pytest.mark.parametrize("case", PRINTS, ids=[case["expr"][:40] for case in PRINTS])
def test_formats_as_prometheus_does(case):
    """Of the canonical text, so that numbers are spelt alike."""
    if case["expr"] in {"x[0]", "-Inf + Inf"}:
        return
    assert format(case["canonical"]) == case["pretty"]


def test_format_keeps_numbers_durations_and_comments():
    assert format("sum( rate(x[90m]) )>1_000_000") == "sum(rate(x[90m])) > 1_000_000"
    assert format("  up # all of them\n") == "up # all of them"
    assert format('up{a="#"}') == 'up{a="#"}'


def test_format_breaks_at_the_width_and_indents_subqueries():
    assert format("max_over_time(sum(aaaaaaaa + bbbbbbbb)[1h:1m])", width=30) == (
        "max_over_time(\n  sum(aaaaaaaa + bbbbbbbb)[1h:1m]\n)"
    )


@pytest.mark.parametrize(
    ("expr", "part", "words"),
    [
        ("sum(", "(", "unclosed left parenthesis"),
        ("sum(rate(x[5m])", "(", "unclosed left parenthesis"),
        ("sum(x))", ")", "unexpected right parenthesis"),
        ("rate(up)", "up", "add a range, up[5m]"),
        ("sum by (job) rate(x[5m])", "rate", "expected '('"),
        ("foo bar", "bar", 'unexpected "bar"'),
        ("rate(x[5m]) by (job)", "by", "only aggregations take by"),
        ("Rate(x[5m])", "Rate", "did you mean rate()"),
        ("histogram_quantil(0.9, x)", "histogram_quantil", "did you mean histogram_quantile()"),
        ('x{a=~"foo("}', "foo(", "missing closing )"),
        ('x{a=~"a**"}', "**", "invalid nested repetition"),
        ('x{a="\\d"}', "\\d", "a backslash is written"),
        ("x{a=b}", "b", "expected a quoted string"),
        ("1 == 2", "==", "== bool"),
        ("a and 1", "1", "works on instant vectors"),
        ("(a + b)[5m]", "[5m]", "a subquery has a colon: (a + b)[5m:]"),
        ("x[5m", "", "unclosed left bracket"),
        ("x[-5m]", "-", "expected a duration"),
        ("x[1m5h]", "1m5h", "not a valid duration"),
        ("sum(x) offset 5m", "5m", "inside the parentheses"),
        ("a * on(x) group_left(x) b", "x", "must not be in on() and in group_left()"),
        ('{a=~".*"}', '{a=~".*"}', "needs a metric name"),
        ("topk(x)", "topk(x)", "takes 2 arguments, got 1"),
        ("a = b", "=", "'==' compares"),
        ("x > $y", "$", "knows no Grafana variables"),
        (
            "double_exponential_smoothing(x[5m], 0.5, 0.5)",
            "double_exponential_smoothing",
            "in 2.55 it is holt_winters()",
        ),
        ("mad_over_time(x[5m])", "mad_over_time", "--enable-feature=promql-experimental-functions"),
        ("日本", "日", "unexpected character"),
        ("up{a='x} + 1", "'x} + 1", "unterminated"),
    ],
)
def test_error_names_its_place(expr, part, words):
    with pytest.raises(LanguageError) as caught:
        check(expr)
    assert words in caught.value.message
    assert expr[caught.value.start : caught.value.end].startswith(part)
    assert caught.value.start <= caught.value.end <= len(expr) + 1


@pytest.mark.parametrize(
    ("expr", "version", "features", "accepted"),
    [
        ("holt_winters(x[5m], 0.5, 0.5)", (2, 55), [], True),
        ("holt_winters(x[5m], 0.5, 0.5)", (3, 0), [], False),
        ("double_exponential_smoothing(x[5m], 0.5, 0.5)", (3, 0), [], False),
        ("double_exponential_smoothing(x[5m], 0.5, 0.5)", (3, 0), ["promql-experimental-functions"], True),
        ("info(x)", (2, 55), ["promql-experimental-functions"], True),
        ("info(x, {a=~'.*'})", (2, 55), ["promql-experimental-functions"], True),
        ("info(x, sum(y))", (2, 55), ["promql-experimental-functions"], False),
        ("limitk(5, x)", (2, 55), [], False),
        ("limitk(5, x)", (2, 55), ["promql-experimental-functions"], True),
        ("limitk", (2, 53), [], True),
        ("limitk(5, x)", (2, 53), ["promql-experimental-functions"], False),
        ("x[300]", (2, 53), [], False),
        ("1h + 5m", (2, 53), [], False),
        ("1_000", (2, 53), [], False),
        ('{"foo.bar"}', (2, 50), [], False),
        ('sum by ("a.b") (x)', (2, 55), [], False),
        ('sum by ("a.b") (x)', (2, 55), ["utf8-names"], True),
        ('sum by ("a.b") (x)', (3, 0), [], True),
        ("rate(x[5m * 2])", (2, 55), ["promql-duration-expr"], False),
        ("rate(x[5m * 2])", (3, 4), [], False),
        ("rate(x[5m * 2])", (3, 4), ["promql-duration-expr"], True),
        ("rate(x[5m * 2])", (3, 14), [], True),
        ("x offset (5m + 1h)", (3, 14), [], True),
        ("rate(x[step()])", (3, 6), ["promql-duration-expr"], True),
        ("rate(x[5m] anchored)", (3, 7), ["promql-extended-range-selectors"], True),
        ("rate(x[5m] anchored)", (3, 7), [], False),
        ("a + fill(0) b", (3, 10), ["promql-binop-fill-modifiers"], True),
        ("a + fill(0) b", (2, 55), ["promql-binop-fill-modifiers"], False),
        ("first_over_time(x[5m])", (3, 14), [], True),
        ("x[5m a1m]", (2, 55), [], True),  # before 3.4 the lexer takes any letter there for the colon
        ("x[5m a1m]", (3, 4), [], False),
    ],
)
def test_version_and_features_decide(expr, version, features, accepted):
    assert _accepted(expr, version=version, features=frozenset(features)) == accepted


def test_duration_arithmetic_is_computed():
    query = check("rate(x[5m * 2 + 30s])", version=(3, 14))
    assert query.selectors[0].range == 630_000
    assert query.canonical == "rate(x[10m30s])"
    assert check("rate(x[step() * 2])", version=(3, 14)).canonical == "rate(x[step() * 2])"


@pytest.mark.parametrize(
    ("expr", "range_", "type_"),
    [
        ("rate(x[$__rate_interval])", None, "vector"),
        ('rate(x{job=~"$job|${x:regex}"}[${range}] offset $shift)', None, "vector"),
        ("rate(x[${n}m])", None, "vector"),
        ("max_over_time(rate(x[5m])[$__range:$step])", 300_000, "vector"),
        ("x > $threshold", None, "vector"),
        ("${metric}_total{$filters, job='a'} * [[factor]]", None, "vector"),
        ("sum by ($by, pod) (rate([[metric]][5m]))", 300_000, "vector"),
        ("topk($n, x)", None, "vector"),
        ("$a + $b", None, "vector"),
        ("1 + $__interval_ms / 1000", None, "vector"),
        ("x @ $__from", None, "vector"),
    ],
)
def test_grafana_variables_stand_where_grafana_fills_them_in(expr, range_, type_):
    query = check(expr, grafana=True)
    assert query.type == type_
    if query.selectors:
        assert query.selectors[0].range == range_
    assert check(query.canonical, grafana=True).tree == query.tree
    with pytest.raises(LanguageError):
        check(expr)


def test_grafana_refusals_keep_their_place():
    with pytest.raises(Unsupported) as caught:
        check("$agg by (job) (x)", grafana=True)
    assert (caught.value.start, caught.value.end) == (0, 4)
    with pytest.raises(LanguageError) as caught:
        check("rate(x[$__rate_interval]) +", grafana=True)
    assert caught.value.start == 27


def test_selectors_have_names_matchers_ranges_and_places():
    expr = 'sum(rate(a{x="1",y=~"b.*"}[5m] offset 1h)) / on() {__name__="c"}'
    first, second = check(expr).selectors
    assert (first.metric, first.range, first.offset) == ("a", 300_000, 3_600_000)
    assert expr[first.start : first.end] == 'a{x="1",y=~"b.*"}[5m] offset 1h'
    assert [(m.label, m.op, m.value, expr[m.start : m.end]) for m in first.matchers] == [
        ("x", "=", "1", 'x="1"'),
        ("y", "=~", "b.*", 'y=~"b.*"'),
    ]
    assert (second.metric, second.matchers, second.range) == ("c", (), None)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "(" * 100_000 + "x" + ")" * 100_000,
        "-" * 100_000 + "x",
        "sum(" * 100_000,
        "1^" * 100_000 + "1",
        "{" * 100_000,
        "x[" * 100_000,
        "x[5m:" * 100_000,
        '"' + "\\" * 100_001,
        "#" * 100_000,
        "#\n" * 50_000,
        "a" * 100_000 + "(",
        'x{a=~"' + "(" * 100_000 + '"}',
    ],
    ids=lambda text: text[:12],
)
def test_extreme_input_ends_in_a_language_error(text):
    with pytest.raises(LanguageError):
        check(text)


def test_long_flat_chains_are_read_and_printed():
    text = " + ".join(["x"] * 20_000)
    tree = parse(text)
    assert canonical(tree) == text
    assert pretty(parse(" or ".join(["metric"] * 500))).count("\n") == 500 * 2 - 2 - 2 * 9
