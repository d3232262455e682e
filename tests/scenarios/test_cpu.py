"""CPU of nodes and of service pods."""

from __future__ import annotations

from obs.testing import Scenario, cases, cpu, pod_cpu
from rules.cpu import high_node_cpu, high_service_pod_cpu

POD = "gateway-7d9c5b8f6-x2x4q"


def test_a_busy_node_is_told_after_five_minutes(scenario: Scenario) -> None:
    scenario.given(cpu(node="a").hold(20, "5m").hold(95))
    scenario.run("20m")
    message = scenario.discord.only()
    assert message.alertname == high_node_cpu.name
    assert "10m" <= message.at <= "15m"
    assert "a" in message.text
    assert "%" in message.text


def test_a_ramp_fires_once_it_stays_above(scenario: Scenario) -> None:
    scenario.given(cpu(node="a").ramp(20, 95, "10m"))
    scenario.run("20m")
    assert scenario.alert(high_node_cpu).states == ["inactive", "pending", "firing"]
    assert scenario.alert(high_node_cpu).fired_at >= "10m"


def test_flapping_stays_silent(scenario: Scenario) -> None:
    scenario.given(cpu(node="a").flap(10, 95, every="2m", until="40m"))
    scenario.run("40m")
    assert not scenario.alert(high_node_cpu).fired
    scenario.discord.none()


def test_only_the_busy_node_is_told(scenario: Scenario) -> None:
    scenario.given(cpu(node="a", cores=4).hold(90))
    scenario.given(cpu(node="b", cores=4).hold(70))
    scenario.run("20m")
    assert [alert["instance"] for alert in scenario.discord.only().alerts] == ["a"]


def test_a_node_that_calms_down_is_told_too(scenario: Scenario) -> None:
    scenario.given(cpu(node="a").hold(95, "15m").hold(10))
    scenario.run("35m")
    assert [message.resolved for message in scenario.discord] == [False, True]


@cases(namespace=["community", "study", "user", "store", "gateway", "eureka"])
def test_a_busy_pod_of_each_service(scenario: Scenario, namespace: str) -> None:
    scenario.given(pod_cpu(namespace, f"{namespace}-1", limit=0.5).hold(95))
    scenario.run("15m")
    message = scenario.discord.only()
    assert message.alertname == high_service_pod_cpu.name
    assert message.group == {
        "alertname": high_service_pod_cpu.name,
        "namespace": namespace,
        "pod": f"{namespace}-1",
    }


def test_pods_of_others_are_not_told(scenario: Scenario) -> None:
    scenario.given(pod_cpu("kube-system", "coredns-1").hold(99))
    scenario.run("15m")
    scenario.discord.none()


def test_a_pod_without_a_limit_is_not_measured(scenario: Scenario) -> None:
    scenario.given(pod_cpu("gateway", POD, limit=None).hold(99))
    scenario.run("15m")
    scenario.discord.none()


def test_a_restarted_container_starts_its_counter_anew(scenario: Scenario) -> None:
    scenario.given(pod_cpu("gateway", POD).hold(95).reset("9m"))
    scenario.run("15m")
    assert scenario.alert(high_service_pod_cpu).states == ["inactive", "pending", "firing"]
