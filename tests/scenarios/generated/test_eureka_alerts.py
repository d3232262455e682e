"""The smallest series that fire the alerts of eureka, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_eureka_instance_not_up_fires(scenario: Scenario) -> None:
    # 11 samples are enough.
    scenario.stored(
        'eureka_server_instances{application="application-1", status="status-1"}', "0.0001x10 stale"
    )
    scenario.run("6m")
    assert scenario.alert("EurekaInstanceNotUp").fired_at == "5m"
    assert scenario.alert("EurekaInstanceNotUp").ended_at == "5m30s"


def test_eureka_instance_not_up_ends_too_early(scenario: Scenario) -> None:
    # 10 samples are not enough.
    scenario.stored(
        'eureka_server_instances{application="application-1", status="status-1"}', "0.0001x9 stale"
    )
    scenario.run("6m")
    assert not scenario.alert("EurekaInstanceNotUp").fired


def test_eureka_instance_not_up_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('eureka_server_instances{application="application-1", status="status-1"}', "0.0001x14")
    scenario.run("7m")
    assert scenario.alert("EurekaInstanceNotUp").fired_at == "5m"
    assert scenario.alert("EurekaInstanceNotUp").instances == [
        {
            "alertname": "EurekaInstanceNotUp",
            "application": "application-1",
            "owner": "backend",
            "service": "eureka",
            "severity": "warning",
            "status": "status-1",
        }
    ]
    told = scenario.discord.of("EurekaInstanceNotUp")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_eureka_instance_not_up_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (application, status) (eureka_server_instances{status!="UP"}) > 0`, by eureka…
    scenario.stored('eureka_server_instances{application="application-1", status="status-1"}', "0x20")
    scenario.run("10m")
    assert not scenario.alert("EurekaInstanceNotUp").fired


def test_eureka_community_missing_fires(scenario: Scenario) -> None:
    # 11 samples are enough.
    scenario.stored('up{job="eureka"}', "1x10 stale")
    scenario.run("6m")
    assert scenario.alert("EurekaCommunityMissing").fired_at == "5m"
    assert scenario.alert("EurekaCommunityMissing").ended_at == "5m30s"


def test_eureka_community_missing_ends_too_early(scenario: Scenario) -> None:
    # 10 samples are not enough.
    scenario.stored('up{job="eureka"}', "1x9 stale")
    scenario.run("6m")
    assert not scenario.alert("EurekaCommunityMissing").fired


def test_eureka_community_missing_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('up{job="eureka"}', "1x14")
    scenario.run("7m")
    assert scenario.alert("EurekaCommunityMissing").fired_at == "5m"
    assert scenario.alert("EurekaCommunityMissing").instances == [
        {
            "alertname": "EurekaCommunityMissing",
            "job": "eureka",
            "owner": "backend",
            "service": "community",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("EurekaCommunityMissing")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_eureka_community_missing_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (job) (up{job="eureka"}) == 1`, by up{job="eureka"}.
    scenario.stored('up{job="eureka"}', "0.99x20")
    scenario.run("10m")
    assert not scenario.alert("EurekaCommunityMissing").fired


def test_eureka_community_missing_stays_silent_with_eureka_server_instances(scenario: Scenario) -> None:
    # With eureka_server_instances.
    scenario.stored('up{job="eureka"}', "1x20")
    scenario.stored('eureka_server_instances{application="COMMUNITY", job="job-1", status="UP"}', "1x20")
    scenario.run("10m")
    assert not scenario.alert("EurekaCommunityMissing").fired


def test_eureka_study_missing_fires(scenario: Scenario) -> None:
    # 11 samples are enough.
    scenario.stored('up{job="eureka"}', "1x10 stale")
    scenario.run("6m")
    assert scenario.alert("EurekaStudyMissing").fired_at == "5m"
    assert scenario.alert("EurekaStudyMissing").ended_at == "5m30s"


def test_eureka_study_missing_ends_too_early(scenario: Scenario) -> None:
    # 10 samples are not enough.
    scenario.stored('up{job="eureka"}', "1x9 stale")
    scenario.run("6m")
    assert not scenario.alert("EurekaStudyMissing").fired


def test_eureka_study_missing_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('up{job="eureka"}', "1x14")
    scenario.run("7m")
    assert scenario.alert("EurekaStudyMissing").fired_at == "5m"
    assert scenario.alert("EurekaStudyMissing").instances == [
        {
            "alertname": "EurekaStudyMissing",
            "job": "eureka",
            "owner": "backend",
            "service": "study",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("EurekaStudyMissing")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_eureka_study_missing_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (job) (up{job="eureka"}) == 1`, by up{job="eureka"}.
    scenario.stored('up{job="eureka"}', "0.99x20")
    scenario.run("10m")
    assert not scenario.alert("EurekaStudyMissing").fired


def test_eureka_study_missing_stays_silent_with_eureka_server_instances(scenario: Scenario) -> None:
    # With eureka_server_instances.
    scenario.stored('up{job="eureka"}', "1x20")
    scenario.stored('eureka_server_instances{application="STUDY", job="job-1", status="UP"}', "1x20")
    scenario.run("10m")
    assert not scenario.alert("EurekaStudyMissing").fired


def test_eureka_user_missing_fires(scenario: Scenario) -> None:
    # 11 samples are enough.
    scenario.stored('up{job="eureka"}', "1x10 stale")
    scenario.run("6m")
    assert scenario.alert("EurekaUserMissing").fired_at == "5m"
    assert scenario.alert("EurekaUserMissing").ended_at == "5m30s"


def test_eureka_user_missing_ends_too_early(scenario: Scenario) -> None:
    # 10 samples are not enough.
    scenario.stored('up{job="eureka"}', "1x9 stale")
    scenario.run("6m")
    assert not scenario.alert("EurekaUserMissing").fired


def test_eureka_user_missing_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('up{job="eureka"}', "1x14")
    scenario.run("7m")
    assert scenario.alert("EurekaUserMissing").fired_at == "5m"
    assert scenario.alert("EurekaUserMissing").instances == [
        {
            "alertname": "EurekaUserMissing",
            "job": "eureka",
            "owner": "backend",
            "service": "user",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("EurekaUserMissing")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_eureka_user_missing_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (job) (up{job="eureka"}) == 1`, by up{job="eureka"}.
    scenario.stored('up{job="eureka"}', "0.99x20")
    scenario.run("10m")
    assert not scenario.alert("EurekaUserMissing").fired


def test_eureka_user_missing_stays_silent_with_eureka_server_instances(scenario: Scenario) -> None:
    # With eureka_server_instances.
    scenario.stored('up{job="eureka"}', "1x20")
    scenario.stored('eureka_server_instances{application="USER", job="job-1", status="UP"}', "1x20")
    scenario.run("10m")
    assert not scenario.alert("EurekaUserMissing").fired


def test_eureka_store_missing_fires(scenario: Scenario) -> None:
    # 11 samples are enough.
    scenario.stored('up{job="eureka"}', "1x10 stale")
    scenario.run("6m")
    assert scenario.alert("EurekaStoreMissing").fired_at == "5m"
    assert scenario.alert("EurekaStoreMissing").ended_at == "5m30s"


def test_eureka_store_missing_ends_too_early(scenario: Scenario) -> None:
    # 10 samples are not enough.
    scenario.stored('up{job="eureka"}', "1x9 stale")
    scenario.run("6m")
    assert not scenario.alert("EurekaStoreMissing").fired


def test_eureka_store_missing_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('up{job="eureka"}', "1x14")
    scenario.run("7m")
    assert scenario.alert("EurekaStoreMissing").fired_at == "5m"
    assert scenario.alert("EurekaStoreMissing").instances == [
        {
            "alertname": "EurekaStoreMissing",
            "job": "eureka",
            "owner": "backend",
            "service": "store",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("EurekaStoreMissing")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_eureka_store_missing_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (job) (up{job="eureka"}) == 1`, by up{job="eureka"}.
    scenario.stored('up{job="eureka"}', "0.99x20")
    scenario.run("10m")
    assert not scenario.alert("EurekaStoreMissing").fired


def test_eureka_store_missing_stays_silent_with_eureka_server_instances(scenario: Scenario) -> None:
    # With eureka_server_instances.
    scenario.stored('up{job="eureka"}', "1x20")
    scenario.stored('eureka_server_instances{application="STORE", job="job-1", status="UP"}', "1x20")
    scenario.run("10m")
    assert not scenario.alert("EurekaStoreMissing").fired


def test_eureka_gateway_missing_fires(scenario: Scenario) -> None:
    # 11 samples are enough.
    scenario.stored('up{job="eureka"}', "1x10 stale")
    scenario.run("6m")
    assert scenario.alert("EurekaGatewayMissing").fired_at == "5m"
    assert scenario.alert("EurekaGatewayMissing").ended_at == "5m30s"


def test_eureka_gateway_missing_ends_too_early(scenario: Scenario) -> None:
    # 10 samples are not enough.
    scenario.stored('up{job="eureka"}', "1x9 stale")
    scenario.run("6m")
    assert not scenario.alert("EurekaGatewayMissing").fired


def test_eureka_gateway_missing_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('up{job="eureka"}', "1x14")
    scenario.run("7m")
    assert scenario.alert("EurekaGatewayMissing").fired_at == "5m"
    assert scenario.alert("EurekaGatewayMissing").instances == [
        {
            "alertname": "EurekaGatewayMissing",
            "job": "eureka",
            "owner": "backend",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("EurekaGatewayMissing")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_eureka_gateway_missing_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (job) (up{job="eureka"}) == 1`, by up{job="eureka"}.
    scenario.stored('up{job="eureka"}', "0.99x20")
    scenario.run("10m")
    assert not scenario.alert("EurekaGatewayMissing").fired


def test_eureka_gateway_missing_stays_silent_with_eureka_server_instances(scenario: Scenario) -> None:
    # With eureka_server_instances.
    scenario.stored('up{job="eureka"}', "1x20")
    scenario.stored('eureka_server_instances{application="GATEWAY", job="job-1", status="UP"}', "1x20")
    scenario.run("10m")
    assert not scenario.alert("EurekaGatewayMissing").fired
