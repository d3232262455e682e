"""The smallest series that fire the alerts of logs, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_promtail_dropping_logs_fires(scenario: Scenario) -> None:
    # 3 samples are enough.
    scenario.stored(
        'promtail_dropped_entries_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="reason-1"}',
        "0+0.003x2 stale",
    )
    scenario.run("6m30s")
    assert scenario.alert("PromtailDroppingLogs").fired_at == "5m30s"
    assert scenario.alert("PromtailDroppingLogs").ended_at == "6m"


def test_promtail_dropping_logs_ends_too_early(scenario: Scenario) -> None:
    # 2 samples are not enough.
    scenario.stored(
        'promtail_dropped_entries_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="reason-1"}',
        "0+0.003x1 stale",
    )
    scenario.run("6m30s")
    assert not scenario.alert("PromtailDroppingLogs").fired


def test_promtail_dropping_logs_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'promtail_dropped_entries_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="reason-1"}',
        "0+0.003x15",
    )
    scenario.run("7m30s")
    assert scenario.alert("PromtailDroppingLogs").fired_at == "5m30s"
    assert scenario.alert("PromtailDroppingLogs").instances == [
        {
            "alertname": "PromtailDroppingLogs",
            "namespace": "gateway",
            "owner": "platform",
            "pod": "gateway-7d9c5b8f6-x2x4q",
            "reason": "reason-1",
            "service": "promtail",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("PromtailDroppingLogs")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_promtail_dropping_logs_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, pod, reason) (rate(promtail_dropped_entries_total[5m])) > 0`, by …
    scenario.stored(
        'promtail_dropped_entries_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="reason-1"}',
        "0+0x20",
    )
    scenario.run("10m")
    assert not scenario.alert("PromtailDroppingLogs").fired


def test_promtail_file_lagging_fires(scenario: Scenario) -> None:
    # 31 samples are enough.
    scenario.stored(
        'promtail_file_bytes_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}', "5010000x30 stale"
    )
    scenario.stored(
        'promtail_read_bytes_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}', "1x30 stale"
    )
    scenario.run("16m")
    assert scenario.alert("PromtailFileLagging").fired_at == "15m"
    assert scenario.alert("PromtailFileLagging").ended_at == "15m30s"


def test_promtail_file_lagging_ends_too_early(scenario: Scenario) -> None:
    # 30 samples are not enough.
    scenario.stored(
        'promtail_file_bytes_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}', "5010000x29 stale"
    )
    scenario.stored(
        'promtail_read_bytes_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}', "1x29 stale"
    )
    scenario.run("16m")
    assert not scenario.alert("PromtailFileLagging").fired


def test_promtail_file_lagging_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'promtail_file_bytes_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}', "5010000x34"
    )
    scenario.stored('promtail_read_bytes_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}', "1x34")
    scenario.run("17m")
    assert scenario.alert("PromtailFileLagging").fired_at == "15m"
    assert scenario.alert("PromtailFileLagging").instances == [
        {
            "alertname": "PromtailFileLagging",
            "namespace": "gateway",
            "owner": "platform",
            "pod": "gateway-7d9c5b8f6-x2x4q",
            "service": "promtail",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("PromtailFileLagging")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_promtail_file_lagging_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, pod) (promtail_file_bytes_total) - sum by (namespace, pod) (promt…
    scenario.stored(
        'promtail_file_bytes_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}', "5000000x40"
    )
    scenario.stored('promtail_read_bytes_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}', "1x40")
    scenario.run("20m")
    assert not scenario.alert("PromtailFileLagging").fired


def test_promtail_file_lagging_stays_silent_without_promtail_file_bytes_total(scenario: Scenario) -> None:
    # Without promtail_file_bytes_total.
    scenario.stored('promtail_read_bytes_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}', "1x40")
    scenario.run("20m")
    assert not scenario.alert("PromtailFileLagging").fired


def test_promtail_file_lagging_stays_silent_without_promtail_read_bytes_total(scenario: Scenario) -> None:
    # Without promtail_read_bytes_total.
    scenario.stored(
        'promtail_file_bytes_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}', "10000000x40"
    )
    scenario.run("20m")
    assert not scenario.alert("PromtailFileLagging").fired


def test_loki_request_errors_fires(scenario: Scenario) -> None:
    # 40 samples are enough.
    scenario.stored(
        'loki_request_duration_seconds_count{route="route-1", status_code="500"}', "0+1.503x39 stale"
    )
    scenario.run("21m")
    assert scenario.alert("LokiRequestErrors").fired_at == "20m"
    assert scenario.alert("LokiRequestErrors").ended_at == "20m30s"


def test_loki_request_errors_ends_too_early(scenario: Scenario) -> None:
    # 39 samples are not enough.
    scenario.stored(
        'loki_request_duration_seconds_count{route="route-1", status_code="500"}', "0+1.503x38 stale"
    )
    scenario.run("21m")
    assert not scenario.alert("LokiRequestErrors").fired


def test_loki_request_errors_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('loki_request_duration_seconds_count{route="route-1", status_code="500"}', "0+1.503x44")
    scenario.run("22m")
    assert scenario.alert("LokiRequestErrors").fired_at == "20m"
    assert scenario.alert("LokiRequestErrors").instances == [
        {
            "alertname": "LokiRequestErrors",
            "owner": "platform",
            "route": "route-1",
            "service": "loki",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("LokiRequestErrors")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_loki_request_errors_fires_at_the_threshold_1(scenario: Scenario) -> None:
    # Just within `sum by (route) (rate(loki_request_duration_seconds_count{status_code=~"5.."}[5m])) / sum…
    scenario.stored('loki_request_duration_seconds_count{route="route-1", status_code="500"}', "0+30.3x40")
    scenario.stored('loki_request_duration_seconds_count{route="route-1"}', "0+269.7x40")
    scenario.run("20m")
    assert scenario.alert("LokiRequestErrors").fired_at == "15m30s"


def test_loki_request_errors_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `sum by (route) (rate(loki_request_duration_seconds_count{status_code=~"5.."}[5m])) /…
    scenario.stored('loki_request_duration_seconds_count{route="route-1", status_code="500"}', "0+30x40")
    scenario.stored('loki_request_duration_seconds_count{route="route-1"}', "0+270x40")
    scenario.run("20m")
    assert not scenario.alert("LokiRequestErrors").fired


def test_loki_request_errors_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `sum by (route) (rate(loki_request_duration_seconds_count[5m])) > 0.05`, by loki_requ…
    scenario.stored('loki_request_duration_seconds_count{route="route-1", status_code="500"}', "0+1.5x40")
    scenario.run("20m")
    assert not scenario.alert("LokiRequestErrors").fired


def test_loki_discarding_logs_fires(scenario: Scenario) -> None:
    # 13 samples are enough.
    scenario.stored('loki_discarded_samples_total{reason="reason-1"}', "0+0.003x12 stale")
    scenario.run("11m30s")
    assert scenario.alert("LokiDiscardingLogs").fired_at == "10m30s"
    assert scenario.alert("LokiDiscardingLogs").ended_at == "11m"


def test_loki_discarding_logs_ends_too_early(scenario: Scenario) -> None:
    # 12 samples are not enough.
    scenario.stored('loki_discarded_samples_total{reason="reason-1"}', "0+0.003x11 stale")
    scenario.run("11m30s")
    assert not scenario.alert("LokiDiscardingLogs").fired


def test_loki_discarding_logs_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('loki_discarded_samples_total{reason="reason-1"}', "0+0.003x25")
    scenario.run("12m30s")
    assert scenario.alert("LokiDiscardingLogs").fired_at == "10m30s"
    assert scenario.alert("LokiDiscardingLogs").instances == [
        {
            "alertname": "LokiDiscardingLogs",
            "owner": "platform",
            "reason": "reason-1",
            "service": "loki",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("LokiDiscardingLogs")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_loki_discarding_logs_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (reason) (rate(loki_discarded_samples_total[5m])) > 0`, by loki_discarded_sam…
    scenario.stored('loki_discarded_samples_total{reason="reason-1"}', "0+0x30")
    scenario.run("15m")
    assert not scenario.alert("LokiDiscardingLogs").fired


def test_loki_canary_missing_logs_fires(scenario: Scenario) -> None:
    # 2 samples are enough.
    scenario.stored("loki_canary_missing_entries_total", "0+0.003x1 stale")
    scenario.run("16m")
    assert scenario.alert("LokiCanaryMissingLogs").fired_at == "5m30s"
    assert scenario.alert("LokiCanaryMissingLogs").ended_at == "15m30s"


def test_loki_canary_missing_logs_ends_too_early(scenario: Scenario) -> None:
    # 1 sample is not enough.
    scenario.stored("loki_canary_missing_entries_total", "0+0.003x0 stale")
    scenario.run("16m")
    assert not scenario.alert("LokiCanaryMissingLogs").fired


def test_loki_canary_missing_logs_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored("loki_canary_missing_entries_total", "0+0.003x15")
    scenario.run("7m30s")
    assert scenario.alert("LokiCanaryMissingLogs").fired_at == "5m30s"
    assert scenario.alert("LokiCanaryMissingLogs").instances == [
        {"alertname": "LokiCanaryMissingLogs", "owner": "platform", "service": "loki", "severity": "warning"}
    ]
    told = scenario.discord.of("LokiCanaryMissingLogs")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_loki_canary_missing_logs_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum (increase(loki_canary_missing_entries_total[15m])) > 0`, by loki_canary_missing_…
    scenario.stored("loki_canary_missing_entries_total", "0+0x20")
    scenario.run("10m")
    assert not scenario.alert("LokiCanaryMissingLogs").fired
