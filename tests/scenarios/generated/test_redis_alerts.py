"""The smallest series that fire the alerts of redis, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_redis_down_fires(scenario: Scenario) -> None:
    # 3 samples are enough.
    scenario.stored('redis_up{instance="10.42.0.7:8080"}', "0x2 stale")
    scenario.run("2m")
    assert scenario.alert("RedisDown").fired_at == "1m"
    assert scenario.alert("RedisDown").ended_at == "1m30s"


def test_redis_down_ends_too_early(scenario: Scenario) -> None:
    # 2 samples are not enough.
    scenario.stored('redis_up{instance="10.42.0.7:8080"}', "0x1 stale")
    scenario.run("2m")
    assert not scenario.alert("RedisDown").fired


def test_redis_down_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('redis_up{instance="10.42.0.7:8080"}', "0x6")
    scenario.run("3m")
    assert scenario.alert("RedisDown").fired_at == "1m"
    assert scenario.alert("RedisDown").instances == [
        {
            "alertname": "RedisDown",
            "instance": "10.42.0.7:8080",
            "owner": "platform",
            "service": "redis",
            "severity": "critical",
        }
    ]
    told = scenario.discord.of("RedisDown")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_redis_down_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `min by (instance) (redis_up) == 0`, by redis_up.
    scenario.stored('redis_up{instance="10.42.0.7:8080"}', "1x12")
    scenario.run("6m")
    assert not scenario.alert("RedisDown").fired


def test_redis_memory_high_fires(scenario: Scenario) -> None:
    # 11 samples are enough.
    scenario.stored('redis_memory_used_bytes{instance="10.42.0.7:8080"}', "0.901x10 stale")
    scenario.stored('redis_memory_max_bytes{instance="10.42.0.7:8080"}', "1x10 stale")
    scenario.run("6m")
    assert scenario.alert("RedisMemoryHigh").fired_at == "5m"
    assert scenario.alert("RedisMemoryHigh").ended_at == "5m30s"


def test_redis_memory_high_ends_too_early(scenario: Scenario) -> None:
    # 10 samples are not enough.
    scenario.stored('redis_memory_used_bytes{instance="10.42.0.7:8080"}', "0.901x9 stale")
    scenario.stored('redis_memory_max_bytes{instance="10.42.0.7:8080"}', "1x9 stale")
    scenario.run("6m")
    assert not scenario.alert("RedisMemoryHigh").fired


def test_redis_memory_high_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('redis_memory_used_bytes{instance="10.42.0.7:8080"}', "0.901x14")
    scenario.stored('redis_memory_max_bytes{instance="10.42.0.7:8080"}', "1x14")
    scenario.run("7m")
    assert scenario.alert("RedisMemoryHigh").fired_at == "5m"
    assert scenario.alert("RedisMemoryHigh").instances == [
        {
            "alertname": "RedisMemoryHigh",
            "instance": "10.42.0.7:8080",
            "owner": "platform",
            "service": "redis",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("RedisMemoryHigh")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_redis_memory_high_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `max by (instance) (redis_memory_used_bytes) / (max by (instance) (redis_memory_max_b…
    scenario.stored('redis_memory_used_bytes{instance="10.42.0.7:8080"}', "0.9x20")
    scenario.stored('redis_memory_max_bytes{instance="10.42.0.7:8080"}', "1x20")
    scenario.run("10m")
    assert not scenario.alert("RedisMemoryHigh").fired


def test_redis_memory_high_fires_at_the_threshold_2(scenario: Scenario) -> None:
    # Just within `max by (instance) (redis_memory_max_bytes) > 0`, by redis_memory_max_bytes.
    scenario.stored('redis_memory_used_bytes{instance="10.42.0.7:8080"}', "1x20")
    scenario.stored('redis_memory_max_bytes{instance="10.42.0.7:8080"}', "0.0001x20")
    scenario.run("10m")
    assert scenario.alert("RedisMemoryHigh").fired_at == "5m"


def test_redis_memory_high_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `max by (instance) (redis_memory_max_bytes) > 0`, by redis_memory_max_bytes.
    scenario.stored('redis_memory_used_bytes{instance="10.42.0.7:8080"}', "1x20")
    scenario.stored('redis_memory_max_bytes{instance="10.42.0.7:8080"}', "0x20")
    scenario.run("10m")
    assert not scenario.alert("RedisMemoryHigh").fired


def test_redis_memory_high_stays_silent_without_redis_memory_used_bytes(scenario: Scenario) -> None:
    # Without redis_memory_used_bytes.
    scenario.stored('redis_memory_max_bytes{instance="10.42.0.7:8080"}', "1x20")
    scenario.run("10m")
    assert not scenario.alert("RedisMemoryHigh").fired


def test_redis_memory_high_stays_silent_without_redis_memory_max_bytes(scenario: Scenario) -> None:
    # Without redis_memory_max_bytes.
    scenario.stored('redis_memory_used_bytes{instance="10.42.0.7:8080"}', "1x20")
    scenario.run("10m")
    assert not scenario.alert("RedisMemoryHigh").fired


def test_redis_rejected_connections_fires(scenario: Scenario) -> None:
    # 2 samples are enough.
    scenario.stored('redis_rejected_connections_total{instance="10.42.0.7:8080"}', "0+0.003x1 stale")
    scenario.run("6m")
    assert scenario.alert("RedisRejectedConnections").fired_at == "30s"
    assert scenario.alert("RedisRejectedConnections").ended_at == "5m30s"


def test_redis_rejected_connections_ends_too_early(scenario: Scenario) -> None:
    # 1 sample is not enough.
    scenario.stored('redis_rejected_connections_total{instance="10.42.0.7:8080"}', "0+0.003x0 stale")
    scenario.run("6m")
    assert not scenario.alert("RedisRejectedConnections").fired


def test_redis_rejected_connections_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('redis_rejected_connections_total{instance="10.42.0.7:8080"}', "0+0.003x5")
    scenario.run("2m30s")
    assert scenario.alert("RedisRejectedConnections").fired_at == "30s"
    assert scenario.alert("RedisRejectedConnections").instances == [
        {
            "alertname": "RedisRejectedConnections",
            "instance": "10.42.0.7:8080",
            "owner": "platform",
            "service": "redis",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("RedisRejectedConnections")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_redis_rejected_connections_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (instance) (increase(redis_rejected_connections_total[5m])) > 0`, by redis_re…
    scenario.stored('redis_rejected_connections_total{instance="10.42.0.7:8080"}', "0+0x10")
    scenario.run("5m")
    assert not scenario.alert("RedisRejectedConnections").fired


def test_redis_evictions_fires(scenario: Scenario) -> None:
    # 3 samples are enough.
    scenario.stored('redis_evicted_keys_total{instance="10.42.0.7:8080"}', "0+0.003x2 stale")
    scenario.run("11m30s")
    assert scenario.alert("RedisEvictions").fired_at == "10m30s"
    assert scenario.alert("RedisEvictions").ended_at == "11m"


def test_redis_evictions_ends_too_early(scenario: Scenario) -> None:
    # 2 samples are not enough.
    scenario.stored('redis_evicted_keys_total{instance="10.42.0.7:8080"}', "0+0.003x1 stale")
    scenario.run("11m30s")
    assert not scenario.alert("RedisEvictions").fired


def test_redis_evictions_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('redis_evicted_keys_total{instance="10.42.0.7:8080"}', "0+0.003x25")
    scenario.run("12m30s")
    assert scenario.alert("RedisEvictions").fired_at == "10m30s"
    assert scenario.alert("RedisEvictions").instances == [
        {
            "alertname": "RedisEvictions",
            "instance": "10.42.0.7:8080",
            "owner": "platform",
            "service": "redis",
            "severity": "info",
        }
    ]
    told = scenario.discord.of("RedisEvictions")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_redis_evictions_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (instance) (increase(redis_evicted_keys_total[10m])) > 0`, by redis_evicted_k…
    scenario.stored('redis_evicted_keys_total{instance="10.42.0.7:8080"}', "0+0x30")
    scenario.run("15m")
    assert not scenario.alert("RedisEvictions").fired
