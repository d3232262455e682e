"""A node that dies: one message, not one for each of its pods."""

from __future__ import annotations

from obs.testing import Scenario, cases, pod_cpu, series, spring
from obs.testing.scenario.shapes import Load
from rules.cpu import high_service_pod_cpu
from rules.nodes import node_down
from rules.spring import spring_errors_widespread
from rules.workloads import of_pods
from services.services import spring as services

NODE = "k3d-checkmate-agent-0"
PODS = [
    (service, f"{service}-{number}")
    for service in ("user", "community", "study", "store")
    for number in range(3)
]


def ready(node: str = NODE) -> Load:
    return series(f'kube_node_status_condition{{node="{node}", condition="Ready", status="true"}}')


def test_a_node_that_is_gone_is_told_after_two_minutes(scenario: Scenario) -> None:
    scenario.given(ready().hold(1, "5m").hold(0))
    scenario.run("15m")
    message = scenario.discord.only()
    assert message.alertname == node_down.name
    assert "7m" <= message.at <= "8m30s"
    assert message.title.startswith("🔥 장애 발생 1건: NodeDown")
    assert NODE in message.text


def test_a_node_that_comes_back_at_once_is_not_told(scenario: Scenario) -> None:
    scenario.given(ready().hold(1, "5m").hold(0, "1m").hold(1))
    scenario.run("20m")
    scenario.discord.none()


def test_the_pods_of_a_dead_node_are_not_told(scenario: Scenario) -> None:
    scenario.given(ready().hold(1, "2m").hold(0))
    for namespace, pod in PODS:
        scenario.given(pod_cpu(namespace, pod, node=NODE).hold(95))
    scenario.run("20m")
    assert scenario.alert(high_service_pod_cpu).fired
    assert [message.alertname for message in scenario.discord.firing] == [node_down.name]


def test_pods_of_another_node_are_told_all_the_same(scenario: Scenario) -> None:
    scenario.given(ready().hold(1, "2m").hold(0))
    scenario.given(ready("k3d-checkmate-agent-1").hold(1))
    scenario.given(pod_cpu("user", "user-9", node="k3d-checkmate-agent-1").hold(95))
    scenario.run("20m")
    assert {message.alertname for message in scenario.discord.firing} == {
        node_down.name,
        high_service_pod_cpu.name,
    }


def cannot_start(namespace: str, pod: str) -> Load:
    return series(
        f'kube_pod_container_status_waiting_reason{{namespace="{namespace}", pod="{pod}", container="{namespace}", '
        'reason="ImagePullBackOff"}'
    )


def placed(namespace: str, pod: str, node: str) -> Load:
    return series(f'kube_pod_info{{namespace="{namespace}", pod="{pod}", node="{node}"}}')


@cases(node=[NODE, "k3d-checkmate-agent-1"])
def test_a_pod_that_cannot_start_is_told_unless_its_node_is_down(scenario: Scenario, node: str) -> None:
    scenario.given(ready().hold(1, "2m").hold(0))
    scenario.given(placed("user", "user-1", node).hold(1))
    scenario.given(cannot_start("user", "user-1").hold(1))
    scenario.run("20m")
    told = {message.alertname for message in scenario.discord.firing}
    assert told == {node_down.name, *(["ContainerCannotStart"] if node != NODE else [])}


def test_every_alert_of_a_pod_keeps_its_node(scenario: Scenario) -> None:
    """What the dead node mutes must name it, or the inhibition never holds."""
    limit = 'kube_pod_container_resource_limits{{namespace="user", pod="user-1", container="user", node="{}", resource="memory"}}'
    scenario.given(placed("user", "user-1", NODE).hold(1))
    scenario.given(cannot_start("user", "user-1").hold(1))
    scenario.given(series(limit.format(NODE)).hold(100))
    scenario.stored(
        f'container_memory_working_set_bytes{{namespace="user", pod="user-1", container="user", node="{NODE}"}}',
        "95x60",
    )
    scenario.stored(
        'kube_pod_container_status_restarts_total{namespace="user", pod="user-1", container="user"}', "0+1x60"
    )
    scenario.stored(
        'kube_pod_container_status_last_terminated_reason{namespace="user", pod="user-1", container="user", '
        'reason="OOMKilled"}',
        "1x60",
    )
    scenario.run("20m")
    for alert in of_pods:
        assert [one["node"] for one in scenario.alert(alert).instances] == [NODE], alert.name


def test_a_dead_node_stays_inside_discords_limits(scenario: Scenario) -> None:
    """Twelve pods were busy, every service logs errors because of it: what is sent, how long, and how fast."""
    scenario.given(ready().hold(1, "2m").hold(0))
    for namespace, pod in PODS:
        scenario.given(pod_cpu(namespace, pod, node=NODE).hold(95))
    for service in services:
        scenario.log(service, spring("upstream is gone"), at="2m30s", times=60, every="10s", pods=4)
    scenario.run("30m")
    assert not scenario.discord.refused
    # The errors are told first, before the node counts as dead.
    assert [message.alertname for message in scenario.discord.firing] == [
        spring_errors_widespread.name,
        node_down.name,
    ]
    for message in scenario.discord:
        assert len(message.title) <= 256
        assert len(message.text) <= 4096
        assert "…" not in message.text
