"""The scenario that a test is given: what it notes down, how it runs, what it refuses."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime

import pytest

from obs import api
from obs.sim.routing import read
from obs.testing import Duration, Scenario, counter, cpu, series, spring
from obs.testing.scenario.emulator import Emulator
from obs.testing.scenario.evaluators import evaluator
from obs.testing.scenario.framing import LONGEST_PART
from obs.testing.scenario.inputs import Curve, Inputs
from obs.testing.scenario.platform import Platform, platform_of
from obs.testing.scenario.scenario import ScenarioError
from services.targets import gateway_actuator, node_exporter


@pytest.fixture(scope="module")
def platform() -> Platform:
    return platform_of(api.load_program(api.read_settings()))


@pytest.fixture
def made(platform: Platform) -> Scenario:
    return Scenario(Emulator(platform, evaluator()))


# Time


@pytest.mark.parametrize(
    ("left", "right", "holds"),
    [
        (Duration(180_000) <= "3m", True, True),
        (Duration(180_001) <= "3m", False, False),
        ("2m" <= Duration(180_000) <= "3m", True, True),
        (Duration(90_000) == "1m30s", True, True),
        (Duration(90_000) == Duration(90_000), True, True),
        (Duration(90_000) - "30s", Duration(60_000), True),
        (str(Duration(90_500)), "1m30s500ms", True),
        (str(Duration(-30_000)), "-30s", True),
    ],
)
def test_spans(left: object, right: object, holds: bool) -> None:
    assert (left == right) is True
    assert holds in (True, False)


def test_a_span_that_is_none_says_how_to_write_one(made: Scenario) -> None:
    with pytest.raises(ValueError, match=r'write e\.g\. "1m30s"'):
        made.run("ten minutes")


def test_time_goes_on_and_the_past_is_past(made: Scenario) -> None:
    made.log("gateway", spring(), at="1m")
    made.run("2m")
    assert made.now == "2m"
    assert not made.discord
    made.run("3m")
    assert made.discord.only().at == "3m"
    with pytest.raises(ScenarioError, match="1m has passed: the scenario is at 5m"):
        made.log("gateway", spring(), at="1m")
    made.log("user", spring())
    made.run("3m")
    assert [message.group["namespace"] for message in made.discord.firing] == ["gateway", "user"]


def test_nothing_can_be_seen_before_it_ran(made: Scenario) -> None:
    with pytest.raises(ScenarioError, match="nothing has happened yet"):
        made.discord.only()


def test_the_same_inputs_give_the_same_run(platform: Platform) -> None:
    def once() -> object:
        scenario = Scenario(Emulator(platform, evaluator()))
        scenario.log("gateway", spring(), times=20, over="3m", pods=5)
        scenario.given(cpu("a").flap(10, 95, every="3m", until="15m"))
        scenario.restart("alertmanager", at="4m", keep=False)
        scenario.run("15m")
        observed = scenario.observed
        return [(one.at, one.message) for one in observed.attempts], observed.changes, observed.samples

    assert once() == once()


def test_a_scenario_is_plain_data_that_can_be_replayed(platform: Platform, made: Scenario) -> None:
    made.log("gateway", spring(), times=3, every="10s", pods=2)
    made.given(cpu("a").ramp(20, 95, "10m"))
    made.stored('x{a="b"}', "1 2 3")
    made.down("discord", at="1m", until="2m")
    made.run("15m")
    assert json.loads(json.dumps(dataclasses.asdict(made.inputs), default=str))
    replayed = Emulator(platform, evaluator()).run(made.inputs, made.now.milliseconds)
    assert replayed.attempts == made.observed.attempts
    assert replayed.samples == made.observed.samples


# Inputs


@pytest.mark.parametrize(
    ("more", "times"),
    [
        ({"at": "1m"}, [60]),
        ({"times": 3}, [0, 0, 0]),
        ({"times": 3, "every": "10s"}, [0, 10, 20]),
        ({"every": "20s", "until": "1m"}, [0, 20, 40]),
        ({"times": 5, "over": "1m", "at": "1m"}, [60, 75, 90, 105, 120]),
    ],
)
def test_when_lines_are_written(made: Scenario, more: dict[str, object], times: list[int]) -> None:
    made.log("gateway", "x", **more)  # type: ignore[arg-type]
    assert [line.at // 1000 for line in made.inputs.lines] == times


def test_lines_go_to_pods_in_turn_and_to_new_ones_after_a_rollout(made: Scenario) -> None:
    made.rollout("gateway", at="1m")
    made.log("gateway", "x", times=4, pods=2)
    made.log("gateway", "x", at="1m")
    pods = [line.labels["pod"] for line in made.inputs.lines]
    assert pods[0] == pods[2] != pods[1] == pods[3]
    assert pods[4] not in pods[:4]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (lambda scenario: scenario.log("shop", "x"), "no service of the project is named 'shop'"),
        (lambda scenario: scenario.down("kafka"), "there is no 'kafka'"),
        (lambda scenario: scenario.run(0), "needs a time"),
        (
            lambda scenario: scenario.given(series("nobody").hold(1)),
            "no target of the project exposes nobody",
        ),
        (lambda scenario: scenario.log("gateway", "x", every="0s"), "must be more than 0"),
    ],
)
def test_what_cannot_be_is_refused(made: Scenario, what: object, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        what(made)  # type: ignore[operator]


def test_an_alert_that_no_rule_makes_is_refused(made: Scenario) -> None:
    made.run("1m")
    with pytest.raises(ScenarioError, match="no rule of the project is named Nope; there are"):
        made.alert("Nope")


@pytest.mark.parametrize("text", ["rate(x[5m])", "x > 1", 'x{a=~"b"}', "{", "x + y"])
def test_a_series_is_one_series(text: str) -> None:
    with pytest.raises(ValueError, match="is not a series"):
        series(text)


def test_a_long_line_is_split_by_the_runtime_and_counted_once(made: Scenario) -> None:
    text = spring("가" * LONGEST_PART)
    made.log("gateway", text)
    made.run("4m")
    (stored,) = made.series("promtail_custom_spring_error_logs_total")
    assert stored.last == 1
    assert len(made.discord) == 1


# Curves


@pytest.mark.parametrize(
    ("curve", "values"),
    [
        (Curve(((0, 1.0),)), [1, 1, 1]),
        (Curve(((0, 0.0), (60_000, 60.0))), [0, 30, 60]),
        (Curve(((0, 1.0), (30_000, 1.0), (30_000, 5.0))), [1, 5, 5]),
        (Curve(((0, 2.0),), "counter"), [0, 60, 120]),
        (Curve(((0, 0.0), (60_000, 2.0)), "counter"), [0, 15, 60]),
        (Curve(((0, 1.0), (30_000, 1.0), (30_000, 3.0)), "counter"), [0, 30, 120]),
        (Curve(((0, 1.0),), "counter", resets=(30_000,)), [0, 0, 30]),
        (Curve(((0, 1.0),), start=30_000), [None, 1, 1]),
        (Curve(((0, 1.0),), end=60_000), [1, 1, None]),
    ],
)
def test_curves(curve: Curve, values: list[float | None]) -> None:
    assert [curve.value(at) for at in (0, 30_000, 60_000)] == values


def test_a_load_goes_on_where_it_was() -> None:
    load = series("x").hold(1, "1m").ramp(2, 4, "1m").hold(9)
    curve = load.curve(load.parts[0])
    assert [curve.value(at * 1000) for at in (0, 59, 60, 90, 119, 120, 500)] == [
        1,
        1,
        2,
        3,
        pytest.approx(3.967, 0.01),
        9,
        9,
    ]


# Series and targets


def test_series_of_a_target_are_stored_with_its_labels(made: Scenario) -> None:
    made.given(counter(node_exporter.metric("node_x_total")(device="sda"), instance="n1").hold(2))
    made.run("1m")
    (stored,) = made.series('node_x_total{device="sda"}')
    assert stored.labels["job"] == "node-exporter"
    assert stored.labels["instance"] == "n1"
    assert stored.values[-2:] == [pytest.approx(20), pytest.approx(80)]
    assert made.query("rate(node_x_total[1m])", "1m")[0].last == pytest.approx(2)


def test_a_target_that_is_off_stores_nothing(made: Scenario) -> None:
    made.given(series(gateway_actuator.metric("jvm_threads")(), instance="g").hold(1))
    made.run("2m")
    assert made.series("jvm_threads") == []
    assert "serviceMonitor.enabled: true" in made.observed.scrapes[-1].why or any(
        "serviceMonitor.enabled: true" in one.why for one in made.observed.scrapes
    )


def test_stored_series_bypass_the_scrape(made: Scenario) -> None:
    made.stored('up{job="x"}', "1 1 _ 0 stale", every="30s")
    made.run("3m")
    (stored,) = made.series('up{job="x"}')
    assert [(str(at), value) for at, value in stored.points] == [
        ("0s", 1),
        ("30s", 1),
        ("1m30s", 0),
        ("2m", "stale"),
    ]
    assert not stored.alive


def test_a_query_at_a_moment(made: Scenario) -> None:
    made.log("gateway", spring(), times=2, every="1m")
    made.run("5m")
    counted = "sum(promtail_custom_spring_error_logs_total)"
    assert [made.query(counted, at)[0].last for at in ("30s", "2m")] == [1, 2]
    assert made.query("promtail_custom_nothing") == []


def test_a_plain_description_says_nothing_of_expectations() -> None:
    assert {field.name for field in dataclasses.fields(Inputs)} == {
        "lines", "expositions", "stored", "outages", "restarts", "rotations", "clock_steps", "sent", "discord", "discord_limit",
        "phases", "start",
    }  # fmt: skip


# Parts of the platform that other projects have


def of(platform: Platform, **fields: object) -> Scenario:
    return Scenario(Emulator(dataclasses.replace(platform, **fields), evaluator()))  # type: ignore[arg-type]


GROWS = "sum by (namespace, pod) (increase(promtail_custom_spring_error_logs_total[5m])) > 0"


@pytest.mark.parametrize(("features", "fires"), [((), False), (("created-timestamp-zero-ingestion",), True)])
def test_a_counter_that_starts_at_zero_fires_for_one_error(
    platform: Platform, features: tuple[str, ...], fires: bool
) -> None:
    rule = {"alert": "Grows", "expr": GROWS, "for": "1m", "labels": {}, "annotations": {}}
    scenario = of(platform, groups=({"name": "g", "rules": [rule]},), features=features)
    scenario.log("gateway", spring(), at="1s")
    scenario.run("10m")
    assert scenario.alert("Grows").fired is fires


def routed(receiver: dict[str, object], **route: object) -> dict[str, object]:
    routing = read(
        {
            "route": {"receiver": "d", "group_by": ["alertname"], "routes": [{"matchers": [], **route}]},
            "receivers": [{"name": "d", **receiver}],
            "time_intervals": [
                {
                    "name": "night",
                    "time_intervals": [{"times": [{"start_time": "00:00", "end_time": "08:00"}]}],
                }
            ],
        }
    )
    return {"routing": routing}


def slack(**fields: object) -> dict[str, object]:
    return {"slack_configs": [{"api_url": "http://127.0.0.1/slack", "text": "{{ .Status }}", **fields}]}


def test_discord_by_way_of_slack(platform: Platform) -> None:
    scenario = of(platform, **routed(slack(title="{{ .CommonLabels.alertname }}")))
    scenario.log("gateway", spring())
    scenario.run("20m")
    message = scenario.discord.only()  # send_resolved is off for Slack
    assert message.title == "SpringErrorLogsDetected"
    assert "firing" in message.text


def test_slack_cuts_titles_at_its_own_limit_and_discord_refuses_them(platform: Platform) -> None:
    scenario = of(platform, **routed(slack(title='{{ printf "%300s" .Status }}')))
    scenario.log("gateway", spring())
    scenario.run("4m")
    assert "answered 400 (a title of 300 characters, of 256 allowed)" in scenario.explain()


def test_a_route_that_knows_the_hour(platform: Platform) -> None:
    discord = {"discord_configs": [{"webhook_url": "http://127.0.0.1/x"}]}
    for hour, messages in ((7, 0), (9, 1)):
        scenario = of(platform, **routed(discord, mute_time_intervals=["night"]))
        scenario.starts(datetime(2026, 1, 5, hour, tzinfo=UTC))
        scenario.log("gateway", spring())
        scenario.run("4m")
        assert len(scenario.discord) == messages


def test_prometheus_is_away_for_a_while(made: Scenario) -> None:
    made.log("gateway", spring(), times=20, every="30s")
    made.down("prometheus", at="1m", until="3m")
    made.run("8m")
    assert all(not 60_000 <= at < 180_000 for at in made.observed.evaluations)
    assert "4m" <= made.discord.firing[0].at <= "6m"
