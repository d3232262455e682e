"""The smallest series that fire the alerts of spring, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_spring_errors_widespread_fires(scenario: Scenario) -> None:
    # 2 samples are enough.
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x1 stale",
    )
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway-2", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x1 stale",
    )
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway-3", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x1 stale",
    )
    scenario.run("11m")
    assert scenario.alert("SpringErrorsWidespread").fired_at == "1m"
    assert scenario.alert("SpringErrorsWidespread").ended_at == "10m30s"
    assert len(scenario.alert("SpringErrorsWidespread").instances) == 3


def test_spring_errors_widespread_ends_too_early(scenario: Scenario) -> None:
    # 1 sample is not enough.
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x0 stale",
    )
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway-2", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x0 stale",
    )
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway-3", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x0 stale",
    )
    scenario.run("11m")
    assert not scenario.alert("SpringErrorsWidespread").fired


def test_spring_errors_widespread_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x6",
    )
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway-2", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x6",
    )
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway-3", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x6",
    )
    scenario.run("3m")
    assert scenario.alert("SpringErrorsWidespread").fired_at == "1m"
    assert len(scenario.alert("SpringErrorsWidespread").instances) == 3
    told = scenario.discord.of("SpringErrorsWidespread")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_spring_errors_widespread_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `count( sum by (namespace) (increase(promtail_custom_spring_error_logs_total[5m])) > …
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x11",
    )
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway-2", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x11",
    )
    scenario.run("5m30s")
    assert not scenario.alert("SpringErrorsWidespread").fired


def test_spring_error_storm_fires(scenario: Scenario) -> None:
    # 2 samples are enough.
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x1 stale",
    )
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q-2"}',
        "0+30x1 stale",
    )
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q-3"}',
        "0+30x1 stale",
    )
    scenario.run("6m30s")
    assert scenario.alert("SpringErrorStorm").fired_at == "1m"
    assert scenario.alert("SpringErrorStorm").ended_at == "6m"


def test_spring_error_storm_ends_too_early(scenario: Scenario) -> None:
    # 1 sample is not enough.
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x0 stale",
    )
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q-2"}',
        "0+30x0 stale",
    )
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q-3"}',
        "0+30x0 stale",
    )
    scenario.run("6m30s")
    assert not scenario.alert("SpringErrorStorm").fired


def test_spring_error_storm_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x6",
    )
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q-2"}',
        "0+30x6",
    )
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q-3"}',
        "0+30x6",
    )
    scenario.run("3m")
    assert scenario.alert("SpringErrorStorm").fired_at == "1m"
    assert scenario.alert("SpringErrorStorm").instances == [
        {
            "alertname": "SpringErrorStorm",
            "namespace": "gateway",
            "service": "gateway",
            "severity": "critical",
        }
    ]
    told = scenario.discord.of("SpringErrorStorm")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_spring_error_storm_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `count by (namespace) ( sum by (namespace, pod) (increase(promtail_custom_spring_erro…
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x11",
    )
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q-2"}',
        "0+30x11",
    )
    scenario.run("5m30s")
    assert not scenario.alert("SpringErrorStorm").fired


def test_spring_error_logs_detected_fires_by_branch_1(scenario: Scenario) -> None:
    # 2 samples are enough.
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+0.003x1 stale",
    )
    scenario.run("6m")
    assert scenario.alert("SpringErrorLogsDetected").fired_at == "1m30s"
    assert scenario.alert("SpringErrorLogsDetected").ended_at == "5m30s"


def test_spring_error_logs_detected_ends_too_early_by_branch_1(scenario: Scenario) -> None:
    # 1 sample is not enough.
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+0.003x0 stale",
    )
    scenario.run("6m")
    assert not scenario.alert("SpringErrorLogsDetected").fired


def test_spring_error_logs_detected_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+0.003x7",
    )
    scenario.run("3m30s")
    assert scenario.alert("SpringErrorLogsDetected").fired_at == "1m30s"
    assert scenario.alert("SpringErrorLogsDetected").instances == [
        {
            "alertname": "SpringErrorLogsDetected",
            "namespace": "gateway",
            "pod": "gateway-7d9c5b8f6-x2x4q",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("SpringErrorLogsDetected")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_spring_error_logs_detected_stays_silent_at_the_threshold_by_branch_1(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, pod) (increase(promtail_custom_spring_error_logs_total[5m])) > 0`…
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+0x12",
    )
    scenario.run("6m")
    assert not scenario.alert("SpringErrorLogsDetected").fired


def test_spring_error_logs_detected_fires_by_branch_2(scenario: Scenario) -> None:
    # 3 samples are enough.
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1+0x2 stale",
    )
    scenario.run("2m")
    assert scenario.alert("SpringErrorLogsDetected").fired_at == "1m"
    assert scenario.alert("SpringErrorLogsDetected").ended_at == "1m30s"


def test_spring_error_logs_detected_ends_too_early_by_branch_2(scenario: Scenario) -> None:
    # 2 samples are not enough.
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1+0x1 stale",
    )
    scenario.run("2m")
    assert not scenario.alert("SpringErrorLogsDetected").fired


def test_spring_error_logs_detected_stays_silent_at_the_threshold_by_branch_2(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, pod) (promtail_custom_spring_error_logs_total unless promtail_cus…
    scenario.stored(
        'promtail_custom_spring_error_logs_total{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1-30x12",
    )
    scenario.run("6m")
    assert not scenario.alert("SpringErrorLogsDetected").fired


def test_service_high_error_rate_fires(scenario: Scenario) -> None:
    # 20 samples are enough.
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", outcome="SERVER_ERROR", service="gateway"}',
        "0+1.503x19 stale",
    )
    scenario.run("11m")
    assert scenario.alert("ServiceHighErrorRate").fired_at == "10m"
    assert scenario.alert("ServiceHighErrorRate").ended_at == "10m30s"


def test_service_high_error_rate_ends_too_early(scenario: Scenario) -> None:
    # 19 samples are not enough.
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", outcome="SERVER_ERROR", service="gateway"}',
        "0+1.503x18 stale",
    )
    scenario.run("11m")
    assert not scenario.alert("ServiceHighErrorRate").fired


def test_service_high_error_rate_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", outcome="SERVER_ERROR", service="gateway"}',
        "0+1.503x24",
    )
    scenario.run("12m")
    assert scenario.alert("ServiceHighErrorRate").fired_at == "10m"
    assert scenario.alert("ServiceHighErrorRate").instances == [
        {
            "alertname": "ServiceHighErrorRate",
            "namespace": "gateway",
            "owner": "backend",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("ServiceHighErrorRate")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_service_high_error_rate_fires_for_each_service(scenario: Scenario) -> None:
    # Each of 6 by itself.
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", outcome="SERVER_ERROR", service="community"}',
        "0+1.503x20",
    )
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", outcome="SERVER_ERROR", service="study"}',
        "0+1.503x20",
    )
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", outcome="SERVER_ERROR", service="user"}',
        "0+1.503x20",
    )
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", outcome="SERVER_ERROR", service="store"}',
        "0+1.503x20",
    )
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", outcome="SERVER_ERROR", service="gateway"}',
        "0+1.503x20",
    )
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", outcome="SERVER_ERROR", service="eureka"}',
        "0+1.503x20",
    )
    scenario.run("10m")
    assert scenario.alert("ServiceHighErrorRate").fired_at == "10m"
    assert len(scenario.alert("ServiceHighErrorRate").instances) == 6


def test_service_high_error_rate_fires_at_the_threshold_1(scenario: Scenario) -> None:
    # Just within `sum by (namespace, service) (rate(http_server_requests_seconds_count{service=~"community…
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", outcome="SERVER_ERROR", service="gateway"}',
        "0+15.03x20",
    )
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", service="gateway"}', "0+284.97x20"
    )
    scenario.run("10m")
    assert scenario.alert("ServiceHighErrorRate").fired_at == "5m30s"


def test_service_high_error_rate_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, service) (rate(http_server_requests_seconds_count{service=~"commu…
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", outcome="SERVER_ERROR", service="gateway"}',
        "0+15x20",
    )
    scenario.stored('http_server_requests_seconds_count{namespace="gateway", service="gateway"}', "0+285x20")
    scenario.run("10m")
    assert not scenario.alert("ServiceHighErrorRate").fired


def test_service_high_error_rate_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, service) (rate(http_server_requests_seconds_count{service=~"commu…
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", outcome="SERVER_ERROR", service="gateway"}',
        "0+1.5x20",
    )
    scenario.run("10m")
    assert not scenario.alert("ServiceHighErrorRate").fired


def test_service_slow_responses_fires(scenario: Scenario) -> None:
    # 13 samples are enough.
    scenario.stored(
        'http_server_requests_seconds_sum{namespace="gateway", service="gateway"}', "0+30.3x12 stale"
    )
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", service="gateway"}', "0+30x12 stale"
    )
    scenario.run("11m30s")
    assert scenario.alert("ServiceSlowResponses").fired_at == "10m30s"
    assert scenario.alert("ServiceSlowResponses").ended_at == "11m"


def test_service_slow_responses_ends_too_early(scenario: Scenario) -> None:
    # 12 samples are not enough.
    scenario.stored(
        'http_server_requests_seconds_sum{namespace="gateway", service="gateway"}', "0+30.3x11 stale"
    )
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", service="gateway"}', "0+30x11 stale"
    )
    scenario.run("11m30s")
    assert not scenario.alert("ServiceSlowResponses").fired


def test_service_slow_responses_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('http_server_requests_seconds_sum{namespace="gateway", service="gateway"}', "0+30.3x25")
    scenario.stored('http_server_requests_seconds_count{namespace="gateway", service="gateway"}', "0+30x25")
    scenario.run("12m30s")
    assert scenario.alert("ServiceSlowResponses").fired_at == "10m30s"
    assert scenario.alert("ServiceSlowResponses").instances == [
        {
            "alertname": "ServiceSlowResponses",
            "namespace": "gateway",
            "owner": "backend",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("ServiceSlowResponses")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_service_slow_responses_fires_for_each_service(scenario: Scenario) -> None:
    # Each of 6 by itself.
    scenario.stored('http_server_requests_seconds_sum{namespace="gateway", service="community"}', "0+30.3x30")
    scenario.stored('http_server_requests_seconds_count{namespace="gateway", service="community"}', "0+30x30")
    scenario.stored('http_server_requests_seconds_sum{namespace="gateway", service="study"}', "0+30.3x30")
    scenario.stored('http_server_requests_seconds_count{namespace="gateway", service="study"}', "0+30x30")
    scenario.stored('http_server_requests_seconds_sum{namespace="gateway", service="user"}', "0+30.3x30")
    scenario.stored('http_server_requests_seconds_count{namespace="gateway", service="user"}', "0+30x30")
    scenario.stored('http_server_requests_seconds_sum{namespace="gateway", service="store"}', "0+30.3x30")
    scenario.stored('http_server_requests_seconds_count{namespace="gateway", service="store"}', "0+30x30")
    scenario.stored('http_server_requests_seconds_sum{namespace="gateway", service="gateway"}', "0+30.3x30")
    scenario.stored('http_server_requests_seconds_count{namespace="gateway", service="gateway"}', "0+30x30")
    scenario.stored('http_server_requests_seconds_sum{namespace="gateway", service="eureka"}', "0+30.3x30")
    scenario.stored('http_server_requests_seconds_count{namespace="gateway", service="eureka"}', "0+30x30")
    scenario.run("15m")
    assert scenario.alert("ServiceSlowResponses").fired_at == "10m30s"
    assert len(scenario.alert("ServiceSlowResponses").instances) == 6


def test_service_slow_responses_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, service) (rate(http_server_requests_seconds_sum{service=~"communi…
    scenario.stored('http_server_requests_seconds_sum{namespace="gateway", service="gateway"}', "0+30x30")
    scenario.stored('http_server_requests_seconds_count{namespace="gateway", service="gateway"}', "0+30x30")
    scenario.run("15m")
    assert not scenario.alert("ServiceSlowResponses").fired


def test_service_slow_responses_fires_at_the_threshold_2(scenario: Scenario) -> None:
    # Just within `sum by (namespace, service) (rate(http_server_requests_seconds_count{service=~"community…
    scenario.stored('http_server_requests_seconds_sum{namespace="gateway", service="gateway"}', "0+60x30")
    scenario.stored(
        'http_server_requests_seconds_count{namespace="gateway", service="gateway"}', "0+0.003x30"
    )
    scenario.run("15m")
    assert scenario.alert("ServiceSlowResponses").fired_at == "10m30s"


def test_service_slow_responses_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, service) (rate(http_server_requests_seconds_count{service=~"commu…
    scenario.stored('http_server_requests_seconds_sum{namespace="gateway", service="gateway"}', "0+60x30")
    scenario.stored('http_server_requests_seconds_count{namespace="gateway", service="gateway"}', "0+0x30")
    scenario.run("15m")
    assert not scenario.alert("ServiceSlowResponses").fired


def test_service_slow_responses_stays_silent_without_http_server_requests_seconds_sum(
    scenario: Scenario,
) -> None:
    # Without http_server_requests_seconds_sum.
    scenario.stored('http_server_requests_seconds_count{namespace="gateway", service="gateway"}', "0+30x30")
    scenario.run("15m")
    assert not scenario.alert("ServiceSlowResponses").fired


def test_service_slow_responses_stays_silent_without_http_server_requests_seconds_count(
    scenario: Scenario,
) -> None:
    # Without http_server_requests_seconds_count.
    scenario.stored('http_server_requests_seconds_sum{namespace="gateway", service="gateway"}', "0+60x30")
    scenario.run("15m")
    assert not scenario.alert("ServiceSlowResponses").fired


def test_jvm_heap_nearly_full_fires(scenario: Scenario) -> None:
    # 21 samples are enough.
    scenario.stored(
        'jvm_memory_usage_after_gc{area="heap", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="gateway"}',
        "0.901x20 stale",
    )
    scenario.run("11m")
    assert scenario.alert("JvmHeapNearlyFull").fired_at == "10m"
    assert scenario.alert("JvmHeapNearlyFull").ended_at == "10m30s"


def test_jvm_heap_nearly_full_ends_too_early(scenario: Scenario) -> None:
    # 20 samples are not enough.
    scenario.stored(
        'jvm_memory_usage_after_gc{area="heap", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="gateway"}',
        "0.901x19 stale",
    )
    scenario.run("11m")
    assert not scenario.alert("JvmHeapNearlyFull").fired


def test_jvm_heap_nearly_full_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'jvm_memory_usage_after_gc{area="heap", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="gateway"}',
        "0.901x24",
    )
    scenario.run("12m")
    assert scenario.alert("JvmHeapNearlyFull").fired_at == "10m"
    assert scenario.alert("JvmHeapNearlyFull").instances == [
        {
            "alertname": "JvmHeapNearlyFull",
            "namespace": "gateway",
            "owner": "backend",
            "pod": "gateway-7d9c5b8f6-x2x4q",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("JvmHeapNearlyFull")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_jvm_heap_nearly_full_fires_for_each_service(scenario: Scenario) -> None:
    # Each of 6 by itself.
    scenario.stored(
        'jvm_memory_usage_after_gc{area="heap", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="community"}',
        "0.901x30",
    )
    scenario.stored(
        'jvm_memory_usage_after_gc{area="heap", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="study"}',
        "0.901x30",
    )
    scenario.stored(
        'jvm_memory_usage_after_gc{area="heap", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="user"}',
        "0.901x30",
    )
    scenario.stored(
        'jvm_memory_usage_after_gc{area="heap", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="store"}',
        "0.901x30",
    )
    scenario.stored(
        'jvm_memory_usage_after_gc{area="heap", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="gateway"}',
        "0.901x30",
    )
    scenario.stored(
        'jvm_memory_usage_after_gc{area="heap", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="eureka"}',
        "0.901x30",
    )
    scenario.run("15m")
    assert scenario.alert("JvmHeapNearlyFull").fired_at == "10m"
    assert len(scenario.alert("JvmHeapNearlyFull").instances) == 6


def test_jvm_heap_nearly_full_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (namespace, service, pod) (jvm_memory_usage_after_gc{area="heap", service=~"c…
    scenario.stored(
        'jvm_memory_usage_after_gc{area="heap", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="gateway"}',
        "0.9x30",
    )
    scenario.run("15m")
    assert not scenario.alert("JvmHeapNearlyFull").fired


def test_jvm_gc_overhead_high_fires(scenario: Scenario) -> None:
    # 21 samples are enough.
    scenario.stored(
        'jvm_gc_overhead{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="gateway"}',
        "0.201x20 stale",
    )
    scenario.run("11m")
    assert scenario.alert("JvmGcOverheadHigh").fired_at == "10m"
    assert scenario.alert("JvmGcOverheadHigh").ended_at == "10m30s"


def test_jvm_gc_overhead_high_ends_too_early(scenario: Scenario) -> None:
    # 20 samples are not enough.
    scenario.stored(
        'jvm_gc_overhead{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="gateway"}',
        "0.201x19 stale",
    )
    scenario.run("11m")
    assert not scenario.alert("JvmGcOverheadHigh").fired


def test_jvm_gc_overhead_high_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'jvm_gc_overhead{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="gateway"}', "0.201x24"
    )
    scenario.run("12m")
    assert scenario.alert("JvmGcOverheadHigh").fired_at == "10m"
    assert scenario.alert("JvmGcOverheadHigh").instances == [
        {
            "alertname": "JvmGcOverheadHigh",
            "namespace": "gateway",
            "owner": "backend",
            "pod": "gateway-7d9c5b8f6-x2x4q",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("JvmGcOverheadHigh")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_jvm_gc_overhead_high_fires_for_each_service(scenario: Scenario) -> None:
    # Each of 6 by itself.
    scenario.stored(
        'jvm_gc_overhead{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="community"}', "0.201x30"
    )
    scenario.stored(
        'jvm_gc_overhead{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="study"}', "0.201x30"
    )
    scenario.stored(
        'jvm_gc_overhead{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="user"}', "0.201x30"
    )
    scenario.stored(
        'jvm_gc_overhead{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="store"}', "0.201x30"
    )
    scenario.stored(
        'jvm_gc_overhead{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="gateway"}', "0.201x30"
    )
    scenario.stored(
        'jvm_gc_overhead{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="eureka"}', "0.201x30"
    )
    scenario.run("15m")
    assert scenario.alert("JvmGcOverheadHigh").fired_at == "10m"
    assert len(scenario.alert("JvmGcOverheadHigh").instances) == 6


def test_jvm_gc_overhead_high_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (namespace, service, pod) (jvm_gc_overhead{service=~"community|study|user|sto…
    scenario.stored(
        'jvm_gc_overhead{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", service="gateway"}', "0.2x30"
    )
    scenario.run("15m")
    assert not scenario.alert("JvmGcOverheadHigh").fired


def test_hikari_pool_exhausted_fires(scenario: Scenario) -> None:
    # 5 samples are enough.
    scenario.stored(
        'hikaricp_connections_pending{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", pool="pool-1", service="gateway"}',
        "0.0001x4 stale",
    )
    scenario.run("3m")
    assert scenario.alert("HikariPoolExhausted").fired_at == "2m"
    assert scenario.alert("HikariPoolExhausted").ended_at == "2m30s"


def test_hikari_pool_exhausted_ends_too_early(scenario: Scenario) -> None:
    # 4 samples are not enough.
    scenario.stored(
        'hikaricp_connections_pending{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", pool="pool-1", service="gateway"}',
        "0.0001x3 stale",
    )
    scenario.run("3m")
    assert not scenario.alert("HikariPoolExhausted").fired


def test_hikari_pool_exhausted_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'hikaricp_connections_pending{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", pool="pool-1", service="gateway"}',
        "0.0001x8",
    )
    scenario.run("4m")
    assert scenario.alert("HikariPoolExhausted").fired_at == "2m"
    assert scenario.alert("HikariPoolExhausted").instances == [
        {
            "alertname": "HikariPoolExhausted",
            "namespace": "gateway",
            "owner": "backend",
            "pod": "gateway-7d9c5b8f6-x2x4q",
            "pool": "pool-1",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("HikariPoolExhausted")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_hikari_pool_exhausted_fires_for_each_service(scenario: Scenario) -> None:
    # Each of 6 by itself.
    scenario.stored(
        'hikaricp_connections_pending{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", pool="pool-1", service="community"}',
        "0.0001x14",
    )
    scenario.stored(
        'hikaricp_connections_pending{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", pool="pool-1", service="study"}',
        "0.0001x14",
    )
    scenario.stored(
        'hikaricp_connections_pending{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", pool="pool-1", service="user"}',
        "0.0001x14",
    )
    scenario.stored(
        'hikaricp_connections_pending{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", pool="pool-1", service="store"}',
        "0.0001x14",
    )
    scenario.stored(
        'hikaricp_connections_pending{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", pool="pool-1", service="gateway"}',
        "0.0001x14",
    )
    scenario.stored(
        'hikaricp_connections_pending{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", pool="pool-1", service="eureka"}',
        "0.0001x14",
    )
    scenario.run("7m")
    assert scenario.alert("HikariPoolExhausted").fired_at == "2m"
    assert len(scenario.alert("HikariPoolExhausted").instances) == 6


def test_hikari_pool_exhausted_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (namespace, service, pod, pool) (hikaricp_connections_pending{service=~"commu…
    scenario.stored(
        'hikaricp_connections_pending{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", pool="pool-1", service="gateway"}',
        "0x14",
    )
    scenario.run("7m")
    assert not scenario.alert("HikariPoolExhausted").fired
