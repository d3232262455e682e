"""The smallest series that fire the alerts of k6, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_load_test_errors_high_fires(scenario: Scenario) -> None:
    # 3 samples are enough.
    scenario.stored('k6_http_req_failed_rate{scenario="scenario-1", testid="testid-1"}', "0.101x2 stale")
    scenario.run("2m")
    assert scenario.alert("LoadTestErrorsHigh").fired_at == "1m"
    assert scenario.alert("LoadTestErrorsHigh").ended_at == "1m30s"


def test_load_test_errors_high_ends_too_early(scenario: Scenario) -> None:
    # 2 samples are not enough.
    scenario.stored('k6_http_req_failed_rate{scenario="scenario-1", testid="testid-1"}', "0.101x1 stale")
    scenario.run("2m")
    assert not scenario.alert("LoadTestErrorsHigh").fired


def test_load_test_errors_high_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('k6_http_req_failed_rate{scenario="scenario-1", testid="testid-1"}', "0.101x6")
    scenario.run("3m")
    assert scenario.alert("LoadTestErrorsHigh").fired_at == "1m"
    assert scenario.alert("LoadTestErrorsHigh").instances == [
        {
            "alertname": "LoadTestErrorsHigh",
            "owner": "backend",
            "scenario": "scenario-1",
            "service": "k6",
            "severity": "info",
            "testid": "testid-1",
        }
    ]
    told = scenario.discord.of("LoadTestErrorsHigh")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_load_test_errors_high_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (testid, scenario) (k6_http_req_failed_rate) > 0.1`, by k6_http_req_failed_ra…
    scenario.stored('k6_http_req_failed_rate{scenario="scenario-1", testid="testid-1"}', "0.1x12")
    scenario.run("6m")
    assert not scenario.alert("LoadTestErrorsHigh").fired


def test_load_test_slow_fires(scenario: Scenario) -> None:
    # 3 samples are enough.
    scenario.stored('k6_http_req_duration_p95{scenario="scenario-1", testid="testid-1"}', "1.01x2 stale")
    scenario.run("2m")
    assert scenario.alert("LoadTestSlow").fired_at == "1m"
    assert scenario.alert("LoadTestSlow").ended_at == "1m30s"


def test_load_test_slow_ends_too_early(scenario: Scenario) -> None:
    # 2 samples are not enough.
    scenario.stored('k6_http_req_duration_p95{scenario="scenario-1", testid="testid-1"}', "1.01x1 stale")
    scenario.run("2m")
    assert not scenario.alert("LoadTestSlow").fired


def test_load_test_slow_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('k6_http_req_duration_p95{scenario="scenario-1", testid="testid-1"}', "1.01x6")
    scenario.run("3m")
    assert scenario.alert("LoadTestSlow").fired_at == "1m"
    assert scenario.alert("LoadTestSlow").instances == [
        {
            "alertname": "LoadTestSlow",
            "owner": "backend",
            "scenario": "scenario-1",
            "service": "k6",
            "severity": "info",
            "testid": "testid-1",
        }
    ]
    told = scenario.discord.of("LoadTestSlow")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_load_test_slow_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (testid, scenario) (k6_http_req_duration_p95) > 1`, by k6_http_req_duration_p…
    scenario.stored('k6_http_req_duration_p95{scenario="scenario-1", testid="testid-1"}', "1x12")
    scenario.run("6m")
    assert not scenario.alert("LoadTestSlow").fired


def test_load_test_cannot_keep_up_fires(scenario: Scenario) -> None:
    # 2 samples are enough.
    scenario.stored(
        'k6_dropped_iterations_total{scenario="scenario-1", testid="testid-1"}', "0+0.003x1 stale"
    )
    scenario.run("3m")
    assert scenario.alert("LoadTestCannotKeepUp").fired_at == "1m30s"
    assert scenario.alert("LoadTestCannotKeepUp").ended_at == "2m30s"


def test_load_test_cannot_keep_up_ends_too_early(scenario: Scenario) -> None:
    # 1 sample is not enough.
    scenario.stored(
        'k6_dropped_iterations_total{scenario="scenario-1", testid="testid-1"}', "0+0.003x0 stale"
    )
    scenario.run("3m")
    assert not scenario.alert("LoadTestCannotKeepUp").fired


def test_load_test_cannot_keep_up_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('k6_dropped_iterations_total{scenario="scenario-1", testid="testid-1"}', "0+0.003x7")
    scenario.run("3m30s")
    assert scenario.alert("LoadTestCannotKeepUp").fired_at == "1m30s"
    assert scenario.alert("LoadTestCannotKeepUp").instances == [
        {
            "alertname": "LoadTestCannotKeepUp",
            "owner": "backend",
            "scenario": "scenario-1",
            "service": "k6",
            "severity": "info",
            "testid": "testid-1",
        }
    ]
    told = scenario.discord.of("LoadTestCannotKeepUp")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_load_test_cannot_keep_up_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (testid, scenario) (increase(k6_dropped_iterations_total[2m])) > 0`, by k6_dr…
    scenario.stored('k6_dropped_iterations_total{scenario="scenario-1", testid="testid-1"}', "0+0x12")
    scenario.run("6m")
    assert not scenario.alert("LoadTestCannotKeepUp").fired
