"""The smallest series that fire the alerts of gateway, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_gateway_route_errors_fires(scenario: Scenario) -> None:
    # 20 samples are enough.
    scenario.stored(
        'spring_cloud_gateway_requests_seconds_count{httpStatusCode="500", routeId="routeId-1"}',
        "0+1.503x19 stale",
    )
    scenario.run("11m")
    assert scenario.alert("GatewayRouteErrors").fired_at == "10m"
    assert scenario.alert("GatewayRouteErrors").ended_at == "10m30s"


def test_gateway_route_errors_ends_too_early(scenario: Scenario) -> None:
    # 19 samples are not enough.
    scenario.stored(
        'spring_cloud_gateway_requests_seconds_count{httpStatusCode="500", routeId="routeId-1"}',
        "0+1.503x18 stale",
    )
    scenario.run("11m")
    assert not scenario.alert("GatewayRouteErrors").fired


def test_gateway_route_errors_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'spring_cloud_gateway_requests_seconds_count{httpStatusCode="500", routeId="routeId-1"}', "0+1.503x24"
    )
    scenario.run("12m")
    assert scenario.alert("GatewayRouteErrors").fired_at == "10m"
    assert scenario.alert("GatewayRouteErrors").instances == [
        {
            "alertname": "GatewayRouteErrors",
            "owner": "backend",
            "routeId": "routeId-1",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("GatewayRouteErrors")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_gateway_route_errors_fires_at_the_threshold_1(scenario: Scenario) -> None:
    # Just within `sum by (routeId) (rate(spring_cloud_gateway_requests_seconds_count{httpStatusCode=~"5.."…
    scenario.stored(
        'spring_cloud_gateway_requests_seconds_count{httpStatusCode="500", routeId="routeId-1"}', "0+15.03x20"
    )
    scenario.stored('spring_cloud_gateway_requests_seconds_count{routeId="routeId-1"}', "0+284.97x20")
    scenario.run("10m")
    assert scenario.alert("GatewayRouteErrors").fired_at == "5m30s"


def test_gateway_route_errors_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `sum by (routeId) (rate(spring_cloud_gateway_requests_seconds_count{httpStatusCode=~"…
    scenario.stored(
        'spring_cloud_gateway_requests_seconds_count{httpStatusCode="500", routeId="routeId-1"}', "0+15x20"
    )
    scenario.stored('spring_cloud_gateway_requests_seconds_count{routeId="routeId-1"}', "0+285x20")
    scenario.run("10m")
    assert not scenario.alert("GatewayRouteErrors").fired


def test_gateway_route_errors_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `sum by (routeId) (rate(spring_cloud_gateway_requests_seconds_count[5m])) > 0.05`, by…
    scenario.stored(
        'spring_cloud_gateway_requests_seconds_count{httpStatusCode="500", routeId="routeId-1"}', "0+1.5x20"
    )
    scenario.run("10m")
    assert not scenario.alert("GatewayRouteErrors").fired


def test_gateway_route_slow_fires(scenario: Scenario) -> None:
    # 3 samples are enough.
    scenario.stored('spring_cloud_gateway_requests_seconds_sum{routeId="routeId-1"}', "0+30.3x2 stale")
    scenario.stored('spring_cloud_gateway_requests_seconds_count{routeId="routeId-1"}', "0+30x2 stale")
    scenario.run("6m30s")
    assert scenario.alert("GatewayRouteSlow").fired_at == "5m30s"
    assert scenario.alert("GatewayRouteSlow").ended_at == "6m"


def test_gateway_route_slow_ends_too_early(scenario: Scenario) -> None:
    # 2 samples are not enough.
    scenario.stored('spring_cloud_gateway_requests_seconds_sum{routeId="routeId-1"}', "0+30.3x1 stale")
    scenario.stored('spring_cloud_gateway_requests_seconds_count{routeId="routeId-1"}', "0+30x1 stale")
    scenario.run("6m30s")
    assert not scenario.alert("GatewayRouteSlow").fired


def test_gateway_route_slow_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('spring_cloud_gateway_requests_seconds_sum{routeId="routeId-1"}', "0+30.3x15")
    scenario.stored('spring_cloud_gateway_requests_seconds_count{routeId="routeId-1"}', "0+30x15")
    scenario.run("7m30s")
    assert scenario.alert("GatewayRouteSlow").fired_at == "5m30s"
    assert scenario.alert("GatewayRouteSlow").instances == [
        {
            "alertname": "GatewayRouteSlow",
            "owner": "backend",
            "routeId": "routeId-1",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("GatewayRouteSlow")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_gateway_route_slow_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `sum by (routeId) (rate(spring_cloud_gateway_requests_seconds_sum[5m])) / (sum by (ro…
    scenario.stored('spring_cloud_gateway_requests_seconds_sum{routeId="routeId-1"}', "0+30x20")
    scenario.stored('spring_cloud_gateway_requests_seconds_count{routeId="routeId-1"}', "0+30x20")
    scenario.run("10m")
    assert not scenario.alert("GatewayRouteSlow").fired


def test_gateway_route_slow_fires_at_the_threshold_2(scenario: Scenario) -> None:
    # Just within `sum by (routeId) (rate(spring_cloud_gateway_requests_seconds_count[5m])) > 0`, by spring…
    scenario.stored('spring_cloud_gateway_requests_seconds_sum{routeId="routeId-1"}', "0+60x20")
    scenario.stored('spring_cloud_gateway_requests_seconds_count{routeId="routeId-1"}', "0+0.003x20")
    scenario.run("10m")
    assert scenario.alert("GatewayRouteSlow").fired_at == "5m30s"


def test_gateway_route_slow_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `sum by (routeId) (rate(spring_cloud_gateway_requests_seconds_count[5m])) > 0`, by sp…
    scenario.stored('spring_cloud_gateway_requests_seconds_sum{routeId="routeId-1"}', "0+60x20")
    scenario.stored('spring_cloud_gateway_requests_seconds_count{routeId="routeId-1"}', "0+0x20")
    scenario.run("10m")
    assert not scenario.alert("GatewayRouteSlow").fired


def test_gateway_route_slow_stays_silent_without_spring_cloud_gateway_requests_seconds_sum(
    scenario: Scenario,
) -> None:
    # Without spring_cloud_gateway_requests_seconds_sum.
    scenario.stored('spring_cloud_gateway_requests_seconds_count{routeId="routeId-1"}', "0+30x20")
    scenario.run("10m")
    assert not scenario.alert("GatewayRouteSlow").fired


def test_gateway_route_slow_stays_silent_without_spring_cloud_gateway_requests_seconds_count(
    scenario: Scenario,
) -> None:
    # Without spring_cloud_gateway_requests_seconds_count.
    scenario.stored('spring_cloud_gateway_requests_seconds_sum{routeId="routeId-1"}', "0+60x20")
    scenario.run("10m")
    assert not scenario.alert("GatewayRouteSlow").fired


def test_gateway_connection_pool_waiting_fires(scenario: Scenario) -> None:
    # 5 samples are enough.
    scenario.stored('reactor_netty_connection_provider_pending_connections{name="name-1"}', "10.1x4 stale")
    scenario.run("3m")
    assert scenario.alert("GatewayConnectionPoolWaiting").fired_at == "2m"
    assert scenario.alert("GatewayConnectionPoolWaiting").ended_at == "2m30s"


def test_gateway_connection_pool_waiting_ends_too_early(scenario: Scenario) -> None:
    # 4 samples are not enough.
    scenario.stored('reactor_netty_connection_provider_pending_connections{name="name-1"}', "10.1x3 stale")
    scenario.run("3m")
    assert not scenario.alert("GatewayConnectionPoolWaiting").fired


def test_gateway_connection_pool_waiting_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('reactor_netty_connection_provider_pending_connections{name="name-1"}', "10.1x8")
    scenario.run("4m")
    assert scenario.alert("GatewayConnectionPoolWaiting").fired_at == "2m"
    assert scenario.alert("GatewayConnectionPoolWaiting").instances == [
        {
            "alertname": "GatewayConnectionPoolWaiting",
            "name": "name-1",
            "owner": "backend",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("GatewayConnectionPoolWaiting")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_gateway_connection_pool_waiting_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (name) (reactor_netty_connection_provider_pending_connections) > 10`, by reac…
    scenario.stored('reactor_netty_connection_provider_pending_connections{name="name-1"}', "10x14")
    scenario.run("7m")
    assert not scenario.alert("GatewayConnectionPoolWaiting").fired
