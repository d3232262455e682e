"""The smallest series that fire the alerts of postgres, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_postgres_down_fires(scenario: Scenario) -> None:
    # 3 samples are enough.
    scenario.stored('pg_up{instance="10.42.0.7:8080"}', "0x2 stale")
    scenario.run("2m")
    assert scenario.alert("PostgresDown").fired_at == "1m"
    assert scenario.alert("PostgresDown").ended_at == "1m30s"


def test_postgres_down_ends_too_early(scenario: Scenario) -> None:
    # 2 samples are not enough.
    scenario.stored('pg_up{instance="10.42.0.7:8080"}', "0x1 stale")
    scenario.run("2m")
    assert not scenario.alert("PostgresDown").fired


def test_postgres_down_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('pg_up{instance="10.42.0.7:8080"}', "0x6")
    scenario.run("3m")
    assert scenario.alert("PostgresDown").fired_at == "1m"
    assert scenario.alert("PostgresDown").instances == [
        {
            "alertname": "PostgresDown",
            "instance": "10.42.0.7:8080",
            "owner": "platform",
            "service": "sample-postgres",
            "severity": "critical",
        }
    ]
    told = scenario.discord.of("PostgresDown")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_postgres_down_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `min by (instance) (pg_up) == 0`, by pg_up.
    scenario.stored('pg_up{instance="10.42.0.7:8080"}', "1x12")
    scenario.run("6m")
    assert not scenario.alert("PostgresDown").fired


def test_postgres_connections_high_fires(scenario: Scenario) -> None:
    # 11 samples are enough.
    scenario.stored('pg_stat_activity_count{instance="10.42.0.7:8080"}', "0.801x10 stale")
    scenario.stored('pg_settings_max_connections{instance="10.42.0.7:8080"}', "1x10 stale")
    scenario.run("6m")
    assert scenario.alert("PostgresConnectionsHigh").fired_at == "5m"
    assert scenario.alert("PostgresConnectionsHigh").ended_at == "5m30s"


def test_postgres_connections_high_ends_too_early(scenario: Scenario) -> None:
    # 10 samples are not enough.
    scenario.stored('pg_stat_activity_count{instance="10.42.0.7:8080"}', "0.801x9 stale")
    scenario.stored('pg_settings_max_connections{instance="10.42.0.7:8080"}', "1x9 stale")
    scenario.run("6m")
    assert not scenario.alert("PostgresConnectionsHigh").fired


def test_postgres_connections_high_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('pg_stat_activity_count{instance="10.42.0.7:8080"}', "0.801x14")
    scenario.stored('pg_settings_max_connections{instance="10.42.0.7:8080"}', "1x14")
    scenario.run("7m")
    assert scenario.alert("PostgresConnectionsHigh").fired_at == "5m"
    assert scenario.alert("PostgresConnectionsHigh").instances == [
        {
            "alertname": "PostgresConnectionsHigh",
            "instance": "10.42.0.7:8080",
            "owner": "platform",
            "service": "sample-postgres",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("PostgresConnectionsHigh")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_postgres_connections_high_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (instance) (pg_stat_activity_count) / max by (instance) (pg_settings_max_conn…
    scenario.stored('pg_stat_activity_count{instance="10.42.0.7:8080"}', "0.8x20")
    scenario.stored('pg_settings_max_connections{instance="10.42.0.7:8080"}', "1x20")
    scenario.run("10m")
    assert not scenario.alert("PostgresConnectionsHigh").fired


def test_postgres_connections_high_stays_silent_without_pg_stat_activity_count(scenario: Scenario) -> None:
    # Without pg_stat_activity_count.
    scenario.stored('pg_settings_max_connections{instance="10.42.0.7:8080"}', "1x20")
    scenario.run("10m")
    assert not scenario.alert("PostgresConnectionsHigh").fired


def test_postgres_connections_high_stays_silent_without_pg_settings_max_connections(
    scenario: Scenario,
) -> None:
    # Without pg_settings_max_connections.
    scenario.stored('pg_stat_activity_count{instance="10.42.0.7:8080"}', "1x20")
    scenario.run("10m")
    assert not scenario.alert("PostgresConnectionsHigh").fired


def test_postgres_long_transaction_fires(scenario: Scenario) -> None:
    # 11 samples are enough.
    scenario.stored(
        'pg_stat_activity_max_tx_duration{datname="datname-1", instance="10.42.0.7:8080", state="state-1"}',
        "301x10 stale",
    )
    scenario.run("6m")
    assert scenario.alert("PostgresLongTransaction").fired_at == "5m"
    assert scenario.alert("PostgresLongTransaction").ended_at == "5m30s"


def test_postgres_long_transaction_ends_too_early(scenario: Scenario) -> None:
    # 10 samples are not enough.
    scenario.stored(
        'pg_stat_activity_max_tx_duration{datname="datname-1", instance="10.42.0.7:8080", state="state-1"}',
        "301x9 stale",
    )
    scenario.run("6m")
    assert not scenario.alert("PostgresLongTransaction").fired


def test_postgres_long_transaction_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'pg_stat_activity_max_tx_duration{datname="datname-1", instance="10.42.0.7:8080", state="state-1"}',
        "301x14",
    )
    scenario.run("7m")
    assert scenario.alert("PostgresLongTransaction").fired_at == "5m"
    assert scenario.alert("PostgresLongTransaction").instances == [
        {
            "alertname": "PostgresLongTransaction",
            "datname": "datname-1",
            "instance": "10.42.0.7:8080",
            "owner": "platform",
            "service": "sample-postgres",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("PostgresLongTransaction")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_postgres_long_transaction_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (instance, datname) (pg_stat_activity_max_tx_duration{state!="idle"}) > 300`,…
    scenario.stored(
        'pg_stat_activity_max_tx_duration{datname="datname-1", instance="10.42.0.7:8080", state="state-1"}',
        "300x20",
    )
    scenario.run("10m")
    assert not scenario.alert("PostgresLongTransaction").fired


def test_postgres_deadlocks_fires(scenario: Scenario) -> None:
    # 2 samples are enough.
    scenario.stored(
        'pg_stat_database_deadlocks{datname="datname-1", instance="10.42.0.7:8080"}', "0+0.003x1 stale"
    )
    scenario.run("11m")
    assert scenario.alert("PostgresDeadlocks").fired_at == "30s"
    assert scenario.alert("PostgresDeadlocks").ended_at == "10m30s"


def test_postgres_deadlocks_ends_too_early(scenario: Scenario) -> None:
    # 1 sample is not enough.
    scenario.stored(
        'pg_stat_database_deadlocks{datname="datname-1", instance="10.42.0.7:8080"}', "0+0.003x0 stale"
    )
    scenario.run("11m")
    assert not scenario.alert("PostgresDeadlocks").fired


def test_postgres_deadlocks_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('pg_stat_database_deadlocks{datname="datname-1", instance="10.42.0.7:8080"}', "0+0.003x5")
    scenario.run("2m30s")
    assert scenario.alert("PostgresDeadlocks").fired_at == "30s"
    assert scenario.alert("PostgresDeadlocks").instances == [
        {
            "alertname": "PostgresDeadlocks",
            "datname": "datname-1",
            "instance": "10.42.0.7:8080",
            "owner": "platform",
            "service": "sample-postgres",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("PostgresDeadlocks")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_postgres_deadlocks_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (instance, datname) (increase(pg_stat_database_deadlocks[10m])) > 0`, by pg_s…
    scenario.stored('pg_stat_database_deadlocks{datname="datname-1", instance="10.42.0.7:8080"}', "0+0x10")
    scenario.run("5m")
    assert not scenario.alert("PostgresDeadlocks").fired


def test_postgres_cache_hit_low_fires(scenario: Scenario) -> None:
    # 43 samples are enough.
    scenario.stored('pg_stat_database_blks_read{instance="10.42.0.7:8080"}', "0+3.36x42 stale")
    scenario.stored('pg_stat_database_blks_hit{instance="10.42.0.7:8080"}', "0+30x42 stale")
    scenario.run("31m30s")
    assert scenario.alert("PostgresCacheHitLow").fired_at == "30m30s"
    assert scenario.alert("PostgresCacheHitLow").ended_at == "31m"


def test_postgres_cache_hit_low_ends_too_early(scenario: Scenario) -> None:
    # 42 samples are not enough.
    scenario.stored('pg_stat_database_blks_read{instance="10.42.0.7:8080"}', "0+3.36x41 stale")
    scenario.stored('pg_stat_database_blks_hit{instance="10.42.0.7:8080"}', "0+30x41 stale")
    scenario.run("31m30s")
    assert not scenario.alert("PostgresCacheHitLow").fired


def test_postgres_cache_hit_low_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('pg_stat_database_blks_read{instance="10.42.0.7:8080"}', "0+3.36x65")
    scenario.stored('pg_stat_database_blks_hit{instance="10.42.0.7:8080"}', "0+30x65")
    scenario.run("32m30s")
    assert scenario.alert("PostgresCacheHitLow").fired_at == "30m30s"
    assert scenario.alert("PostgresCacheHitLow").instances == [
        {
            "alertname": "PostgresCacheHitLow",
            "instance": "10.42.0.7:8080",
            "owner": "platform",
            "service": "sample-postgres",
            "severity": "info",
        }
    ]
    told = scenario.discord.of("PostgresCacheHitLow")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_postgres_cache_hit_low_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `sum by (instance) (rate(pg_stat_database_blks_read[10m])) / (sum by (instance) (rate…
    scenario.stored('pg_stat_database_blks_read{instance="10.42.0.7:8080"}', "0+3.33x70")
    scenario.stored('pg_stat_database_blks_hit{instance="10.42.0.7:8080"}', "0+30x70")
    scenario.run("35m")
    assert not scenario.alert("PostgresCacheHitLow").fired


def test_postgres_cache_hit_low_fires_at_the_threshold_2(scenario: Scenario) -> None:
    # Just within `sum by (instance) (rate(pg_stat_database_blks_hit[10m])) + sum by (instance) (rate(pg_st…
    scenario.stored('pg_stat_database_blks_read{instance="10.42.0.7:8080"}', "0+3.36x70")
    scenario.stored('pg_stat_database_blks_hit{instance="10.42.0.7:8080"}', "0+30x70")
    scenario.run("35m")
    assert scenario.alert("PostgresCacheHitLow").fired_at == "30m30s"


def test_postgres_cache_hit_low_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `sum by (instance) (rate(pg_stat_database_blks_hit[10m])) + sum by (instance) (rate(p…
    scenario.stored('pg_stat_database_blks_read{instance="10.42.0.7:8080"}', "0+3.33x70")
    scenario.stored('pg_stat_database_blks_hit{instance="10.42.0.7:8080"}', "0+30x70")
    scenario.run("35m")
    assert not scenario.alert("PostgresCacheHitLow").fired


def test_postgres_cache_hit_low_stays_silent_without_pg_stat_database_blks_read(scenario: Scenario) -> None:
    # Without pg_stat_database_blks_read.
    scenario.stored('pg_stat_database_blks_hit{instance="10.42.0.7:8080"}', "0+30x70")
    scenario.run("35m")
    assert not scenario.alert("PostgresCacheHitLow").fired


def test_postgres_cache_hit_low_stays_silent_without_pg_stat_database_blks_hit(scenario: Scenario) -> None:
    # Without pg_stat_database_blks_hit.
    scenario.stored('pg_stat_database_blks_read{instance="10.42.0.7:8080"}', "0+30x70")
    scenario.run("35m")
    assert not scenario.alert("PostgresCacheHitLow").fired
