"""The smallest series that fire the alerts of monitoring, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_discord_notifications_failing_fires(scenario: Scenario) -> None:
    # 2 samples are enough.
    scenario.stored(
        'alertmanager_notifications_failed_total{integration="discord", reason="reason-1"}', "0+0.003x1 stale"
    )
    scenario.run("31m")
    assert scenario.alert("DiscordNotificationsFailing").fired_at == "30s"
    assert scenario.alert("DiscordNotificationsFailing").ended_at == "30m30s"


def test_discord_notifications_failing_ends_too_early(scenario: Scenario) -> None:
    # 1 sample is not enough.
    scenario.stored(
        'alertmanager_notifications_failed_total{integration="discord", reason="reason-1"}', "0+0.003x0 stale"
    )
    scenario.run("31m")
    assert not scenario.alert("DiscordNotificationsFailing").fired


def test_discord_notifications_failing_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'alertmanager_notifications_failed_total{integration="discord", reason="reason-1"}', "0+0.003x5"
    )
    scenario.run("2m30s")
    assert scenario.alert("DiscordNotificationsFailing").fired_at == "30s"
    assert scenario.alert("DiscordNotificationsFailing").instances == [
        {
            "alertname": "DiscordNotificationsFailing",
            "integration": "discord",
            "owner": "platform",
            "reason": "reason-1",
            "service": "alertmanager",
            "severity": "critical",
        }
    ]
    told = scenario.discord.of("DiscordNotificationsFailing")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_discord_notifications_failing_fires_for_each_integration(scenario: Scenario) -> None:
    # Each of 2 by itself.
    scenario.stored(
        'alertmanager_notifications_failed_total{integration="discord", reason="reason-1"}', "0+0.003x10"
    )
    scenario.stored(
        'alertmanager_notifications_failed_total{integration="slack", reason="reason-1"}', "0+0.003x10"
    )
    scenario.run("5m")
    assert scenario.alert("DiscordNotificationsFailing").fired_at == "30s"
    assert len(scenario.alert("DiscordNotificationsFailing").instances) == 2


def test_discord_notifications_failing_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (integration, reason) (increase(alertmanager_notifications_failed_total{integ…
    scenario.stored(
        'alertmanager_notifications_failed_total{integration="discord", reason="reason-1"}', "0+0x10"
    )
    scenario.run("5m")
    assert not scenario.alert("DiscordNotificationsFailing").fired


def test_grafana_requests_failing_fires(scenario: Scenario) -> None:
    # 30 samples are enough.
    scenario.stored(
        'grafana_http_request_duration_seconds_count{handler="handler-1", status_code="500"}',
        "0+1.503x29 stale",
    )
    scenario.run("16m")
    assert scenario.alert("GrafanaRequestsFailing").fired_at == "15m"
    assert scenario.alert("GrafanaRequestsFailing").ended_at == "15m30s"


def test_grafana_requests_failing_ends_too_early(scenario: Scenario) -> None:
    # 29 samples are not enough.
    scenario.stored(
        'grafana_http_request_duration_seconds_count{handler="handler-1", status_code="500"}',
        "0+1.503x28 stale",
    )
    scenario.run("16m")
    assert not scenario.alert("GrafanaRequestsFailing").fired


def test_grafana_requests_failing_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'grafana_http_request_duration_seconds_count{handler="handler-1", status_code="500"}', "0+1.503x34"
    )
    scenario.run("17m")
    assert scenario.alert("GrafanaRequestsFailing").fired_at == "15m"
    assert scenario.alert("GrafanaRequestsFailing").instances == [
        {
            "alertname": "GrafanaRequestsFailing",
            "handler": "handler-1",
            "owner": "platform",
            "service": "grafana",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("GrafanaRequestsFailing")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_grafana_requests_failing_fires_at_the_threshold_1(scenario: Scenario) -> None:
    # Just within `sum by (handler) (rate(grafana_http_request_duration_seconds_count{status_code=~"5.."}[5…
    scenario.stored(
        'grafana_http_request_duration_seconds_count{handler="handler-1", status_code="500"}', "0+30.3x30"
    )
    scenario.stored('grafana_http_request_duration_seconds_count{handler="handler-1"}', "0+269.7x30")
    scenario.run("15m")
    assert scenario.alert("GrafanaRequestsFailing").fired_at == "10m30s"


def test_grafana_requests_failing_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `sum by (handler) (rate(grafana_http_request_duration_seconds_count{status_code=~"5..…
    scenario.stored(
        'grafana_http_request_duration_seconds_count{handler="handler-1", status_code="500"}', "0+30x30"
    )
    scenario.stored('grafana_http_request_duration_seconds_count{handler="handler-1"}', "0+270x30")
    scenario.run("15m")
    assert not scenario.alert("GrafanaRequestsFailing").fired


def test_grafana_requests_failing_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `sum by (handler) (rate(grafana_http_request_duration_seconds_count[5m])) > 0.05`, by…
    scenario.stored(
        'grafana_http_request_duration_seconds_count{handler="handler-1", status_code="500"}', "0+1.5x30"
    )
    scenario.run("15m")
    assert not scenario.alert("GrafanaRequestsFailing").fired


def test_grafana_datasource_errors_fires(scenario: Scenario) -> None:
    # 30 samples are enough.
    scenario.stored(
        'grafana_datasource_request_total{code="500", datasource="datasource-1"}', "0+1.503x29 stale"
    )
    scenario.run("16m")
    assert scenario.alert("GrafanaDatasourceErrors").fired_at == "15m"
    assert scenario.alert("GrafanaDatasourceErrors").ended_at == "15m30s"


def test_grafana_datasource_errors_ends_too_early(scenario: Scenario) -> None:
    # 29 samples are not enough.
    scenario.stored(
        'grafana_datasource_request_total{code="500", datasource="datasource-1"}', "0+1.503x28 stale"
    )
    scenario.run("16m")
    assert not scenario.alert("GrafanaDatasourceErrors").fired


def test_grafana_datasource_errors_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('grafana_datasource_request_total{code="500", datasource="datasource-1"}', "0+1.503x34")
    scenario.run("17m")
    assert scenario.alert("GrafanaDatasourceErrors").fired_at == "15m"
    assert scenario.alert("GrafanaDatasourceErrors").instances == [
        {
            "alertname": "GrafanaDatasourceErrors",
            "datasource": "datasource-1",
            "owner": "platform",
            "service": "grafana",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("GrafanaDatasourceErrors")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_grafana_datasource_errors_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (datasource) (rate(grafana_datasource_request_total{code=~"5.."}[5m])) > 0.05…
    scenario.stored('grafana_datasource_request_total{code="500", datasource="datasource-1"}', "0+1.5x30")
    scenario.run("15m")
    assert not scenario.alert("GrafanaDatasourceErrors").fired


def test_prometheus_series_high_fires(scenario: Scenario) -> None:
    # 31 samples are enough.
    scenario.stored('prometheus_tsdb_head_series{pod="gateway-7d9c5b8f6-x2x4q"}', "301000x30 stale")
    scenario.run("16m")
    assert scenario.alert("PrometheusSeriesHigh").fired_at == "15m"
    assert scenario.alert("PrometheusSeriesHigh").ended_at == "15m30s"


def test_prometheus_series_high_ends_too_early(scenario: Scenario) -> None:
    # 30 samples are not enough.
    scenario.stored('prometheus_tsdb_head_series{pod="gateway-7d9c5b8f6-x2x4q"}', "301000x29 stale")
    scenario.run("16m")
    assert not scenario.alert("PrometheusSeriesHigh").fired


def test_prometheus_series_high_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('prometheus_tsdb_head_series{pod="gateway-7d9c5b8f6-x2x4q"}', "301000x34")
    scenario.run("17m")
    assert scenario.alert("PrometheusSeriesHigh").fired_at == "15m"
    assert scenario.alert("PrometheusSeriesHigh").instances == [
        {
            "alertname": "PrometheusSeriesHigh",
            "owner": "platform",
            "pod": "gateway-7d9c5b8f6-x2x4q",
            "service": "prometheus",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("PrometheusSeriesHigh")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_prometheus_series_high_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (pod) (prometheus_tsdb_head_series) > 300000`, by prometheus_tsdb_head_series.
    scenario.stored('prometheus_tsdb_head_series{pod="gateway-7d9c5b8f6-x2x4q"}', "300000x40")
    scenario.run("20m")
    assert not scenario.alert("PrometheusSeriesHigh").fired
