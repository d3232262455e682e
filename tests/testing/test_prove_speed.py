"""A faster clock changes when things happen, and nothing else."""

from __future__ import annotations

import pytest

from obs.testing.prove.speed import Speed, UnhurriedError

FASTER = Speed(30)


@pytest.mark.parametrize(
    ("expr", "hurried"),
    [
        ("up == 0", "up == 0"),
        ("sum by (pod) (increase(x_total[5m])) > 0", "sum by (pod) (increase(x_total[10000ms])) > 0"),
        ("x unless x offset 5m", "x unless x offset 10000ms"),
        ("rate(x_total[1h]) > 3", "(rate(x_total[120000ms]) / 30) > 3"),
        ("2 ^ rate(x[5m])", "2 ^ (rate(x[10000ms]) / 30)"),
        (
            "max_over_time(rate(x[5m])[1h:1m])",
            "max_over_time((rate(x[10000ms]) / 30)[120000ms:2000ms])",
        ),
        ('x{rate="5m"}', 'x{rate="5m"}'),
        ("rate_of_x", "rate_of_x"),
    ],
)
def test_ranges_are_shortened_and_rates_kept(expr: str, hurried: str) -> None:
    assert FASTER.expr(expr) == hurried


def test_the_real_clock_changes_nothing() -> None:
    assert Speed(1).expr("rate(x[5m])") == "rate(x[5m])"


@pytest.mark.parametrize(
    ("expr", "hurried"),
    [
        ("x - time() < 60", "x - (5000.0 + (time() - 1000.0) * 30) < 60"),
        ("timestamp(x) > 3", "(5000.0 + (timestamp(x) - 1000.0) * 30) > 3"),
        ("hour() == 3", "hour(vector((5000.0 + (time() - 1000.0) * 30))) == 3"),
        ("hour(x)", "hour(x)"),
    ],
)
def test_what_reads_the_clock_reads_the_scenarios(expr: str, hurried: str) -> None:
    assert Speed(30, 1000.0, 5000.0).expr(expr) == hurried


@pytest.mark.parametrize("expr", ["predict_linear(x[1h], 3600)", "x @ 1609746000"])
def test_what_cannot_be_hurried_is_refused(expr: str) -> None:
    with pytest.raises(UnhurriedError):
        FASTER.expr(expr)


def test_rules_and_routes_are_shortened_whole() -> None:
    group = FASTER.group(
        {
            "name": "g",
            "interval": "1m",
            "rules": [{"alert": "A", "expr": "up == 0", "for": "5m", "labels": {}}],
        }
    )
    assert group["interval"] == "2000ms"
    assert group["rules"] == [{"alert": "A", "expr": "up == 0", "for": "10000ms", "labels": {}}]
    route = FASTER.route({"receiver": "a", "group_wait": "30s", "routes": [{"repeat_interval": "4h"}]})
    assert route["group_wait"] == "1000ms"
    assert route["routes"] == [{"repeat_interval": "480000ms", "routes": []}]


def test_stages_of_promtail_wait_and_remember_shorter() -> None:
    stages = [
        {
            "match": {
                "selector": '{a="3s"}',
                "stages": [{"multiline": {"max_wait_time": "3s", "max_lines": 5}}],
            }
        },
        {"metrics": {"x": {"max_idle_duration": "24h", "source": "max_wait_time"}}},
    ]
    assert FASTER.stages(stages) == [
        {
            "match": {
                "selector": '{a="3s"}',
                "stages": [{"multiline": {"max_wait_time": "100ms", "max_lines": 5}}],
            }
        },
        {"metrics": {"x": {"max_idle_duration": "2880000ms", "source": "max_wait_time"}}},
    ]
