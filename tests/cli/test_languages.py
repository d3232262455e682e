"""`obs promql`, `obs logql`, `obs pipe` and `obs route`, and the sentences that they explain with."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obs.cli.init import write_starter
from obs.cli.logql import run_logql
from obs.cli.pipe import run_pipe
from obs.cli.promql import run_promql
from obs.cli.route import run_route
from obs.lang import logql, promql
from obs.lang.error import LanguageError
from obs.lang.logql.explain import explain as explain_logql
from obs.lang.logql.layout import pretty
from obs.lang.promql.explain import explain as explain_promql
from obs.sim.promtail import Entry, Pipeline

ROOT = Path(__file__).parents[2]
EXPERIMENTAL = frozenset({"promql-experimental-functions"})

PROMQL = [
    (
        "sum by (job) (rate(http_requests_total[5m])) > 0.8",
        "For each job: the per-second rate of http_requests_total over the last 5 minutes, summed over all else; kept where greater than 0.8.",
    ),
    ("up", "Every series of up."),
    ("up == 0", "Every series of up; kept where equal to 0."),
    (
        'up{job="api", instance!="a:9100"} == 0',
        'Every series of up with job "api" and instance other than "a:9100"; kept where equal to 0.',
    ),
    ("sum(rate(x[5m]))", "The per-second rate of x over the last 5 minutes, summed over all series."),
    (
        "sum without (instance) (rate(x[5m]))",
        "The per-second rate of x over the last 5 minutes, summed over every instance.",
    ),
    ("avg by (instance) (x)", "For each instance: x, averaged over all else."),
    (
        '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.80',
        'For each instance: 1 minus the average of the per-second rate of node_cpu_seconds_total with mode "idle" over the last 5 minutes; kept where greater than 0.8.',
    ),
    (
        'sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m])) > 0.05',
        'For each job: A divided by B; kept where greater than 0.05.\n  A: the sum of the per-second rate of http_requests_total with code matching "5.." over the last 5 minutes\n  B: the sum of the per-second rate of http_requests_total over the last 5 minutes',
    ),
    (
        "100 * (sum(rate(a[5m])) / sum(rate(b[5m])))",
        "The sum of the per-second rate of a over the last 5 minutes, divided by the sum of the per-second rate of b over the last 5 minutes, in percent.",
    ),
    (
        "histogram_quantile(0.95, sum by (le, job) (rate(http_request_duration_seconds_bucket[5m])))",
        "For each job: the 95th percentile of http_request_duration_seconds over the last 5 minutes.",
    ),
    (
        'histogram_quantile(0.99, sum(rate(http_request_duration_seconds_bucket{job="x"}[5m])) by (le)) > 1',
        'The 99th percentile of http_request_duration_seconds with job "x" over the last 5 minutes; kept where greater than 1.',
    ),
    ('absent(up{job="x"})', '1 if there is no up with job "x".'),
    ("sum(foo) or vector(0)", "foo, summed over all series.\nOr, where that is missing: 0 without labels."),
    ("count(up == 0) > 2", "The number of series of up whose value is 0; kept where greater than 2."),
    ("count by (job) (up)", "For each job: the number of series of up."),
    (
        "topk(5, sum by (pod) (rate(x[5m])))",
        "The 5 highest of the sum per pod of the per-second rate of x over the last 5 minutes.",
    ),
    ("topk by (job) (1, x)", "For each job: the highest of x."),
    ("bottomk(3, x)", "The 3 lowest of x."),
    (
        "a > 1 and b > 2",
        "Every series of a; kept where greater than 1 and where b with the same labels is greater than 2.",
    ),
    ("a > on (instance) b", "Every series of a; kept where greater than b of the same instance."),
    (
        'a and on (namespace, pod) kube_pod_info{node="x"}',
        'Every series of a; kept where there is kube_pod_info with node "x" of the same namespace and pod.',
    ),
    ("a unless on (x) b", "Every series of a; kept unless there is b of the same x."),
    ("a unless a offset 5m", "The series of a that did not exist 5 minutes ago."),
    (
        "sum by (namespace, pod) (increase(c[5m])) > 0 or sum by (namespace, pod) (c unless c offset 5m) > 0",
        "For each namespace and pod: the increase of c over the last 5 minutes, summed over all else; kept where greater than 0.\nOr, where that is missing: for each namespace and pod: the series of c that did not exist 5 minutes ago, summed over all else; kept where greater than 0.",
    ),
    (
        'sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{namespace=~"a|b",container!=""}[5m]) and on (namespace, pod, container) kube_pod_container_resource_limits{resource="cpu"}) / sum by (namespace, pod) (kube_pod_container_resource_limits{namespace=~"a|b",resource="cpu"}) > 0.80',
        'For each namespace and pod: A divided by B; kept where greater than 0.8.\n  A: the sum of (the per-second rate of container_cpu_usage_seconds_total with namespace "a" or "b" and any container over the last 5 minutes for which there is kube_pod_container_resource_limits with resource "cpu" of the same namespace, pod and container)\n  B: the sum of kube_pod_container_resource_limits with namespace "a" or "b" and resource "cpu"',
    ),
    (
        "predict_linear(node_filesystem_avail_bytes[6h], 24*3600) < 0",
        "node_filesystem_avail_bytes as it will be in 1 day if it goes on as over the last 6 hours; kept where less than 0.",
    ),
    (
        "max_over_time(rate(x[5m])[1h:1m])",
        "The highest value of the per-second rate of x over the last 5 minutes over the last hour, taken every minute.",
    ),
    ("time() - process_start_time_seconds", "The seconds since process_start_time_seconds."),
    ("time() - timestamp(x) > 300", "The age of the latest sample of x; kept where greater than 300."),
    ("x offset 1h", "Every series of x 1 hour ago."),
    ("rate(x[5m] offset 1d)", "The per-second rate of x over the 5 minutes up to 1 day ago."),
    ("x @ 1609746000", "Every series of x at 2021-01-04 07:40:00 UTC."),
    (
        "rate(x[5m] @ end())",
        "The per-second rate of x over the 5 minutes up to the end of the query's range.",
    ),
    (
        'label_replace(up, "host", "$1", "instance", "(.*):.*")',
        'up with host set to "$1" where instance matches "(.*):.*".',
    ),
    ('label_replace(up, "host", "$1", "instance", "(.*)")', "up with host copied from instance."),
    ('label_join(up, "a", "-", "b", "c")', 'up with a made of b and c, joined by "-".'),
    (
        "a * on (pod) group_left (node) kube_pod_info",
        "a times kube_pod_info of the same pod, taking over its label node.",
    ),
    ("a / ignoring (code) group_left b", "a divided by b with the same labels apart from code."),
    ("clamp_max(x, 1)", "x, at most 1."),
    ("round(x, 0.1)", "x rounded to multiples of 0.1."),
    ("-x", "Minus x."),
    ("x > bool 1", "1 where x is greater than 1, else 0."),
    ("sum(x > 1)", "x whose value is greater than 1, summed over all series."),
    ("quantile(0.9, x)", "The 90th percentile across the series of x."),
    (
        'count_values("version", build_info)',
        "The number of series for each value of build_info, the value in the label version.",
    ),
    (
        "changes(up[15m]) > 3",
        "The number of changes of up over the last 15 minutes; kept where greater than 3.",
    ),
    ('{__name__=~"http_.*"}', 'Every metric with a name starting with "http_".'),
    ('{job="x"}', 'Every metric with job "x".'),
    ('"a"', 'The text "a".'),
    ("1 + 2", "The number 3."),
    ("vector(1)", "1 without labels."),
    ("x[5m]", "All samples of x over the last 5 minutes."),
    ("(a + b) / c", "(a plus b) divided by c."),
    ("sum(a) + sum(b)", "The sum of a, plus the sum of b."),
    ("hour() >= 9", "The hour of the day now (UTC); kept where at least 9."),
    ("day_of_week() == 0", "The day of the week now (UTC, 0 is Sunday); kept where equal to 0."),
    ("group by (job) (up)", "For each job: 1 if there is any up."),
    (
        'min by (instance) (node_filesystem_avail_bytes{mountpoint="/", fstype!~"tmpfs|overlay"} / node_filesystem_size_bytes) < 0.1',
        'For each instance: the lowest value of (node_filesystem_avail_bytes with mountpoint "/" and fstype other than "tmpfs" or "overlay" divided by node_filesystem_size_bytes); kept where less than 0.1.',
    ),
    (
        "increase(kube_pod_container_status_restarts_total[1h]) > 3",
        "The increase of kube_pod_container_status_restarts_total over the last hour; kept where greater than 3.",
    ),
    (
        "a or b or c",
        "Every series of a.\nOr, where that is missing: every series of b.\nOr, where that is missing: every series of c.",
    ),
    ("up offset -1h", "Every series of up 1 hour ahead."),
    ("5 < x", "Every series of x; kept where greater than 5."),
    ("quantile_over_time(0.5, x[1h])", "The median of x over the last hour."),
    ("stddev_over_time(x[1h30m])", "The standard deviation of x over the last 1 hour 30 minutes."),
    ("avg_over_time(x[90s])", "The average of x over the last 90 seconds."),
    ("irate(x[1m])", "The per-second rate of x between its two latest samples over the last minute."),
    ("1 - (a / b)", "1 minus (a divided by b)."),
    ("100 * (1 - a / b)", "1 minus (a divided by b), in percent."),
    ("scalar(x)", "The value of x, if it is one series."),
    (
        "rate(x_sum[5m]) / rate(x_count[5m])",
        "The per-second rate of x_sum over the last 5 minutes, divided by the per-second rate of x_count over the last 5 minutes.",
    ),
    ("deriv(x[1h]) > 0", "The slope per second of x over the last hour; kept where greater than 0."),
    ("absent_over_time(x[10m])", "1 if there was no x over the last 10 minutes."),
    (
        "a and b unless c",
        "Every series of a; kept where there is b with the same labels, unless there is c with the same labels.",
    ),
    ("sum(a or b)", "(a, or else b), summed over all series."),
    (
        'rate(http_requests_total{job="$job"}[$__rate_interval]) > $threshold',
        'The per-second rate of http_requests_total with job "$job" over the last $__rate_interval; kept where greater than $threshold.',
    ),
    (
        "max by (pod) (max_over_time(container_memory_working_set_bytes[1h]))",
        "For each pod: the highest value of the highest value of container_memory_working_set_bytes over the last hour.",
    ),
    (
        'sum by (namespace) (kube_pod_status_phase{phase=~"Pending|Unknown"}) > 0',
        'For each namespace: kube_pod_status_phase with phase "Pending" or "Unknown", summed over all else; kept where greater than 0.',
    ),
    (
        'count(kube_node_info) - count(up{job="kubelet"} == 1)',
        'The number of series of kube_node_info, minus the number of series of up with job "kubelet" whose value is 1.',
    ),
    ("avg_over_time(up[1d]) * 100", "The average of up over the last day, times 100."),
    (
        'up{job!~"a.*|b", env=~".+", zone=~".*west.*", pod=""}',
        'Every series of up with job not matching "a.*|b", any env, zone containing "west" and no pod.',
    ),
    ("histogram_quantile(0.5, rate(x_bucket[5m]))", "The median of x over the last 5 minutes."),
    ("limitk(3, up)", "Any 3 series of up."),
    ("limit_ratio(0.1, up)", "10% of the series of up."),
    ("sort_desc(sum by (job) (up))", "For each job: the sum of up, highest first."),
    ("sum by (job) (up) == bool 1", "For each job: 1 where the sum of up is equal to 1, else 0."),
    (
        "a * on (pod) group_right (node) b",
        "a times b of the same pod, taking over the left side's label node.",
    ),
]
LOGQL = [
    ('{app="api"}', 'Lines with app "api".'),
    (
        '{app="api", namespace=~"a|b"} |= "error" != "debug"',
        'Lines with app "api" and namespace "a" or "b" containing "error" and not containing "debug".',
    ),
    (
        '{app="api"} |~ "time(out)?" | json | level="error"',
        'Lines with app "api" matching "time(out)?", parsed as JSON, kept where level is "error".',
    ),
    (
        '{app="api"} | json | status >= 500 and duration > 1s | line_format "{{.msg}}"',
        'Lines with app "api", parsed as JSON, kept where status is at least 500 and duration is greater than 1 second, shown as "{{.msg}}".',
    ),
    (
        '{app="api"} | logfmt | level=~"warn|error" or status=500',
        'Lines with app "api", parsed as logfmt, kept where level is "warn" or "error" or status is 500.',
    ),
    (
        '{app="api"} | pattern "<ip> - <method> <_>" | method="GET"',
        'Lines with app "api", parsed by the pattern "<ip> - <method> <_>" into ip and method, kept where method is "GET".',
    ),
    (
        '{app="api"} | regexp "(?P<a>x)(?P<b>y)"',
        'Lines with app "api", parsed by a regular expression into a and b.',
    ),
    (
        '{app="api"} | json status="response.status", level | __error__=""',
        'Lines with app "api", taking response.status as status and level from the JSON, kept where no stage failed.',
    ),
    (
        '{app="api"} | decolorize | label_format lvl=level, svc="{{.app}}-x" | drop a, b | keep c',
        'Lines with app "api", without colours, level renamed to lvl and svc set to "{{.app}}-x", without the labels a and b, with no other labels than c.',
    ),
    ('{app="api"} |= ip("10.0.0.0/8")', 'Lines with app "api" with an address in "10.0.0.0/8".'),
    ('{app="api"} |= "a" or "b"', 'Lines with app "api" containing "a" or "b".'),
    (
        '{app="api"} | unpack | addr=ip("10.0.0.1")',
        'Lines with app "api", unpacked, kept where addr is an address in "10.0.0.1".',
    ),
    ('rate({app="api"}[5m])', 'The per-second rate of lines with app "api" over the last 5 minutes.'),
    (
        'sum by (pod) (rate({app="api"} |= "error" [5m]))',
        'For each pod: the per-second rate of lines with app "api" containing "error" over the last 5 minutes, summed over all else.',
    ),
    (
        'sum(count_over_time({app="api"}[1m])) > 10',
        'The number of lines with app "api" over the last minute, summed over all series; kept where greater than 10.',
    ),
    (
        'topk(10, sum by (pod) (count_over_time({namespace=~".+"} [5m])))',
        "The 10 highest of the sum per pod of the number of lines with any namespace over the last 5 minutes.",
    ),
    (
        'quantile_over_time(0.99, {app="api"} | json | unwrap duration(latency) | __error__="" [5m]) by (uri)',
        'For each uri: the 99th percentile of the label latency (as seconds) in lines with app "api", parsed as JSON, kept where no stage failed, over the last 5 minutes.',
    ),
    (
        'avg_over_time({app="api"} | logfmt | unwrap bytes(size) [1h])',
        'The average of the label size (as bytes) in lines with app "api", parsed as logfmt, over the last hour.',
    ),
    (
        'sum(rate({app="a"} |= "error" [5m])) / sum(rate({app="a"}[5m])) > 0.05',
        'The sum of the per-second rate of lines with app "a" containing "error" over the last 5 minutes, divided by the sum of the per-second rate of lines with app "a" over the last 5 minutes; kept where greater than 0.05.',
    ),
    (
        'absent_over_time({app="api"}[10m])',
        '1 if there were no lines with app "api" over the last 10 minutes.',
    ),
    (
        'bytes_rate({app="api"}[5m] offset 1h)',
        'The bytes per second of lines with app "api" over the 5 minutes up to 1 hour ago.',
    ),
    (
        'sum by (a) (rate({x="y"}[1m])) or vector(0)',
        'For each a: the per-second rate of lines with x "y" over the last minute, summed over all else.\nOr, where that is missing: 0 without labels.',
    ),
    (
        'label_replace(rate({a="b"}[1m]), "x", "$1", "y", "(.*)")',
        'The per-second rate of lines with a "b" over the last minute with x copied from y.',
    ),
    (
        '100 * sum by (j) (rate({a="b"} |= "x" [1m])) / sum by (j) (rate({a="b"}[1m]))',
        'For each j: 100 times the sum of the per-second rate of lines with a "b" containing "x" over the last minute, divided by the sum of the per-second rate of lines with a "b" over the last minute.',
    ),
    (
        'sort_desc(sum by (app) (bytes_over_time({namespace="x"}[1d])))',
        'For each app: the sum of the bytes of lines with namespace "x" over the last day, highest first.',
    ),
    (
        'max by (pod) (rate({a="b"}[1m])) and on (pod) rate({c="d"}[1m])',
        'For each pod: the highest value of the per-second rate of lines with a "b" over the last minute; kept where there is the per-second rate of lines with c "d" over the last minute of the same pod.',
    ),
    (
        'rate({a="b"} | json | unwrap size [1m])',
        'The per-second sum of the label size in lines with a "b", parsed as JSON, over the last minute.',
    ),
    (
        'count_over_time({a="b"}[1m]) > bool 3',
        '1 where the number of lines with a "b" over the last minute is greater than 3, else 0.',
    ),
    ("vector(1)", "1 without labels."),
    ("1 + 2", "The number 3."),
    (
        '{app="api"} |> "<_> error <_>" !> "x"',
        'Lines with app "api" of the form "<_> error <_>" and not of the form "x".',
    ),
    (
        '{app="api"} | size > 20MB and (a="b" or c="d")',
        'Lines with app "api", kept where size is greater than 20MB and (a is "b" or c is "d").',
    ),
    (
        'sum without (pod) (rate({a="b"}[5m]))',
        'The per-second rate of lines with a "b" over the last 5 minutes, summed over every pod.',
    ),
    (
        '{a="b"} | level!="" | x!~"a|b" | y=~"err.*"',
        'Lines with a "b", kept where there is any level, x is neither "a" nor "b" and y starts with "err".',
    ),
    (
        'sum by ($g) (rate({app="$app"} |= "$q" [$__auto])) > $limit',
        'For each $g: the per-second rate of lines with app "$app" containing "$q" over the last $__auto, summed over all else; kept where greater than $limit.',
    ),
    (
        'topk(1, sum by (app) (rate({a="b"}[1h])))',
        'The highest of the sum per app of the per-second rate of lines with a "b" over the last hour.',
    ),
    (
        'bottomk(3, rate({a="b"}[1d] offset 1d))',
        'The 3 lowest of the per-second rate of lines with a "b" over the day up to 1 day ago.',
    ),
    (
        'sum_over_time({a="b"} | json | unwrap bytes [10m]) > 1000',
        'The sum of the label bytes in lines with a "b", parsed as JSON, over the last 10 minutes; kept where greater than 1000.',
    ),
]


# Explanations


@pytest.mark.parametrize(("expr", "words"), PROMQL)
def test_a_promql_expression_in_words(expr: str, words: str) -> None:
    grafana = "$" in expr and "label_replace" not in expr
    assert explain_promql(promql.check(expr, grafana=grafana, features=EXPERIMENTAL).tree) == words


@pytest.mark.parametrize(("query", "words"), LOGQL)
def test_a_logql_query_in_words(query: str, words: str) -> None:
    assert explain_logql(logql.check(query, grafana="$app" in query)) == words


@pytest.mark.parametrize(
    "expr",
    [
        "+".join(["a"] * 5000),
        " or ".join(["sum by (x) (a)"] * 249),
        " unless ".join(["a"] * 499),
        "sum(" * 110 + "a" + ")" * 110,
        "rate(" * 55 + "a[5m]" + ")[1h:]" * 55,
    ],
)
def test_a_long_or_deep_expression_is_told_or_counted(expr: str) -> None:
    assert explain_promql(promql.check(expr).tree).endswith((".", ")"))


@pytest.mark.parametrize("query", [" + ".join(["1"] * 4000), "sum(" * 90 + 'rate({a="b"}[5m])' + ")" * 90])
def test_a_long_or_deep_query_is_told_or_counted(query: str) -> None:
    assert explain_logql(logql.check(query)).endswith(".")


def composed(leaves: list[str], around: list[str]) -> st.SearchStrategy[str]:
    """Expressions put together from leaves and from texts with one or two places for an operand."""

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.builds(
            lambda text, one, two: text.replace("@", one, 1).replace("@", two, 1),
            st.sampled_from(around),
            inner,
            inner,
        )

    return st.recursive(st.sampled_from(leaves), grow, max_leaves=8)


EXPRESSIONS = composed(
    ["x", 'up{a="b"}', "rate(x[5m])", "time()", "vector(1)", "x offset 1h", "max_over_time(x[1h:])", "hour()"],
    [
        "sum(@)", "sum by (a, b) (@)", "avg without (a) (@)", "topk(3, @)", "topk by (a) (1, @)", "count(@ > 1)",
        "@ + @", "@ / on (a) @", "@ * on (a) group_left (b) @", "(@)", "-(@)", "@ > 1", "1 < @", "@ == bool @",
        "@ and @", "@ unless on (a) @", "@ or @", "abs(@)", "histogram_quantile(0.9, sum by (le) (@))",
        'label_replace(@, "a", "$1", "b", "(.*)")', "clamp(@, 0, 1)", "quantile(0.5, @)", "absent(@)",
    ],
)  # fmt: skip
QUERIES = composed(
    ['rate({a="b"}[5m])', 'count_over_time({a=~"b.*"} |= "x" | json | c>1 or d="e" [1h] offset 5m)', "vector(2)",
     'quantile_over_time(0.9, {a="b"} | logfmt | unwrap duration(x) | __error__="" [1m]) by (a)'],
    [
        "sum(@)", "sum by (a, b) (@)", "avg without (a) (@)", "topk(3, @)", "bottomk by (a) (1, @)", "@ + @", "(@)",
        "@ / on (a) @", "@ * on (a) group_left (b) @", "@ > 1", "1 < @", "@ == bool @", "@ and @", "@ unless on (a) @",
        "@ or @", 'label_replace(@, "a", "$1", "b", "(.*)")', "sort_desc(@)",
    ],
)  # fmt: skip


@given(EXPRESSIONS)
@settings(max_examples=300, deadline=None)
def test_whatever_parses_is_explained(expr: str) -> None:
    try:
        tree = promql.check(expr).tree
    except LanguageError:
        return
    told = explain_promql(tree)
    assert "{" not in told.replace("{a", "")
    assert all(not line.startswith(" ") or ": " in line for line in told.split("\n"))


@given(QUERIES)
@settings(max_examples=300, deadline=None)
def test_a_query_keeps_its_meaning_when_laid_out(text: str) -> None:
    try:
        query = logql.check(text)
    except LanguageError:
        return
    assert explain_logql(query)
    for width in (100, 20):
        laid_out = logql.check(pretty(query, width))
        assert laid_out.canonical == query.canonical
        assert pretty(laid_out, width) == pretty(query, width)


def _accepted_queries() -> list[str]:
    lines = (ROOT / "tests/data/logql/loki_3_4.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    return [case["query"] for case in cases if not case["parse_error"] and not case["stage_error"]]


def test_every_recorded_query_keeps_its_meaning_when_laid_out() -> None:
    queries = _accepted_queries()
    assert len(queries) > 500
    for text in queries:
        query = logql.check(text)
        for width in (100, 30):
            assert logql.check(pretty(query, width)).canonical == query.canonical, text
        assert explain_logql(query)


def test_every_recorded_expression_is_explained() -> None:
    rows = (ROOT / "tests/data/promql_verdicts.tsv").read_text(encoding="utf-8").splitlines()
    explained = 0
    for row in rows[1:]:
        try:
            tree = promql.check(row.split("\t")[2], features=EXPERIMENTAL).tree
        except LanguageError:
            continue
        assert "() of" not in explain_promql(tree), row
        explained += 1
    assert explained > 100


@pytest.mark.parametrize(
    ("query", "width", "lines"),
    [
        (
            'topk(10,sum by(pod)(count_over_time({namespace=~".+"}|~" ERROR "|json|level="error"[5m])))',
            60,
            [
                "topk(",
                "  10,",
                "  sum by (pod) (",
                "    count_over_time(",
                '      {namespace=~".+"}',
                '        |~ " ERROR "',
                "        | json",
                '        | level="error"',
                "      [5m]",
                "    )",
                "  )",
                ")",
            ],
        ),
        (
            'sum(rate({app="a"}|="error"[$__auto]))/sum(rate({app="a"}[$__auto]))>$limit',
            50,
            [
                '  sum(rate({app="a"} |= "error" [$__auto]))',
                "/",
                '  sum(rate({app="a"}[$__auto]))',
                ">",
                "  $limit",
            ],
        ),
        ('{a = "b" , c!="d"}|size>20MiB and x!=""', 100, ['{a="b", c!="d"} | size > 20MiB and x!=""']),
        ('rate({a="b"}[300s]) # why', 10, ['rate({a="b"}[300s]) # why']),
    ],
)
def test_a_query_is_laid_out(query: str, width: int, lines: list[str]) -> None:
    assert pretty(logql.check(query, grafana=True), width).split("\n") == lines


def test_a_closing_pipeline_tells_what_became_of_a_block() -> None:
    stages = [
        {"multiline": {"firstline": "^A"}},
        {"match": {"selector": '{a="b"}', "stages": [{"pack": {}}]}},
    ]
    pipeline = Pipeline(stages, now=0)
    pipeline.push(Entry({"a": "b"}, "A", 0))
    pipeline.push(Entry({"a": "b"}, "more", 0))
    steps, out = pipeline.trace_end()
    assert [(step.place, step.stage) for step in steps] == [("2", "match"), ("2.1", "pack")]
    assert [entry.line for entry in out] == ['{"_entry":"A\\nmore"}']


# The commands, in this process


class Terminal(io.StringIO):
    """Standard input of a person who types nothing."""

    def isatty(self) -> bool:
        return True


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


def ask_promql(expr: str, **options: object) -> int:
    given_options: dict[str, object] = {
        "version": "2.55",
        "features": (),
        "grafana": False,
        "as_json": False,
        "format_only": False,
    }
    return run_promql(expr, **{**given_options, **options})  # type: ignore[arg-type]


def ask_logql(query: str, project: Path | None = None, **options: object) -> int:
    given_options: dict[str, object] = {
        "version": "3.4",
        "grafana": False,
        "as_json": False,
        "format_only": False,
    }
    return run_logql(query, project, **{**given_options, **options})  # type: ignore[arg-type]


def ask_pipe(project: Path | None = None, **options: object) -> int:
    given_options: dict[str, object] = {
        "config": None,
        "pipeline": "",
        "service": "",
        "labels": (),
        "raw": False,
        "every_stage": False,
        "as_json": False,
    }
    return run_pipe(project, **{**given_options, **options})  # type: ignore[arg-type]


def ask_route(*labels: str, project: Path | None = None, **options: object) -> int:
    given_options: dict[str, object] = {"config": None, "value": 1.0, "as_json": False}
    return run_route(project, labels, **{**given_options, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("expr", "options", "code", "told"),
    [
        ("sum by(job)(rate(a_total[5m]))", {}, 0, ["sum by (job) (rate(a_total[5m]))", "instant vector"]),
        ("sum by(job)(rate(a_total[5m]))", {"format_only": True}, 0, ["sum by (job) (rate(a_total[5m]))\n"]),
        ("a or vector(0)", {}, 0, ["branch 1 a", "branch 2 vector(0)", "vector() has no labels"]),
        ("sum(a) > 1 < 0 * 5", {}, 0, ["kept where"]),
        ('a{x="1",x="2"}', {}, 0, ["never returns anything"]),
        (
            "rate(node_cpu_seconds_total[5m])",
            {},
            0,
            ["node_cpu_seconds_total: counter, seconds (node-exporter)"],
        ),
        ("rate(x[$__rate_interval])", {"grafana": True}, 0, ["over the last $__rate_interval"]),
        ("mad_over_time(x[5m])", {"features": ("promql-experimental-functions",)}, 0, ["median absolute"]),
        ("double_exponential_smoothing(x[5m], 0.5, 0.5)", {"version": "3.1"}, 2, []),
        ("-up", {}, 0, ["Minus up."]),
        ('"text"', {}, 0, ["type     string"]),
    ],
)
def test_promql_tells(
    expr: str, options: dict[str, object], code: int, told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask_promql(expr, **options) == code
    out = capsys.readouterr().out
    for words in told:
        assert words in out


@pytest.mark.parametrize(
    ("expr", "words"),
    [
        ("sum(a) by (x) / on (job) sum(b) by (job)", "the left side never has job"),
        ("absent(vector(1))", "always empty"),
        ("sum by (a) (x) > 1 or vector(0)", ""),
        ("sum by (pod) (sum by (job) (a))", "by (pod) has no effect"),
        ("vector(1) > 2", "is never true"),
    ],
)
def test_promql_shows_where_a_part_cannot_work(
    expr: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask_promql(expr) == (1 if words else 0)
    captured = capsys.readouterr()
    assert words in captured.err
    assert "^" in captured.err or not words


def test_promql_reads_a_counter_raw(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask_promql("node_cpu_seconds_total > 5") == 0, "a note is no finding"
    assert "info[counter-read-raw]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("expr", "caret"),
    [
        ("rate(x[5m", "    | rate(x[5m\n    |          ^\n"),
        ("sum by (job) (up) foo", "    | sum by (job) (up) foo\n    |                   ^^^\n"),
        ('up{a="한글"} 한', '    | up{a="한글"} 한\n    |              ^^\n'),
        ("up +\n  rate(up)", "    |   rate(up)\n    |        ^^\n"),
    ],
)
def test_a_caret_stands_under_the_mistake(expr: str, caret: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask_promql(expr) == 2
    assert caret in capsys.readouterr().err


def test_promql_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask_promql("sum by(job)(a) or vector(0)", as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["formatted"] == "sum by (job) (a) or vector(0)"
    assert [branch["possible"] for branch in document["branches"]] == [["job"], []]
    assert document["branches"][0]["why"] == {"job": "sum by (job) keeps only these labels"}
    assert ask_promql("a +", as_json=True) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["name"], error["line"], error["column"]) == ("invalid-promql", 1, 4)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\xff\xfe", "not UTF-8"), (b"", "no expression"), (b"x" * (1 << 20) + b"yy", "longer than 1 MiB")],
)
def test_bad_standard_input_is_one_error(
    data: bytes, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(monkeypatch, data)
    assert ask_promql("-") == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("ask", [lambda: ask_promql("-"), lambda: ask_logql("-"), ask_pipe])
def test_a_terminal_as_input_is_answered_with_a_hint(
    ask: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    assert callable(ask)
    assert ask() == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "standard input is a terminal" in captured.err
    assert "fix:" in captured.err


@pytest.mark.parametrize("version", ["", "2", "x.y", "2.x", "１.２", "9999999999.1"])
def test_a_version_is_two_numbers(version: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask_promql("up", version=version) == 2
    assert "is not a version" in capsys.readouterr().err


def test_logql_inside_a_project_knows_the_labels_of_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask_logql('{namespace="gateway", nope="x"} | lvl="e"', ROOT) == 1
    captured = capsys.readouterr()
    assert "namespace" in captured.out
    assert captured.err.count("warning[impossible-label]") == 2
    assert "lvl cannot be there, where a filter reads it: nothing before sets it" in captured.err
    assert ask_logql('sum by (status) (rate({namespace="gateway"} | json [5m]))', ROOT) == 0


def test_logql_outside_of_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ask_logql('{a="b"} | json') == 0
    assert "not known" in capsys.readouterr().out
    assert ask_logql('{a="b"}', tmp_path) == 2, "a project that was named must be one"
    assert ask_logql('{a = "b"}', format_only=True) == 0
    assert ask_logql('{a="b"} | json |', as_json=True) == 2


def test_logql_for_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ask_logql('sum by (x) (rate({a="b"}[5m]))', as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["type"] == "*syntax.VectorAggregationExpr"
    assert document["canonical"] == 'sum by (x)(rate({a="b"}[5m]))'
    assert document["labels"] == [
        {"name": "x", "certain": False, "why": "the labels of the stream are not known"}
    ]


# Lines


ERROR = "2026-02-23T07:25:07.123Z ERROR 1 --- [main] c.e.Payment : refused"
ACCESS = '10.0.0.1 - - [23/Feb/2026:07:25:07 +0000] "GET /users?x=1 HTTP/1.1" 404 12 34'


def test_a_line_goes_through_the_projects_pipeline(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(monkeypatch, f"{ERROR}\n\tat A.b(C.java:1)\n{ACCESS}\n".encode())
    assert ask_pipe(ROOT, service="gateway") == 0
    out = capsys.readouterr().out
    assert "label filename removed" in out
    assert 'label status = "404"' in out
    assert "counted  promtail_custom_spring_error_logs_total 0 -> 1" in out
    assert "3 lines in, 2 out" in out
    assert "3 lines framed as the container runtime writes them" in out
    assert 'status="404",stream="stdout"} 1\n' in out
    assert "no change" not in out


def test_every_stage_and_no_framing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(monkeypatch, ERROR.encode())
    assert ask_pipe(ROOT, service="gateway", raw=True, every_stage=True) == 0
    out = capsys.readouterr().out
    assert "not a CRI line" in out
    assert "no change" in out
    assert "framed" not in out


def test_lines_without_labels_are_told_how_to_get_some(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(monkeypatch, ERROR.encode())
    assert ask_pipe(ROOT) == 0
    out = capsys.readouterr().out
    assert "try --service community" in out
    assert "counted" not in out


def config(folder: Path, text: str) -> Path:
    file = folder / "promtail.yaml"
    file.write_text(text, encoding="utf-8")
    return file


FULL = """
scrape_configs:
  - job_name: web
    pipeline_stages:
      - regex: {expression: 'level=(?P<level>\\w+)'}
      - labels: {level: ''}
      - drop: {source: level, value: debug, drop_counter_reason: noise}
      - metrics: {lines_total: {type: Counter, description: d, config: {match_all: true, action: inc}}}
  - job_name: other
    pipeline_stages: [{docker: {}}]
"""


def test_a_plain_promtail_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(monkeypatch, b"level=debug a\nlevel=info b\n")
    options = {"config": config(tmp_path, FULL), "pipeline": "web", "labels": ["app=x,zone=z"]}
    assert ask_pipe(as_json=True, **options) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["labels"] == {"app": "x", "zone": "z"}
    dropped, kept = document["lines"]
    assert dropped["out"] == []
    assert dropped["steps"][-1]["note"].startswith("dropped (noise)")
    assert kept["out"][0]["labels"] == {"app": "x", "level": "info", "zone": "z"}
    assert {"what": "label", "name": "level", "before": None, "after": "info"} in kept["steps"][1]["changes"]
    assert {"logentry_dropped_lines_total", "promtail_custom_lines_total"} == {
        sample["name"] for sample in document["metrics"]
    }
    feed(monkeypatch, b"level=debug a\n")
    assert ask_pipe(**options) == 0
    assert "dropped (noise)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (FULL, {}, "has 2 pipelines"),
        (FULL, {"pipeline": "nope"}, "has no pipeline 'nope'"),
        ("[", {}, "is not YAML"),
        ("a: 1", {}, "has no pipeline stages"),
        ("- nope: {}", {}, "Unknown stage type: nope (stage 1)"),
        ("- match: {selector: '{a=~\"(\"}', stages: [{pack: {}}]}", {}, "error["),
        ("- geoip: {db: x, source: y, db_type: city}", {}, "not supported"),
        ("[" * 100_000, {}, "is not YAML"),
        ("- cri: {}", {"labels": ["x"]}, "'x' is not a label"),
        ("- cri: {}", {"labels": ["a-b=x"]}, "is not a label"),
        ("- cri: {}", {"service": "x"}, "does not go with --config"),
    ],
)
def test_a_pipeline_that_cannot_be_read_is_one_error(
    text: str,
    options: dict[str, object],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    feed(monkeypatch, b"x\n")
    assert ask_pipe(config=config(tmp_path, text), **options) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.err.count("error[") == 1


def test_a_line_that_kills_promtail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stages = """
- regex: {expression: '(?P<n>-?\\d+)'}
- metrics: {n: {type: Counter, description: d, config: {action: add}}}
"""
    feed(monkeypatch, b"5\n-5\n5\n")
    assert ask_pipe(config=config(tmp_path, stages)) == 1
    captured = capsys.readouterr()
    assert "counted  promtail_custom_n 0 -> 5" in captured.out
    assert "line 2 kills Promtail: counter cannot decrease in value" in captured.err
    feed(monkeypatch, b"-5\n")
    assert ask_pipe(config=config(tmp_path, stages), as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["panic"] == "counter cannot decrease in value"


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_bytes_come_through(data: bytes) -> None:
    stages = [{"cri": {}}, {"json": {"expressions": {"a": "a"}}}, {"labels": {"a": ""}}]
    with pytest.MonkeyPatch.context() as patch:
        feed(patch, data)
        out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        patch.setattr(sys, "stdout", out)
        patch.setattr("obs.cli.pipe_source.file_text", lambda path: json.dumps(stages))
        assert ask_pipe(config=Path("stages.yaml")) == 0
        out.seek(0)
        lines = len(data.removesuffix(b"\n").split(b"\n")) if data else 0
        assert f"{lines} line" in out.read()


# Routes


def test_an_alert_reaches_discord(capsys: pytest.CaptureFixture[str]) -> None:
    given_labels = ["alertname=HighNodeCPUUsage", "instance=node-1"]
    assert ask_route(*given_labels, project=ROOT, value=0.87) == 0
    out = capsys.readouterr().out
    assert 'severity="warning"' in out
    assert "severity and service as the rule sets it" in out
    assert "yes  -> monitoring/monitoring-discord/discord-webhook" in out
    assert 'alertname="Watchdog" no, it is "HighNodeCPUUsage"' in out
    assert "first message 30 seconds after the group's first alert" in out
    assert "노드 CPU 사용률 80% 초과: node-1" in out
    assert "87%" in out


@pytest.mark.parametrize("labels", [["alertname=Watchdog"], ["alertname=Nobody"], ["severity=critical"]])
def test_an_alert_that_nobody_hears_of(labels: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert ask_route(*labels, project=ROOT) == 1
    assert "tells nobody" in capsys.readouterr().out


CONTINUED = """
route:
  receiver: hook
  group_by: [job]
  routes:
    - matchers: ['severity = critical']
      receiver: pager
      continue: true
      group_wait: 5s
    - matchers: ['team =~ "a|b"']
      receiver: "off"
receivers:
  - {name: hook, webhook_configs: [{url: 'http://x/'}]}
  - {name: pager, discord_configs: [{webhook_url: 'https://discord.com/api/webhooks/1/a', title: '{{ .nope.x }}'}]}
  - name: "off"
inhibit_rules:
  - {source_matchers: [alertname = Down], target_matchers: [severity = critical], equal: [job]}
"""


@pytest.mark.parametrize(
    ("labels", "code", "receivers"),
    [
        (["job=x"], 0, ["hook"]),
        (["severity=critical"], 1, ["pager"]),
        (["severity=critical", "team=a"], 1, ["pager", "off"]),
        (["team=b"], 1, ["off"]),
        (["team="], 0, ["hook"]),
    ],
)
def test_a_plain_configuration(
    labels: list[str], code: int, receivers: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "alertmanager.yml"
    file.write_text(CONTINUED, encoding="utf-8")
    if labels == ["team="]:
        labels = ["team=", "job=y"]
    assert ask_route(*labels, config=file, as_json=True) == code
    document = json.loads(capsys.readouterr().out)
    assert [one["receiver"] for one in document["deliveries"]] == receivers
    assert document["told"] == (code == 0)
    if "severity=critical" in labels:
        assert document["muted_by"] == ['while an alert with alertname="Down" fires with the same job']
        assert document["deliveries"][0]["failures"], "a template that fails sends nothing"
        assert document["deliveries"][0]["group_wait_seconds"] == 5
    assert ask_route(*labels, config=file) == code


@pytest.mark.parametrize(
    ("labels", "text", "words"),
    [
        (["x"], CONTINUED, "'x' is not a label"),
        (["=x"], CONTINUED, "is not a label"),
        ([], CONTINUED, "needs labels"),
        (["a=1", "a=2"], CONTINUED, "given twice"),
        (["a=1"], "[", "is not YAML"),
        (["a=1"], "", "no route provided"),
        (["a=1"], "route: {receiver: nope}", "no configuration that Alertmanager loads"),
        (["a=1"], "route: []", "no configuration that Alertmanager loads"),
    ],
)
def test_a_question_that_cannot_be_answered_is_one_error(
    labels: list[str], text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "alertmanager.yml"
    file.write_text(text, encoding="utf-8")
    assert ask_route(*labels, config=file) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.err.count("error[") == 1


# The commands as a person runs them


def obs(*arguments: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "obs", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "words"),
    [
        (["promql", "-sum(x)"], b"", 0, "Minus the sum of x."),
        (["promql", "-", "--format-only"], b"sum(x)by(a)\n", 0, "sum by (a) (x)"),
        (["promql", b"\xff".decode("utf-8", "surrogateescape")], b"", 2, "unexpected character"),
        (["logql", '{a="b"} |= 한', "--json"], b"", 2, "invalid-logql"),
        (["logql", "-", "--format-only"], b'{a = "b"}', 0, '{a="b"}'),
        (["pipe", "--labels", "namespace=a"], f"{ERROR}\n".encode(), 0, "1 line in, 1 out"),
        (["pipe", "--json"], b"\x00\xff\n", 0, '"lines"'),
        (["route", "alertname=Nobody"], b"", 1, "tells nobody"),
        (["route"], b"", 2, "Missing argument"),
    ],
)
def test_commands(arguments: list[str], stdin: bytes, code: int, words: str, tmp_path: Path) -> None:
    write_starter(tmp_path / "project")
    done = obs(*arguments, cwd=tmp_path / "project", stdin=stdin)
    assert done.returncode == code, done.stderr.decode()
    assert words in (done.stdout + done.stderr).decode()
