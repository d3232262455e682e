"""Counters through rate, gauges without: from declared types."""

from __future__ import annotations

import pytest

from obs.lang.promql import check
from obs.lang.promql.metric_types import misuses, sample_type

TYPES = {"errors_total": "counter", "queue": "gauge", "latency_seconds": "histogram", "gc_seconds": "summary"}


@pytest.mark.parametrize(
    ("expr", "found"),
    [
        ("errors_total > 10", [("counter-read-raw", "errors_total")]),
        ("increase(errors_total[1h]) > 10", []),
        ("sum by (job) (rate(errors_total[5m]))", []),
        ("max_over_time(errors_total[1h])", [("counter-read-raw", "errors_total")]),
        ("count(errors_total) > 1", []),
        ("absent(errors_total)", []),
        ("absent_over_time(errors_total[5m])", []),
        ("changes(errors_total[5m]) + resets(errors_total[5m])", []),
        ("timestamp(errors_total)", []),
        ("queue unless on (job) errors_total", []),
        ("queue and on (job) errors_total", []),
        ("errors_total and queue", [("counter-read-raw", "errors_total")]),
        ("rate(queue[5m])", [("rate-on-gauge", "queue")]),
        ("deriv(queue[5m])", []),
        ("delta(errors_total[5m])", [("gauge-function-on-counter", "errors_total")]),
        ("rate(sum(errors_total)[5m:])", [("rate-of-aggregate", "errors_total")]),
        ("max_over_time(rate(errors_total[5m])[1h:])", []),
        ("rate(latency_seconds_bucket[5m])", []),
        ("latency_seconds_count", [("counter-read-raw", "latency_seconds_count")]),
        ("gc_seconds{quantile='0.9'}", []),
        ("unknown > 1 and rate(unknown[5m])", []),
        ("histogram_quantile(95, rate(latency_seconds_bucket[5m]))", [("quantile-out-of-range", None)]),
        ("histogram_quantile(0.95, rate(latency_seconds_bucket[5m]))", []),
    ],
)
def test_misuses(expr, found):
    assert [(m.kind, m.metric) for m in misuses(check(expr).tree, TYPES.get)] == found


def test_misuse_has_its_place_and_a_fix():
    expr = "sum(errors_total) > 10"
    (found,) = misuses(check(expr).tree, TYPES.get)
    assert expr[found.start : found.end] == "errors_total"
    assert "rate(errors_total[...])" in found.fix


def test_parts_of_histograms_and_summaries():
    assert sample_type("latency_seconds_sum", TYPES.get) == "counter"
    assert sample_type("gc_seconds_count", TYPES.get) == "counter"
    assert sample_type("gc_seconds", TYPES.get) == "gauge"
    assert sample_type("queue_sum", TYPES.get) is None
