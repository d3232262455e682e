"""The smallest series that fire the alerts of slo, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_retry_budget_burning_fires(scenario: Scenario) -> None:
    # 11 samples are enough.
    scenario.stored('slo:retry_budget_used:ratio_rate5m{service="gateway"}', "0.501x10 stale")
    scenario.run("6m")
    assert scenario.alert("RetryBudgetBurning").fired_at == "5m"
    assert scenario.alert("RetryBudgetBurning").ended_at == "5m30s"


def test_retry_budget_burning_ends_too_early(scenario: Scenario) -> None:
    # 10 samples are not enough.
    scenario.stored('slo:retry_budget_used:ratio_rate5m{service="gateway"}', "0.501x9 stale")
    scenario.run("6m")
    assert not scenario.alert("RetryBudgetBurning").fired


def test_retry_budget_burning_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('slo:retry_budget_used:ratio_rate5m{service="gateway"}', "0.501x14")
    scenario.run("7m")
    assert scenario.alert("RetryBudgetBurning").fired_at == "5m"
    assert scenario.alert("RetryBudgetBurning").instances == [
        {"alertname": "RetryBudgetBurning", "service": "gateway", "severity": "warning"}
    ]
    told = scenario.discord.of("RetryBudgetBurning")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_retry_budget_burning_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `slo:retry_budget_used:ratio_rate5m > 0.5`, by slo:retry_budget_used:ratio_rate5m.
    scenario.stored('slo:retry_budget_used:ratio_rate5m{service="gateway"}', "0.5x20")
    scenario.run("10m")
    assert not scenario.alert("RetryBudgetBurning").fired


def test_slo_burn_fast_fires(scenario: Scenario) -> None:
    # 1 sample is enough.
    scenario.stored(
        'slo:error_ratio:rate1h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0.0001x0 stale"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x0 stale"
    )
    scenario.stored(
        'slo:error_ratio:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x0 stale"
    )
    scenario.stored('slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x0 stale")
    scenario.run("1m")
    assert scenario.alert("SloBurnFast").fired_at == "0s"
    assert scenario.alert("SloBurnFast").ended_at == "30s"


def test_slo_burn_fast_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'slo:error_ratio:rate1h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0.0001x4"
    )
    scenario.stored('slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x4")
    scenario.stored('slo:error_ratio:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x4")
    scenario.stored('slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x4")
    scenario.run("2m")
    assert scenario.alert("SloBurnFast").fired_at == "0s"
    assert scenario.alert("SloBurnFast").instances == [
        {
            "alertname": "SloBurnFast",
            "burn": "1h",
            "rt_route": "rt_route-1",
            "service": "gateway",
            "severity": "critical",
            "slo": "slo-1",
        }
    ]
    told = scenario.discord.of("SloBurnFast")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_slo_burn_fast_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `slo:error_ratio:rate1h > on (slo) group_left () (8.4 * slo:error_budget:ratio)`, by …
    scenario.stored('slo:error_ratio:rate1h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x10")
    scenario.stored('slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x10")
    scenario.stored('slo:error_ratio:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.stored('slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.run("5m")
    assert not scenario.alert("SloBurnFast").fired


def test_slo_burn_fast_fires_at_the_threshold_2(scenario: Scenario) -> None:
    # Just within `slo:error_ratio:rate5m > on (slo) group_left () (8.4 * slo:error_budget:ratio)`, by slo:…
    scenario.stored('slo:error_ratio:rate1h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.stored('slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x10")
    scenario.stored(
        'slo:error_ratio:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0.0001x10"
    )
    scenario.stored('slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.run("5m")
    assert scenario.alert("SloBurnFast").fired_at == "0s"


def test_slo_burn_fast_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `slo:error_ratio:rate5m > on (slo) group_left () (8.4 * slo:error_budget:ratio)`, by …
    scenario.stored('slo:error_ratio:rate1h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.stored('slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x10")
    scenario.stored('slo:error_ratio:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x10")
    scenario.stored('slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.run("5m")
    assert not scenario.alert("SloBurnFast").fired


def test_slo_burn_fast_fires_at_the_threshold_3(scenario: Scenario) -> None:
    # Just within `sum_over_time(slo:failures:rate5m[1h]) * 30 >= 10`, by slo:failures:rate5m.
    scenario.stored('slo:error_ratio:rate1h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.stored('slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x10")
    scenario.stored('slo:error_ratio:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.stored('slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0.0304x10")
    scenario.run("5m")
    assert scenario.alert("SloBurnFast").fired_at == "5m"


def test_slo_burn_fast_stays_silent_at_the_threshold_3(scenario: Scenario) -> None:
    # Just outside of `sum_over_time(slo:failures:rate5m[1h]) * 30 >= 10`, by slo:failures:rate5m.
    scenario.stored('slo:error_ratio:rate1h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.stored('slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x10")
    scenario.stored('slo:error_ratio:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.stored('slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0.0303x10")
    scenario.run("5m")
    assert not scenario.alert("SloBurnFast").fired


def test_slo_burn_fast_stays_silent_without_slo_error_ratio_rate1h(scenario: Scenario) -> None:
    # Without slo:error_ratio:rate1h.
    scenario.stored('slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x10")
    scenario.stored('slo:error_ratio:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.stored('slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.run("5m")
    assert not scenario.alert("SloBurnFast").fired


def test_slo_burn_fast_stays_silent_without_slo_error_budget_ratio(scenario: Scenario) -> None:
    # Without slo:error_budget:ratio.
    scenario.stored('slo:error_ratio:rate1h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.stored('slo:error_ratio:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.stored('slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.run("5m")
    assert not scenario.alert("SloBurnFast").fired


def test_slo_burn_fast_stays_silent_without_slo_error_ratio_rate5m(scenario: Scenario) -> None:
    # Without slo:error_ratio:rate5m.
    scenario.stored('slo:error_ratio:rate1h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.stored('slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x10")
    scenario.stored('slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.run("5m")
    assert not scenario.alert("SloBurnFast").fired


def test_slo_burn_fast_stays_silent_without_slo_failures_rate5m(scenario: Scenario) -> None:
    # Without slo:failures:rate5m.
    scenario.stored('slo:error_ratio:rate1h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.stored('slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x10")
    scenario.stored('slo:error_ratio:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x10")
    scenario.run("5m")
    assert not scenario.alert("SloBurnFast").fired


def test_slo_burn_steady_fires(scenario: Scenario) -> None:
    # 1 sample is enough.
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "0.0001x0 stale",
        every="2m",
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "0x0 stale",
        every="2m",
    )
    scenario.stored(
        'slo:error_ratio:rate30m{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "1x0 stale",
        every="2m",
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x0 stale", every="2m"
    )
    scenario.run("2m30s")
    assert scenario.alert("SloBurnSteady").fired_at == "0s"
    assert scenario.alert("SloBurnSteady").ended_at == "2m"


def test_slo_burn_steady_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "0.0001x1",
        every="2m",
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x1", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate30m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x1", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x1", every="2m"
    )
    scenario.run("2m")
    assert scenario.alert("SloBurnSteady").fired_at == "0s"
    assert scenario.alert("SloBurnSteady").instances == [
        {
            "alertname": "SloBurnSteady",
            "burn": "6h",
            "rt_route": "rt_route-1",
            "service": "gateway",
            "severity": "critical",
            "slo": "slo-1",
        }
    ]
    told = scenario.discord.of("SloBurnSteady")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_slo_burn_steady_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `slo:error_ratio:rate6h > on (slo) group_left () (2.8 * slo:error_budget:ratio)`, by …
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate30m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnSteady").fired


def test_slo_burn_steady_fires_at_the_threshold_2(scenario: Scenario) -> None:
    # Just within `slo:error_ratio:rate30m > on (slo) group_left () (2.8 * slo:error_budget:ratio)`, by slo…
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate30m{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "0.0001x3",
        every="2m",
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert scenario.alert("SloBurnSteady").fired_at == "0s"


def test_slo_burn_steady_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `slo:error_ratio:rate30m > on (slo) group_left () (2.8 * slo:error_budget:ratio)`, by…
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate30m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnSteady").fired


def test_slo_burn_steady_fires_at_the_threshold_3(scenario: Scenario) -> None:
    # Just within `sum_over_time(slo:failures:rate5m[6h]) * 30 >= 10`, by slo:failures:rate5m.
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate30m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0.0834x3", every="2m"
    )
    scenario.run("6m")
    assert scenario.alert("SloBurnSteady").fired_at == "6m"


def test_slo_burn_steady_stays_silent_at_the_threshold_3(scenario: Scenario) -> None:
    # Just outside of `sum_over_time(slo:failures:rate5m[6h]) * 30 >= 10`, by slo:failures:rate5m.
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate30m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0.0833x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnSteady").fired


def test_slo_burn_steady_stays_silent_without_slo_error_ratio_rate6h(scenario: Scenario) -> None:
    # Without slo:error_ratio:rate6h.
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate30m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnSteady").fired


def test_slo_burn_steady_stays_silent_without_slo_error_budget_ratio(scenario: Scenario) -> None:
    # Without slo:error_budget:ratio.
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate30m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnSteady").fired


def test_slo_burn_steady_stays_silent_without_slo_error_ratio_rate30m(scenario: Scenario) -> None:
    # Without slo:error_ratio:rate30m.
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnSteady").fired


def test_slo_burn_steady_stays_silent_without_slo_failures_rate5m(scenario: Scenario) -> None:
    # Without slo:failures:rate5m.
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate30m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnSteady").fired


def test_slo_burn_slow_fires(scenario: Scenario) -> None:
    # 1 sample is enough.
    scenario.stored(
        'slo:error_ratio:rate1d{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "0.0001x0 stale",
        every="2m",
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "0x0 stale",
        every="2m",
    )
    scenario.stored(
        'slo:error_ratio:rate2h{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "1x0 stale",
        every="2m",
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x0 stale", every="2m"
    )
    scenario.run("1m")
    assert scenario.alert("SloBurnSlow").fired_at == "0s"


def test_slo_burn_slow_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'slo:error_ratio:rate1d{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "0.0001x1",
        every="2m",
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x1", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate2h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x1", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x1", every="2m"
    )
    scenario.run("2m")
    assert scenario.alert("SloBurnSlow").fired_at == "0s"
    assert scenario.alert("SloBurnSlow").instances == [
        {
            "alertname": "SloBurnSlow",
            "burn": "1d",
            "rt_route": "rt_route-1",
            "service": "gateway",
            "severity": "warning",
            "slo": "slo-1",
        }
    ]
    told = scenario.discord.of("SloBurnSlow")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_slo_burn_slow_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `slo:error_ratio:rate1d > on (slo) group_left () (1.4 * slo:error_budget:ratio)`, by …
    scenario.stored(
        'slo:error_ratio:rate1d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate2h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnSlow").fired


def test_slo_burn_slow_fires_at_the_threshold_2(scenario: Scenario) -> None:
    # Just within `slo:error_ratio:rate2h > on (slo) group_left () (1.4 * slo:error_budget:ratio)`, by slo:…
    scenario.stored(
        'slo:error_ratio:rate1d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate2h{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "0.0001x3",
        every="2m",
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert scenario.alert("SloBurnSlow").fired_at == "0s"


def test_slo_burn_slow_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `slo:error_ratio:rate2h > on (slo) group_left () (1.4 * slo:error_budget:ratio)`, by …
    scenario.stored(
        'slo:error_ratio:rate1d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate2h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnSlow").fired


def test_slo_burn_slow_fires_at_the_threshold_3(scenario: Scenario) -> None:
    # Just within `sum_over_time(slo:failures:rate5m[1d]) * 30 >= 10`, by slo:failures:rate5m.
    scenario.stored(
        'slo:error_ratio:rate1d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate2h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0.0834x3", every="2m"
    )
    scenario.run("6m")
    assert scenario.alert("SloBurnSlow").fired_at == "6m"


def test_slo_burn_slow_stays_silent_at_the_threshold_3(scenario: Scenario) -> None:
    # Just outside of `sum_over_time(slo:failures:rate5m[1d]) * 30 >= 10`, by slo:failures:rate5m.
    scenario.stored(
        'slo:error_ratio:rate1d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate2h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0.0833x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnSlow").fired


def test_slo_burn_slow_stays_silent_without_slo_error_ratio_rate1d(scenario: Scenario) -> None:
    # Without slo:error_ratio:rate1d.
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate2h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnSlow").fired


def test_slo_burn_slow_stays_silent_without_slo_error_budget_ratio(scenario: Scenario) -> None:
    # Without slo:error_budget:ratio.
    scenario.stored(
        'slo:error_ratio:rate1d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate2h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnSlow").fired


def test_slo_burn_slow_stays_silent_without_slo_error_ratio_rate2h(scenario: Scenario) -> None:
    # Without slo:error_ratio:rate2h.
    scenario.stored(
        'slo:error_ratio:rate1d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnSlow").fired


def test_slo_burn_slow_stays_silent_without_slo_failures_rate5m(scenario: Scenario) -> None:
    # Without slo:failures:rate5m.
    scenario.stored(
        'slo:error_ratio:rate1d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate2h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnSlow").fired


def test_slo_burn_creeping_fires(scenario: Scenario) -> None:
    # 1 sample is enough.
    scenario.stored(
        'slo:error_ratio:rate3d{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "0.0001x0 stale",
        every="2m",
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "0x0 stale",
        every="2m",
    )
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "1x0 stale",
        every="2m",
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x0 stale", every="2m"
    )
    scenario.run("1m")
    assert scenario.alert("SloBurnCreeping").fired_at == "0s"


def test_slo_burn_creeping_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'slo:error_ratio:rate3d{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "0.0001x1",
        every="2m",
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x1", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x1", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x1", every="2m"
    )
    scenario.run("2m")
    assert scenario.alert("SloBurnCreeping").fired_at == "0s"
    assert scenario.alert("SloBurnCreeping").instances == [
        {
            "alertname": "SloBurnCreeping",
            "burn": "3d",
            "rt_route": "rt_route-1",
            "service": "gateway",
            "severity": "warning",
            "slo": "slo-1",
        }
    ]
    told = scenario.discord.of("SloBurnCreeping")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_slo_burn_creeping_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `slo:error_ratio:rate3d > on (slo) group_left () ((7 / 6) * slo:error_budget:ratio)`,…
    scenario.stored(
        'slo:error_ratio:rate3d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnCreeping").fired


def test_slo_burn_creeping_fires_at_the_threshold_2(scenario: Scenario) -> None:
    # Just within `slo:error_ratio:rate6h > on (slo) group_left () ((7 / 6) * slo:error_budget:ratio)`, by …
    scenario.stored(
        'slo:error_ratio:rate3d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}',
        "0.0001x3",
        every="2m",
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert scenario.alert("SloBurnCreeping").fired_at == "0s"


def test_slo_burn_creeping_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `slo:error_ratio:rate6h > on (slo) group_left () ((7 / 6) * slo:error_budget:ratio)`,…
    scenario.stored(
        'slo:error_ratio:rate3d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnCreeping").fired


def test_slo_burn_creeping_fires_at_the_threshold_3(scenario: Scenario) -> None:
    # Just within `sum_over_time(slo:failures:rate5m[3d]) * 30 >= 10`, by slo:failures:rate5m.
    scenario.stored(
        'slo:error_ratio:rate3d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0.0834x3", every="2m"
    )
    scenario.run("6m")
    assert scenario.alert("SloBurnCreeping").fired_at == "6m"


def test_slo_burn_creeping_stays_silent_at_the_threshold_3(scenario: Scenario) -> None:
    # Just outside of `sum_over_time(slo:failures:rate5m[3d]) * 30 >= 10`, by slo:failures:rate5m.
    scenario.stored(
        'slo:error_ratio:rate3d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0.0833x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnCreeping").fired


def test_slo_burn_creeping_stays_silent_without_slo_error_ratio_rate3d(scenario: Scenario) -> None:
    # Without slo:error_ratio:rate3d.
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnCreeping").fired


def test_slo_burn_creeping_stays_silent_without_slo_error_budget_ratio(scenario: Scenario) -> None:
    # Without slo:error_budget:ratio.
    scenario.stored(
        'slo:error_ratio:rate3d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnCreeping").fired


def test_slo_burn_creeping_stays_silent_without_slo_error_ratio_rate6h(scenario: Scenario) -> None:
    # Without slo:error_ratio:rate6h.
    scenario.stored(
        'slo:error_ratio:rate3d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:failures:rate5m{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnCreeping").fired


def test_slo_burn_creeping_stays_silent_without_slo_failures_rate5m(scenario: Scenario) -> None:
    # Without slo:failures:rate5m.
    scenario.stored(
        'slo:error_ratio:rate3d{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.stored(
        'slo:error_budget:ratio{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "0x3", every="2m"
    )
    scenario.stored(
        'slo:error_ratio:rate6h{rt_route="rt_route-1", service="gateway", slo="slo-1"}', "1x3", every="2m"
    )
    scenario.run("6m")
    assert not scenario.alert("SloBurnCreeping").fired


def test_slo_data_missing_fires(scenario: Scenario) -> None:
    # 1 sample is enough.
    scenario.stored('slo:requests:rate5m{service="gateway"}', "1x1 stale", every="2m")
    scenario.run("6h3m")
    assert scenario.alert("SloDataMissing").fired_at == "19m"
    assert scenario.alert("SloDataMissing").ended_at == "6h2m30s"


def test_slo_data_missing_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('slo:requests:rate5m{service="gateway"}', "1x1 stale", every="2m")
    scenario.run("21m")
    assert scenario.alert("SloDataMissing").fired_at == "19m"
    assert scenario.alert("SloDataMissing").instances == [
        {"alertname": "SloDataMissing", "service": "gateway", "severity": "warning"}
    ]
    told = scenario.discord.of("SloDataMissing")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_slo_data_missing_stays_silent_with_lasting_slo_requests_rate5m(scenario: Scenario) -> None:
    # With lasting slo:requests:rate5m.
    scenario.stored('slo:requests:rate5m{service="gateway"}', "1x10", every="2m")
    scenario.run("20m")
    assert not scenario.alert("SloDataMissing").fired
