"""The smallest series that fire the alerts of linkerd, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_linkerd_low_success_rate_fires(scenario: Scenario) -> None:
    # 20 samples are enough.
    scenario.stored(
        'response_total{classification="failure", deployment="deployment-1", direction="inbound", namespace="gateway"}',
        "0+1.503x19 stale",
    )
    scenario.run("11m")
    assert scenario.alert("LinkerdLowSuccessRate").fired_at == "10m"
    assert scenario.alert("LinkerdLowSuccessRate").ended_at == "10m30s"


def test_linkerd_low_success_rate_ends_too_early(scenario: Scenario) -> None:
    # 19 samples are not enough.
    scenario.stored(
        'response_total{classification="failure", deployment="deployment-1", direction="inbound", namespace="gateway"}',
        "0+1.503x18 stale",
    )
    scenario.run("11m")
    assert not scenario.alert("LinkerdLowSuccessRate").fired


def test_linkerd_low_success_rate_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'response_total{classification="failure", deployment="deployment-1", direction="inbound", namespace="gateway"}',
        "0+1.503x24",
    )
    scenario.run("12m")
    assert scenario.alert("LinkerdLowSuccessRate").fired_at == "10m"
    assert scenario.alert("LinkerdLowSuccessRate").instances == [
        {
            "alertname": "LinkerdLowSuccessRate",
            "deployment": "deployment-1",
            "namespace": "gateway",
            "owner": "platform",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("LinkerdLowSuccessRate")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_linkerd_low_success_rate_fires_at_the_threshold_1(scenario: Scenario) -> None:
    # Just within `sum by (namespace, deployment) (rate(response_total{direction="inbound", classification=…
    scenario.stored(
        'response_total{classification="failure", deployment="deployment-1", direction="inbound", namespace="gateway"}',
        "0+15.03x20",
    )
    scenario.stored(
        'response_total{deployment="deployment-1", direction="inbound", namespace="gateway"}', "0+284.97x20"
    )
    scenario.run("10m")
    assert scenario.alert("LinkerdLowSuccessRate").fired_at == "5m30s"


def test_linkerd_low_success_rate_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, deployment) (rate(response_total{direction="inbound", classificat…
    scenario.stored(
        'response_total{classification="failure", deployment="deployment-1", direction="inbound", namespace="gateway"}',
        "0+15x20",
    )
    scenario.stored(
        'response_total{deployment="deployment-1", direction="inbound", namespace="gateway"}', "0+285x20"
    )
    scenario.run("10m")
    assert not scenario.alert("LinkerdLowSuccessRate").fired


def test_linkerd_low_success_rate_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, deployment) (rate(response_total{direction="inbound"}[5m])) > 0.0…
    scenario.stored(
        'response_total{classification="failure", deployment="deployment-1", direction="inbound", namespace="gateway"}',
        "0+1.5x20",
    )
    scenario.run("10m")
    assert not scenario.alert("LinkerdLowSuccessRate").fired


def test_linkerd_route_failing_fires(scenario: Scenario) -> None:
    # 20 samples are enough.
    scenario.stored(
        'route_response_total{classification="failure", direction="outbound", dst="dst-1", rt_route="rt_route-1"}',
        "0+1.503x19 stale",
    )
    scenario.run("11m")
    assert scenario.alert("LinkerdRouteFailing").fired_at == "10m"
    assert scenario.alert("LinkerdRouteFailing").ended_at == "10m30s"


def test_linkerd_route_failing_ends_too_early(scenario: Scenario) -> None:
    # 19 samples are not enough.
    scenario.stored(
        'route_response_total{classification="failure", direction="outbound", dst="dst-1", rt_route="rt_route-1"}',
        "0+1.503x18 stale",
    )
    scenario.run("11m")
    assert not scenario.alert("LinkerdRouteFailing").fired


def test_linkerd_route_failing_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'route_response_total{classification="failure", direction="outbound", dst="dst-1", rt_route="rt_route-1"}',
        "0+1.503x24",
    )
    scenario.run("12m")
    assert scenario.alert("LinkerdRouteFailing").fired_at == "10m"
    assert scenario.alert("LinkerdRouteFailing").instances == [
        {
            "alertname": "LinkerdRouteFailing",
            "dst": "dst-1",
            "owner": "platform",
            "rt_route": "rt_route-1",
            "service": "dst-1",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("LinkerdRouteFailing")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_linkerd_route_failing_fires_at_the_threshold_1(scenario: Scenario) -> None:
    # Just within `sum by (dst, rt_route) (rate(route_response_total{direction="outbound", rt_route!="", cl…
    scenario.stored(
        'route_response_total{classification="failure", direction="outbound", dst="dst-1", rt_route="rt_route-1"}',
        "0+15.03x20",
    )
    scenario.stored(
        'route_response_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}', "0+284.97x20"
    )
    scenario.run("10m")
    assert scenario.alert("LinkerdRouteFailing").fired_at == "5m30s"


def test_linkerd_route_failing_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `sum by (dst, rt_route) (rate(route_response_total{direction="outbound", rt_route!=""…
    scenario.stored(
        'route_response_total{classification="failure", direction="outbound", dst="dst-1", rt_route="rt_route-1"}',
        "0+15x20",
    )
    scenario.stored(
        'route_response_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}', "0+285x20"
    )
    scenario.run("10m")
    assert not scenario.alert("LinkerdRouteFailing").fired


def test_linkerd_route_failing_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `sum by (dst, rt_route) (rate(route_response_total{direction="outbound", rt_route!=""…
    scenario.stored(
        'route_response_total{classification="failure", direction="outbound", dst="dst-1", rt_route="rt_route-1"}',
        "0+1.5x20",
    )
    scenario.run("10m")
    assert not scenario.alert("LinkerdRouteFailing").fired


def test_linkerd_retries_high_fires(scenario: Scenario) -> None:
    # 29 samples are enough.
    scenario.stored(
        'route_actual_request_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}',
        "0+34.5x28 stale",
    )
    scenario.stored(
        'route_request_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}', "0+30x28 stale"
    )
    scenario.run("15m30s")
    assert scenario.alert("LinkerdRetriesHigh").fired_at == "14m30s"
    assert scenario.alert("LinkerdRetriesHigh").ended_at == "15m"


def test_linkerd_retries_high_ends_too_early(scenario: Scenario) -> None:
    # 28 samples are not enough.
    scenario.stored(
        'route_actual_request_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}',
        "0+34.5x27 stale",
    )
    scenario.stored(
        'route_request_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}', "0+30x27 stale"
    )
    scenario.run("15m30s")
    assert not scenario.alert("LinkerdRetriesHigh").fired


def test_linkerd_retries_high_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'route_actual_request_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}', "0+34.5x33"
    )
    scenario.stored(
        'route_request_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}', "0+30x33"
    )
    scenario.run("16m30s")
    assert scenario.alert("LinkerdRetriesHigh").fired_at == "14m30s"
    assert scenario.alert("LinkerdRetriesHigh").instances == [
        {
            "alertname": "LinkerdRetriesHigh",
            "dst": "dst-1",
            "owner": "platform",
            "rt_route": "rt_route-1",
            "service": "dst-1",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("LinkerdRetriesHigh")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_linkerd_retries_high_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `sum by (dst, rt_route) (rate(route_actual_request_total{direction="outbound", rt_rou…
    scenario.stored(
        'route_actual_request_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}', "0+34.2x30"
    )
    scenario.stored(
        'route_request_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}', "0+30x30"
    )
    scenario.run("15m")
    assert not scenario.alert("LinkerdRetriesHigh").fired


def test_linkerd_retries_high_fires_at_the_threshold_2(scenario: Scenario) -> None:
    # Just within `sum by (dst, rt_route) (rate(route_request_total{direction="outbound", rt_route!=""}[5m]…
    scenario.stored(
        'route_actual_request_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}', "0+69x30"
    )
    scenario.stored(
        'route_request_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}', "0+0.003x30"
    )
    scenario.run("15m")
    assert scenario.alert("LinkerdRetriesHigh").fired_at == "10m30s"


def test_linkerd_retries_high_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `sum by (dst, rt_route) (rate(route_request_total{direction="outbound", rt_route!=""}…
    scenario.stored(
        'route_actual_request_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}', "0+69x30"
    )
    scenario.stored('route_request_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}', "0+0x30")
    scenario.run("15m")
    assert not scenario.alert("LinkerdRetriesHigh").fired


def test_linkerd_retries_high_stays_silent_without_route_actual_request_total(scenario: Scenario) -> None:
    # Without route_actual_request_total.
    scenario.stored(
        'route_request_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}', "0+30x30"
    )
    scenario.run("15m")
    assert not scenario.alert("LinkerdRetriesHigh").fired


def test_linkerd_retries_high_stays_silent_without_route_request_total(scenario: Scenario) -> None:
    # Without route_request_total.
    scenario.stored(
        'route_actual_request_total{direction="outbound", dst="dst-1", rt_route="rt_route-1"}', "0+69x30"
    )
    scenario.run("15m")
    assert not scenario.alert("LinkerdRetriesHigh").fired


def test_linkerd_latency_high_fires(scenario: Scenario) -> None:
    # 13 samples are enough.
    scenario.stored(
        'response_latency_ms_bucket{deployment="deployment-1", direction="inbound", le="503", namespace="gateway"}',
        "0+0x12 stale",
    )
    scenario.stored(
        'response_latency_ms_bucket{deployment="deployment-1", direction="inbound", le="1006", namespace="gateway"}',
        "0+30x12 stale",
    )
    scenario.stored(
        'response_latency_ms_bucket{deployment="deployment-1", direction="inbound", le="+Inf", namespace="gateway"}',
        "0+30x12 stale",
    )
    scenario.run("11m30s")
    assert scenario.alert("LinkerdLatencyHigh").fired_at == "10m30s"
    assert scenario.alert("LinkerdLatencyHigh").ended_at == "11m"


def test_linkerd_latency_high_ends_too_early(scenario: Scenario) -> None:
    # 12 samples are not enough.
    scenario.stored(
        'response_latency_ms_bucket{deployment="deployment-1", direction="inbound", le="503", namespace="gateway"}',
        "0+0x11 stale",
    )
    scenario.stored(
        'response_latency_ms_bucket{deployment="deployment-1", direction="inbound", le="1006", namespace="gateway"}',
        "0+30x11 stale",
    )
    scenario.stored(
        'response_latency_ms_bucket{deployment="deployment-1", direction="inbound", le="+Inf", namespace="gateway"}',
        "0+30x11 stale",
    )
    scenario.run("11m30s")
    assert not scenario.alert("LinkerdLatencyHigh").fired


def test_linkerd_latency_high_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'response_latency_ms_bucket{deployment="deployment-1", direction="inbound", le="503", namespace="gateway"}',
        "0+0x25",
    )
    scenario.stored(
        'response_latency_ms_bucket{deployment="deployment-1", direction="inbound", le="1006", namespace="gateway"}',
        "0+30x25",
    )
    scenario.stored(
        'response_latency_ms_bucket{deployment="deployment-1", direction="inbound", le="+Inf", namespace="gateway"}',
        "0+30x25",
    )
    scenario.run("12m30s")
    assert scenario.alert("LinkerdLatencyHigh").fired_at == "10m30s"
    assert scenario.alert("LinkerdLatencyHigh").instances == [
        {
            "alertname": "LinkerdLatencyHigh",
            "deployment": "deployment-1",
            "namespace": "gateway",
            "owner": "platform",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("LinkerdLatencyHigh")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_linkerd_latency_high_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `histogram_quantile(0.99, sum by (le, namespace, deployment) (rate(response_latency_m…
    scenario.stored(
        'response_latency_ms_bucket{deployment="deployment-1", direction="inbound", le="502", namespace="gateway"}',
        "0+0x30",
    )
    scenario.stored(
        'response_latency_ms_bucket{deployment="deployment-1", direction="inbound", le="1004", namespace="gateway"}',
        "0+30x30",
    )
    scenario.stored(
        'response_latency_ms_bucket{deployment="deployment-1", direction="inbound", le="+Inf", namespace="gateway"}',
        "0+30x30",
    )
    scenario.run("15m")
    assert not scenario.alert("LinkerdLatencyHigh").fired


def test_linkerd_proxy_cert_expiring_fires(scenario: Scenario) -> None:
    # 21 samples are enough.
    scenario.stored(
        'identity_cert_expiration_timestamp_seconds{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1767575099x20 stale",
    )
    scenario.run("11m")
    assert scenario.alert("LinkerdProxyCertExpiring").fired_at == "10m"
    assert scenario.alert("LinkerdProxyCertExpiring").ended_at == "10m30s"


def test_linkerd_proxy_cert_expiring_ends_too_early(scenario: Scenario) -> None:
    # 20 samples are not enough.
    scenario.stored(
        'identity_cert_expiration_timestamp_seconds{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1767575099x19 stale",
    )
    scenario.run("11m")
    assert not scenario.alert("LinkerdProxyCertExpiring").fired


def test_linkerd_proxy_cert_expiring_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'identity_cert_expiration_timestamp_seconds{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1767575099x24",
    )
    scenario.run("12m")
    assert scenario.alert("LinkerdProxyCertExpiring").fired_at == "10m"
    assert scenario.alert("LinkerdProxyCertExpiring").instances == [
        {
            "alertname": "LinkerdProxyCertExpiring",
            "namespace": "gateway",
            "owner": "platform",
            "pod": "gateway-7d9c5b8f6-x2x4q",
            "service": "gateway",
            "severity": "critical",
        }
    ]
    told = scenario.discord.of("LinkerdProxyCertExpiring")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_linkerd_proxy_cert_expiring_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `min by (namespace, pod) (identity_cert_expiration_timestamp_seconds) - time() < 3600…
    scenario.stored(
        'identity_cert_expiration_timestamp_seconds{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1767575100x20",
    )
    scenario.run("10m")
    assert not scenario.alert("LinkerdProxyCertExpiring").fired


def test_linkerd_policy_denied_fires(scenario: Scenario) -> None:
    # 3 samples are enough.
    scenario.stored(
        'inbound_http_authz_deny_total{namespace="gateway", srv_name="srv_name-1"}', "0+0.003x2 stale"
    )
    scenario.run("6m30s")
    assert scenario.alert("LinkerdPolicyDenied").fired_at == "5m30s"
    assert scenario.alert("LinkerdPolicyDenied").ended_at == "6m"


def test_linkerd_policy_denied_ends_too_early(scenario: Scenario) -> None:
    # 2 samples are not enough.
    scenario.stored(
        'inbound_http_authz_deny_total{namespace="gateway", srv_name="srv_name-1"}', "0+0.003x1 stale"
    )
    scenario.run("6m30s")
    assert not scenario.alert("LinkerdPolicyDenied").fired


def test_linkerd_policy_denied_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('inbound_http_authz_deny_total{namespace="gateway", srv_name="srv_name-1"}', "0+0.003x15")
    scenario.run("7m30s")
    assert scenario.alert("LinkerdPolicyDenied").fired_at == "5m30s"
    assert scenario.alert("LinkerdPolicyDenied").instances == [
        {
            "alertname": "LinkerdPolicyDenied",
            "namespace": "gateway",
            "owner": "platform",
            "service": "gateway",
            "severity": "warning",
            "srv_name": "srv_name-1",
        }
    ]
    told = scenario.discord.of("LinkerdPolicyDenied")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_linkerd_policy_denied_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, srv_name) (rate(inbound_http_authz_deny_total[5m])) > 0`, by inbo…
    scenario.stored('inbound_http_authz_deny_total{namespace="gateway", srv_name="srv_name-1"}', "0+0x20")
    scenario.run("10m")
    assert not scenario.alert("LinkerdPolicyDenied").fired
