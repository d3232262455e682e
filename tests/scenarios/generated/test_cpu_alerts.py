"""The smallest series that fire the alerts of cpu, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_high_node_cpu_usage_fires(scenario: Scenario) -> None:
    # 3 samples are enough.
    scenario.stored('node_cpu_seconds_total{instance="10.42.0.7:8080", mode="idle"}', "1+5.97x2 stale")
    scenario.run("6m30s")
    assert scenario.alert("HighNodeCPUUsage").fired_at == "5m30s"
    assert scenario.alert("HighNodeCPUUsage").ended_at == "6m"


def test_high_node_cpu_usage_ends_too_early(scenario: Scenario) -> None:
    # 2 samples are not enough.
    scenario.stored('node_cpu_seconds_total{instance="10.42.0.7:8080", mode="idle"}', "1+5.97x1 stale")
    scenario.run("6m30s")
    assert not scenario.alert("HighNodeCPUUsage").fired


def test_high_node_cpu_usage_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('node_cpu_seconds_total{instance="10.42.0.7:8080", mode="idle"}', "1+5.97x15")
    scenario.run("7m30s")
    assert scenario.alert("HighNodeCPUUsage").fired_at == "5m30s"
    assert scenario.alert("HighNodeCPUUsage").instances == [
        {
            "alertname": "HighNodeCPUUsage",
            "instance": "10.42.0.7:8080",
            "service": "kubernetes",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("HighNodeCPUUsage")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_high_node_cpu_usage_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.80`, by no…
    scenario.stored('node_cpu_seconds_total{instance="10.42.0.7:8080", mode="idle"}', "1+6x20")
    scenario.run("10m")
    assert not scenario.alert("HighNodeCPUUsage").fired


def test_high_service_pod_cpu_usage_fires(scenario: Scenario) -> None:
    # 21 samples are enough.
    scenario.stored(
        'container_cpu_usage_seconds_total{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+24.03x20 stale",
    )
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="cpu"}',
        "1x20 stale",
    )
    scenario.run("11m")
    assert scenario.alert("HighServicePodCPUUsage").fired_at == "10m"
    assert scenario.alert("HighServicePodCPUUsage").ended_at == "10m30s"


def test_high_service_pod_cpu_usage_ends_too_early(scenario: Scenario) -> None:
    # 20 samples are not enough.
    scenario.stored(
        'container_cpu_usage_seconds_total{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+24.03x19 stale",
    )
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="cpu"}',
        "1x19 stale",
    )
    scenario.run("11m")
    assert not scenario.alert("HighServicePodCPUUsage").fired


def test_high_service_pod_cpu_usage_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'container_cpu_usage_seconds_total{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+24.03x24",
    )
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="cpu"}',
        "1x24",
    )
    scenario.run("12m")
    assert scenario.alert("HighServicePodCPUUsage").fired_at == "10m"
    assert scenario.alert("HighServicePodCPUUsage").instances == [
        {
            "alertname": "HighServicePodCPUUsage",
            "namespace": "gateway",
            "node": "node-1",
            "pod": "gateway-7d9c5b8f6-x2x4q",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("HighServicePodCPUUsage")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_high_service_pod_cpu_usage_fires_for_each_namespace(scenario: Scenario) -> None:
    # Each of 6 by itself.
    scenario.stored(
        'container_cpu_usage_seconds_total{container="gateway", namespace="community", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+24.03x20",
    )
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="community", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="cpu"}',
        "1x20",
    )
    scenario.stored(
        'container_cpu_usage_seconds_total{container="gateway", namespace="study", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+24.03x20",
    )
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="study", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="cpu"}',
        "1x20",
    )
    scenario.stored(
        'container_cpu_usage_seconds_total{container="gateway", namespace="user", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+24.03x20",
    )
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="user", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="cpu"}',
        "1x20",
    )
    scenario.stored(
        'container_cpu_usage_seconds_total{container="gateway", namespace="store", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+24.03x20",
    )
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="store", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="cpu"}',
        "1x20",
    )
    scenario.stored(
        'container_cpu_usage_seconds_total{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+24.03x20",
    )
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="cpu"}',
        "1x20",
    )
    scenario.stored(
        'container_cpu_usage_seconds_total{container="gateway", namespace="eureka", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+24.03x20",
    )
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="eureka", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="cpu"}',
        "1x20",
    )
    scenario.run("10m")
    assert scenario.alert("HighServicePodCPUUsage").fired_at == "10m"
    assert len(scenario.alert("HighServicePodCPUUsage").instances) == 6


def test_high_service_pod_cpu_usage_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, pod, node) ( rate(container_cpu_usage_seconds_total{namespace=~"c…
    scenario.stored(
        'container_cpu_usage_seconds_total{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+24x20",
    )
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="cpu"}',
        "1x20",
    )
    scenario.run("10m")
    assert not scenario.alert("HighServicePodCPUUsage").fired


def test_high_service_pod_cpu_usage_stays_silent_without_container_cpu_usage_seconds_total(
    scenario: Scenario,
) -> None:
    # Without container_cpu_usage_seconds_total.
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="cpu"}',
        "1x20",
    )
    scenario.run("10m")
    assert not scenario.alert("HighServicePodCPUUsage").fired


def test_high_service_pod_cpu_usage_stays_silent_without_kube_pod_container_resource_limits(
    scenario: Scenario,
) -> None:
    # Without kube_pod_container_resource_limits.
    scenario.stored(
        'container_cpu_usage_seconds_total{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x20",
    )
    scenario.run("10m")
    assert not scenario.alert("HighServicePodCPUUsage").fired
