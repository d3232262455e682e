"""The smallest series that fire the alerts of nodes, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_node_down_fires(scenario: Scenario) -> None:
    # 5 samples are enough.
    scenario.stored(
        'kube_node_status_condition{condition="Ready", node="node-1", status="true"}', "0x4 stale"
    )
    scenario.run("3m")
    assert scenario.alert("NodeDown").fired_at == "2m"
    assert scenario.alert("NodeDown").ended_at == "2m30s"


def test_node_down_ends_too_early(scenario: Scenario) -> None:
    # 4 samples are not enough.
    scenario.stored(
        'kube_node_status_condition{condition="Ready", node="node-1", status="true"}', "0x3 stale"
    )
    scenario.run("3m")
    assert not scenario.alert("NodeDown").fired


def test_node_down_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('kube_node_status_condition{condition="Ready", node="node-1", status="true"}', "0x8")
    scenario.run("4m")
    assert scenario.alert("NodeDown").fired_at == "2m"
    assert scenario.alert("NodeDown").instances == [
        {"alertname": "NodeDown", "node": "node-1", "service": "kubernetes", "severity": "critical"}
    ]
    told = scenario.discord.of("NodeDown")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_node_down_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (node) (kube_node_status_condition{condition="Ready", status="true"}) == 0`, …
    scenario.stored('kube_node_status_condition{condition="Ready", node="node-1", status="true"}', "1x14")
    scenario.run("7m")
    assert not scenario.alert("NodeDown").fired
