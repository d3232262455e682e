"""The smallest series that fire the alerts of workloads, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_pod_memory_near_limit_fires(scenario: Scenario) -> None:
    # 21 samples are enough.
    scenario.stored(
        'container_memory_working_set_bytes{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0.901x20 stale",
    )
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="memory"}',
        "1x20 stale",
    )
    scenario.run("11m")
    assert scenario.alert("PodMemoryNearLimit").fired_at == "10m"
    assert scenario.alert("PodMemoryNearLimit").ended_at == "10m30s"


def test_pod_memory_near_limit_ends_too_early(scenario: Scenario) -> None:
    # 20 samples are not enough.
    scenario.stored(
        'container_memory_working_set_bytes{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0.901x19 stale",
    )
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="memory"}',
        "1x19 stale",
    )
    scenario.run("11m")
    assert not scenario.alert("PodMemoryNearLimit").fired


def test_pod_memory_near_limit_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'container_memory_working_set_bytes{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0.901x24",
    )
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="memory"}',
        "1x24",
    )
    scenario.run("12m")
    assert scenario.alert("PodMemoryNearLimit").fired_at == "10m"
    assert scenario.alert("PodMemoryNearLimit").instances == [
        {
            "alertname": "PodMemoryNearLimit",
            "container": "gateway",
            "namespace": "gateway",
            "node": "node-1",
            "owner": "platform",
            "pod": "gateway-7d9c5b8f6-x2x4q",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("PodMemoryNearLimit")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_pod_memory_near_limit_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (namespace, pod, container, node) (container_memory_working_set_bytes{contain…
    scenario.stored(
        'container_memory_working_set_bytes{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0.9x30",
    )
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="memory"}',
        "1x30",
    )
    scenario.run("15m")
    assert not scenario.alert("PodMemoryNearLimit").fired


def test_pod_memory_near_limit_stays_silent_without_container_memory_working_set_bytes(
    scenario: Scenario,
) -> None:
    # Without container_memory_working_set_bytes.
    scenario.stored(
        'kube_pod_container_resource_limits{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q", resource="memory"}',
        "1x30",
    )
    scenario.run("15m")
    assert not scenario.alert("PodMemoryNearLimit").fired


def test_pod_memory_near_limit_stays_silent_without_kube_pod_container_resource_limits(
    scenario: Scenario,
) -> None:
    # Without kube_pod_container_resource_limits.
    scenario.stored(
        'container_memory_working_set_bytes{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1x30",
    )
    scenario.run("15m")
    assert not scenario.alert("PodMemoryNearLimit").fired


def test_container_oom_killed_fires(scenario: Scenario) -> None:
    # 2 samples are enough.
    scenario.stored(
        'kube_pod_container_status_restarts_total{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+0.003x1 stale",
    )
    scenario.stored(
        'kube_pod_container_status_last_terminated_reason{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="OOMKilled"}',
        "1x1 stale",
    )
    scenario.stored(
        'kube_pod_info{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1x1 stale",
    )
    scenario.run("1m30s")
    assert scenario.alert("ContainerOOMKilled").fired_at == "30s"
    assert scenario.alert("ContainerOOMKilled").ended_at == "1m"


def test_container_oom_killed_ends_too_early(scenario: Scenario) -> None:
    # 1 sample is not enough.
    scenario.stored(
        'kube_pod_container_status_restarts_total{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+0.003x0 stale",
    )
    scenario.stored(
        'kube_pod_container_status_last_terminated_reason{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="OOMKilled"}',
        "1x0 stale",
    )
    scenario.stored(
        'kube_pod_info{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1x0 stale",
    )
    scenario.run("1m30s")
    assert not scenario.alert("ContainerOOMKilled").fired


def test_container_oom_killed_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'kube_pod_container_status_restarts_total{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+0.003x5",
    )
    scenario.stored(
        'kube_pod_container_status_last_terminated_reason{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="OOMKilled"}',
        "1x5",
    )
    scenario.stored(
        'kube_pod_info{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1x5",
    )
    scenario.run("2m30s")
    assert scenario.alert("ContainerOOMKilled").fired_at == "30s"
    assert scenario.alert("ContainerOOMKilled").instances == [
        {
            "alertname": "ContainerOOMKilled",
            "container": "gateway",
            "namespace": "gateway",
            "node": "node-1",
            "owner": "platform",
            "pod": "gateway-7d9c5b8f6-x2x4q",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("ContainerOOMKilled")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_container_oom_killed_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, pod, container) (increase(kube_pod_container_status_restarts_tota…
    scenario.stored(
        'kube_pod_container_status_restarts_total{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+0x10",
    )
    scenario.stored(
        'kube_pod_container_status_last_terminated_reason{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="OOMKilled"}',
        "1x10",
    )
    scenario.stored(
        'kube_pod_info{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1x10",
    )
    scenario.run("5m")
    assert not scenario.alert("ContainerOOMKilled").fired


def test_container_oom_killed_fires_at_the_threshold_2(scenario: Scenario) -> None:
    # Just within `max by (namespace, pod, container) (kube_pod_container_status_last_terminated_reason{rea…
    scenario.stored(
        'kube_pod_container_status_restarts_total{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x10",
    )
    scenario.stored(
        'kube_pod_container_status_last_terminated_reason{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="OOMKilled"}',
        "1x10",
    )
    scenario.stored(
        'kube_pod_info{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1x10",
    )
    scenario.run("5m")
    assert scenario.alert("ContainerOOMKilled").fired_at == "30s"


def test_container_oom_killed_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `max by (namespace, pod, container) (kube_pod_container_status_last_terminated_reason…
    scenario.stored(
        'kube_pod_container_status_restarts_total{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x10",
    )
    scenario.stored(
        'kube_pod_container_status_last_terminated_reason{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="OOMKilled"}',
        "0.99x10",
    )
    scenario.stored(
        'kube_pod_info{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1x10",
    )
    scenario.run("5m")
    assert not scenario.alert("ContainerOOMKilled").fired


def test_container_oom_killed_stays_silent_without_kube_pod_container_status_restarts_total(
    scenario: Scenario,
) -> None:
    # Without kube_pod_container_status_restarts_total.
    scenario.stored(
        'kube_pod_container_status_last_terminated_reason{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="OOMKilled"}',
        "1x10",
    )
    scenario.stored(
        'kube_pod_info{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1x10",
    )
    scenario.run("5m")
    assert not scenario.alert("ContainerOOMKilled").fired


def test_container_oom_killed_stays_silent_without_kube_pod_container_status_last_terminated_reason(
    scenario: Scenario,
) -> None:
    # Without kube_pod_container_status_last_terminated_reason.
    scenario.stored(
        'kube_pod_container_status_restarts_total{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x10",
    )
    scenario.stored(
        'kube_pod_info{container="gateway", namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}',
        "1x10",
    )
    scenario.run("5m")
    assert not scenario.alert("ContainerOOMKilled").fired


def test_container_oom_killed_stays_silent_without_kube_pod_info(scenario: Scenario) -> None:
    # Without kube_pod_info.
    scenario.stored(
        'kube_pod_container_status_restarts_total{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q"}',
        "0+30x10",
    )
    scenario.stored(
        'kube_pod_container_status_last_terminated_reason{container="gateway", namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="OOMKilled"}',
        "1x10",
    )
    scenario.run("5m")
    assert not scenario.alert("ContainerOOMKilled").fired


def test_container_cannot_start_fires(scenario: Scenario) -> None:
    # 11 samples are enough.
    scenario.stored(
        'kube_pod_container_status_waiting_reason{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="ImagePullBackOff"}',
        "0.0001x10 stale",
    )
    scenario.stored(
        'kube_pod_info{namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}', "1x10 stale"
    )
    scenario.run("6m")
    assert scenario.alert("ContainerCannotStart").fired_at == "5m"
    assert scenario.alert("ContainerCannotStart").ended_at == "5m30s"


def test_container_cannot_start_ends_too_early(scenario: Scenario) -> None:
    # 10 samples are not enough.
    scenario.stored(
        'kube_pod_container_status_waiting_reason{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="ImagePullBackOff"}',
        "0.0001x9 stale",
    )
    scenario.stored(
        'kube_pod_info{namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}', "1x9 stale"
    )
    scenario.run("6m")
    assert not scenario.alert("ContainerCannotStart").fired


def test_container_cannot_start_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'kube_pod_container_status_waiting_reason{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="ImagePullBackOff"}',
        "0.0001x14",
    )
    scenario.stored(
        'kube_pod_info{namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}', "1x14"
    )
    scenario.run("7m")
    assert scenario.alert("ContainerCannotStart").fired_at == "5m"
    assert scenario.alert("ContainerCannotStart").instances == [
        {
            "alertname": "ContainerCannotStart",
            "namespace": "gateway",
            "node": "node-1",
            "owner": "platform",
            "pod": "gateway-7d9c5b8f6-x2x4q",
            "reason": "ImagePullBackOff",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("ContainerCannotStart")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_container_cannot_start_fires_for_each_reason(scenario: Scenario) -> None:
    # Each of 3 by itself.
    scenario.stored(
        'kube_pod_container_status_waiting_reason{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="ImagePullBackOff"}',
        "0.0001x20",
    )
    scenario.stored(
        'kube_pod_info{namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}', "1x20"
    )
    scenario.stored(
        'kube_pod_container_status_waiting_reason{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="ErrImagePull"}',
        "0.0001x20",
    )
    scenario.stored(
        'kube_pod_container_status_waiting_reason{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="CreateContainerConfigError"}',
        "0.0001x20",
    )
    scenario.run("10m")
    assert scenario.alert("ContainerCannotStart").fired_at == "5m"
    assert len(scenario.alert("ContainerCannotStart").instances) == 3


def test_container_cannot_start_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, pod, reason) (kube_pod_container_status_waiting_reason{reason=~"I…
    scenario.stored(
        'kube_pod_container_status_waiting_reason{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="ImagePullBackOff"}',
        "0x20",
    )
    scenario.stored(
        'kube_pod_info{namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}', "1x20"
    )
    scenario.run("10m")
    assert not scenario.alert("ContainerCannotStart").fired


def test_container_cannot_start_stays_silent_without_kube_pod_container_status_waiting_reason(
    scenario: Scenario,
) -> None:
    # Without kube_pod_container_status_waiting_reason.
    scenario.stored(
        'kube_pod_info{namespace="gateway", node="node-1", pod="gateway-7d9c5b8f6-x2x4q"}', "1x20"
    )
    scenario.run("10m")
    assert not scenario.alert("ContainerCannotStart").fired


def test_container_cannot_start_stays_silent_without_kube_pod_info(scenario: Scenario) -> None:
    # Without kube_pod_info.
    scenario.stored(
        'kube_pod_container_status_waiting_reason{namespace="gateway", pod="gateway-7d9c5b8f6-x2x4q", reason="ImagePullBackOff"}',
        "1x20",
    )
    scenario.run("10m")
    assert not scenario.alert("ContainerCannotStart").fired


def test_core_dns_errors_fires(scenario: Scenario) -> None:
    # 30 samples are enough.
    scenario.stored('coredns_dns_responses_total{rcode="SERVFAIL"}', "0+1.503x29 stale")
    scenario.run("16m")
    assert scenario.alert("CoreDNSErrors").fired_at == "15m"
    assert scenario.alert("CoreDNSErrors").ended_at == "15m30s"


def test_core_dns_errors_ends_too_early(scenario: Scenario) -> None:
    # 29 samples are not enough.
    scenario.stored('coredns_dns_responses_total{rcode="SERVFAIL"}', "0+1.503x28 stale")
    scenario.run("16m")
    assert not scenario.alert("CoreDNSErrors").fired


def test_core_dns_errors_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('coredns_dns_responses_total{rcode="SERVFAIL"}', "0+1.503x34")
    scenario.run("17m")
    assert scenario.alert("CoreDNSErrors").fired_at == "15m"
    assert scenario.alert("CoreDNSErrors").instances == [
        {"alertname": "CoreDNSErrors", "owner": "platform", "service": "coredns", "severity": "warning"}
    ]
    told = scenario.discord.of("CoreDNSErrors")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_core_dns_errors_fires_at_the_threshold_1(scenario: Scenario) -> None:
    # Just within `sum (rate(coredns_dns_responses_total{rcode="SERVFAIL"}[5m])) / sum (rate(coredns_dns_re…
    scenario.stored('coredns_dns_responses_total{rcode="SERVFAIL"}', "0+3.03x30")
    scenario.stored("coredns_dns_responses_total", "0+296.97x30")
    scenario.run("15m")
    assert scenario.alert("CoreDNSErrors").fired_at == "10m30s"


def test_core_dns_errors_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `sum (rate(coredns_dns_responses_total{rcode="SERVFAIL"}[5m])) / sum (rate(coredns_dn…
    scenario.stored('coredns_dns_responses_total{rcode="SERVFAIL"}', "0+3x30")
    scenario.stored("coredns_dns_responses_total", "0+297x30")
    scenario.run("15m")
    assert not scenario.alert("CoreDNSErrors").fired


def test_core_dns_errors_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `sum (rate(coredns_dns_responses_total[5m])) > 0.05`, by coredns_dns_responses_total{…
    scenario.stored('coredns_dns_responses_total{rcode="SERVFAIL"}', "0+1.5x30")
    scenario.run("15m")
    assert not scenario.alert("CoreDNSErrors").fired
