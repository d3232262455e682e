"""The smallest series that fire the alerts of rollouts, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_rollout_failed_fires(scenario: Scenario) -> None:
    # 5 samples are enough.
    scenario.stored('rollout_info{name="name-1", namespace="gateway", phase="Error"}', "1x4 stale")
    scenario.run("3m")
    assert scenario.alert("RolloutFailed").fired_at == "2m"
    assert scenario.alert("RolloutFailed").ended_at == "2m30s"


def test_rollout_failed_ends_too_early(scenario: Scenario) -> None:
    # 4 samples are not enough.
    scenario.stored('rollout_info{name="name-1", namespace="gateway", phase="Error"}', "1x3 stale")
    scenario.run("3m")
    assert not scenario.alert("RolloutFailed").fired


def test_rollout_failed_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('rollout_info{name="name-1", namespace="gateway", phase="Error"}', "1x8")
    scenario.run("4m")
    assert scenario.alert("RolloutFailed").fired_at == "2m"
    assert scenario.alert("RolloutFailed").instances == [
        {
            "alertname": "RolloutFailed",
            "name": "name-1",
            "namespace": "gateway",
            "owner": "platform",
            "phase": "Error",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("RolloutFailed")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_rollout_failed_fires_for_each_phase(scenario: Scenario) -> None:
    # Each of 4 by itself.
    scenario.stored('rollout_info{name="name-1", namespace="gateway", phase="Error"}', "1x14")
    scenario.stored('rollout_info{name="name-1", namespace="gateway", phase="Timeout"}', "1x14")
    scenario.stored('rollout_info{name="name-1", namespace="gateway", phase="Abort"}', "1x14")
    scenario.stored('rollout_info{name="name-1", namespace="gateway", phase="InvalidSpec"}', "1x14")
    scenario.run("7m")
    assert scenario.alert("RolloutFailed").fired_at == "2m"
    assert len(scenario.alert("RolloutFailed").instances) == 4


def test_rollout_failed_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (namespace, name, phase) (rollout_info{phase=~"Error|Timeout|Abort|InvalidSpe…
    scenario.stored('rollout_info{name="name-1", namespace="gateway", phase="Error"}', "0.99x14")
    scenario.run("7m")
    assert not scenario.alert("RolloutFailed").fired


def test_rollout_stuck_fires(scenario: Scenario) -> None:
    # 31 samples are enough.
    scenario.stored('rollout_info{name="name-1", namespace="gateway", phase="Paused"}', "1x30 stale")
    scenario.run("16m")
    assert scenario.alert("RolloutStuck").fired_at == "15m"
    assert scenario.alert("RolloutStuck").ended_at == "15m30s"


def test_rollout_stuck_ends_too_early(scenario: Scenario) -> None:
    # 30 samples are not enough.
    scenario.stored('rollout_info{name="name-1", namespace="gateway", phase="Paused"}', "1x29 stale")
    scenario.run("16m")
    assert not scenario.alert("RolloutStuck").fired


def test_rollout_stuck_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('rollout_info{name="name-1", namespace="gateway", phase="Paused"}', "1x34")
    scenario.run("17m")
    assert scenario.alert("RolloutStuck").fired_at == "15m"
    assert scenario.alert("RolloutStuck").instances == [
        {
            "alertname": "RolloutStuck",
            "name": "name-1",
            "namespace": "gateway",
            "owner": "platform",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("RolloutStuck")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_rollout_stuck_fires_with_phase_progressing(scenario: Scenario) -> None:
    # With phase Progressing of rollout_info.
    scenario.stored('rollout_info{name="name-1", namespace="gateway", phase="Progressing"}', "1x40")
    scenario.run("20m")
    assert scenario.alert("RolloutStuck").fired_at == "15m"


def test_rollout_stuck_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, name) (rollout_info{phase=~"Paused|Progressing"}) == 1`, by rollo…
    scenario.stored('rollout_info{name="name-1", namespace="gateway", phase="Paused"}', "0.99x40")
    scenario.run("20m")
    assert not scenario.alert("RolloutStuck").fired


def test_rollout_replicas_unavailable_fires(scenario: Scenario) -> None:
    # 21 samples are enough.
    scenario.stored(
        'rollout_info_replicas_unavailable{name="name-1", namespace="gateway"}', "0.0001x20 stale"
    )
    scenario.run("11m")
    assert scenario.alert("RolloutReplicasUnavailable").fired_at == "10m"
    assert scenario.alert("RolloutReplicasUnavailable").ended_at == "10m30s"


def test_rollout_replicas_unavailable_ends_too_early(scenario: Scenario) -> None:
    # 20 samples are not enough.
    scenario.stored(
        'rollout_info_replicas_unavailable{name="name-1", namespace="gateway"}', "0.0001x19 stale"
    )
    scenario.run("11m")
    assert not scenario.alert("RolloutReplicasUnavailable").fired


def test_rollout_replicas_unavailable_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('rollout_info_replicas_unavailable{name="name-1", namespace="gateway"}', "0.0001x24")
    scenario.run("12m")
    assert scenario.alert("RolloutReplicasUnavailable").fired_at == "10m"
    assert scenario.alert("RolloutReplicasUnavailable").instances == [
        {
            "alertname": "RolloutReplicasUnavailable",
            "name": "name-1",
            "namespace": "gateway",
            "owner": "platform",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("RolloutReplicasUnavailable")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_rollout_replicas_unavailable_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, name) (rollout_info_replicas_unavailable) > 0`, by rollout_info_r…
    scenario.stored('rollout_info_replicas_unavailable{name="name-1", namespace="gateway"}', "0x30")
    scenario.run("15m")
    assert not scenario.alert("RolloutReplicasUnavailable").fired


def test_rollout_reconcile_errors_fires(scenario: Scenario) -> None:
    # 3 samples are enough.
    scenario.stored('rollout_reconcile_error{name="name-1", namespace="gateway"}', "0+0.003x2 stale")
    scenario.run("11m30s")
    assert scenario.alert("RolloutReconcileErrors").fired_at == "10m30s"
    assert scenario.alert("RolloutReconcileErrors").ended_at == "11m"


def test_rollout_reconcile_errors_ends_too_early(scenario: Scenario) -> None:
    # 2 samples are not enough.
    scenario.stored('rollout_reconcile_error{name="name-1", namespace="gateway"}', "0+0.003x1 stale")
    scenario.run("11m30s")
    assert not scenario.alert("RolloutReconcileErrors").fired


def test_rollout_reconcile_errors_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('rollout_reconcile_error{name="name-1", namespace="gateway"}', "0+0.003x25")
    scenario.run("12m30s")
    assert scenario.alert("RolloutReconcileErrors").fired_at == "10m30s"
    assert scenario.alert("RolloutReconcileErrors").instances == [
        {
            "alertname": "RolloutReconcileErrors",
            "name": "name-1",
            "namespace": "gateway",
            "owner": "platform",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("RolloutReconcileErrors")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_rollout_reconcile_errors_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (namespace, name) (increase(rollout_reconcile_error[10m])) > 0`, by rollout_r…
    scenario.stored('rollout_reconcile_error{name="name-1", namespace="gateway"}', "0+0x30")
    scenario.run("15m")
    assert not scenario.alert("RolloutReconcileErrors").fired
