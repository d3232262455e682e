"""The smallest series that fire the alerts of argocd, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_argo_app_out_of_sync_fires(scenario: Scenario) -> None:
    # 31 samples are enough.
    scenario.stored(
        'argocd_app_info{health_status="health_status-1", name="name-1", project="project-1", sync_status="OutOfSync"}',
        "1x30 stale",
    )
    scenario.run("16m")
    assert scenario.alert("ArgoAppOutOfSync").fired_at == "15m"
    assert scenario.alert("ArgoAppOutOfSync").ended_at == "15m30s"


def test_argo_app_out_of_sync_ends_too_early(scenario: Scenario) -> None:
    # 30 samples are not enough.
    scenario.stored(
        'argocd_app_info{health_status="health_status-1", name="name-1", project="project-1", sync_status="OutOfSync"}',
        "1x29 stale",
    )
    scenario.run("16m")
    assert not scenario.alert("ArgoAppOutOfSync").fired


def test_argo_app_out_of_sync_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'argocd_app_info{health_status="health_status-1", name="name-1", project="project-1", sync_status="OutOfSync"}',
        "1x34",
    )
    scenario.run("17m")
    assert scenario.alert("ArgoAppOutOfSync").fired_at == "15m"
    assert scenario.alert("ArgoAppOutOfSync").instances == [
        {
            "alertname": "ArgoAppOutOfSync",
            "health_status": "health_status-1",
            "name": "name-1",
            "owner": "platform",
            "project": "project-1",
            "service": "argocd",
            "severity": "warning",
            "sync_status": "OutOfSync",
        }
    ]
    told = scenario.discord.of("ArgoAppOutOfSync")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_argo_app_out_of_sync_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (name, project, sync_status, health_status) (argocd_app_info{sync_status="Out…
    scenario.stored(
        'argocd_app_info{health_status="health_status-1", name="name-1", project="project-1", sync_status="OutOfSync"}',
        "0.99x40",
    )
    scenario.run("20m")
    assert not scenario.alert("ArgoAppOutOfSync").fired


def test_argo_app_unhealthy_fires(scenario: Scenario) -> None:
    # 21 samples are enough.
    scenario.stored(
        'argocd_app_info{health_status="Degraded", name="name-1", project="project-1", sync_status="sync_status-1"}',
        "1x20 stale",
    )
    scenario.run("11m")
    assert scenario.alert("ArgoAppUnhealthy").fired_at == "10m"
    assert scenario.alert("ArgoAppUnhealthy").ended_at == "10m30s"


def test_argo_app_unhealthy_ends_too_early(scenario: Scenario) -> None:
    # 20 samples are not enough.
    scenario.stored(
        'argocd_app_info{health_status="Degraded", name="name-1", project="project-1", sync_status="sync_status-1"}',
        "1x19 stale",
    )
    scenario.run("11m")
    assert not scenario.alert("ArgoAppUnhealthy").fired


def test_argo_app_unhealthy_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'argocd_app_info{health_status="Degraded", name="name-1", project="project-1", sync_status="sync_status-1"}',
        "1x24",
    )
    scenario.run("12m")
    assert scenario.alert("ArgoAppUnhealthy").fired_at == "10m"
    assert scenario.alert("ArgoAppUnhealthy").instances == [
        {
            "alertname": "ArgoAppUnhealthy",
            "health_status": "Degraded",
            "name": "name-1",
            "owner": "platform",
            "project": "project-1",
            "service": "argocd",
            "severity": "warning",
            "sync_status": "sync_status-1",
        }
    ]
    told = scenario.discord.of("ArgoAppUnhealthy")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_argo_app_unhealthy_fires_for_each_health_status(scenario: Scenario) -> None:
    # Each of 3 by itself.
    scenario.stored(
        'argocd_app_info{health_status="Degraded", name="name-1", project="project-1", sync_status="sync_status-1"}',
        "1x30",
    )
    scenario.stored(
        'argocd_app_info{health_status="Missing", name="name-1", project="project-1", sync_status="sync_status-1"}',
        "1x30",
    )
    scenario.stored(
        'argocd_app_info{health_status="Unknown", name="name-1", project="project-1", sync_status="sync_status-1"}',
        "1x30",
    )
    scenario.run("15m")
    assert scenario.alert("ArgoAppUnhealthy").fired_at == "10m"
    assert len(scenario.alert("ArgoAppUnhealthy").instances) == 3


def test_argo_app_unhealthy_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (name, project, sync_status, health_status) (argocd_app_info{health_status=~"…
    scenario.stored(
        'argocd_app_info{health_status="Degraded", name="name-1", project="project-1", sync_status="sync_status-1"}',
        "0.99x30",
    )
    scenario.run("15m")
    assert not scenario.alert("ArgoAppUnhealthy").fired


def test_argo_sync_failed_fires(scenario: Scenario) -> None:
    # 2 samples are enough.
    scenario.stored(
        'argocd_app_sync_total{name="name-1", phase="Failed", project="project-1"}', "0+0.003x1 stale"
    )
    scenario.run("11m")
    assert scenario.alert("ArgoSyncFailed").fired_at == "30s"
    assert scenario.alert("ArgoSyncFailed").ended_at == "10m30s"


def test_argo_sync_failed_ends_too_early(scenario: Scenario) -> None:
    # 1 sample is not enough.
    scenario.stored(
        'argocd_app_sync_total{name="name-1", phase="Failed", project="project-1"}', "0+0.003x0 stale"
    )
    scenario.run("11m")
    assert not scenario.alert("ArgoSyncFailed").fired


def test_argo_sync_failed_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('argocd_app_sync_total{name="name-1", phase="Failed", project="project-1"}', "0+0.003x5")
    scenario.run("2m30s")
    assert scenario.alert("ArgoSyncFailed").fired_at == "30s"
    assert scenario.alert("ArgoSyncFailed").instances == [
        {
            "alertname": "ArgoSyncFailed",
            "name": "name-1",
            "owner": "platform",
            "project": "project-1",
            "service": "argocd",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("ArgoSyncFailed")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_argo_sync_failed_fires_with_phase_error(scenario: Scenario) -> None:
    # With phase Error of argocd_app_sync_total.
    scenario.stored('argocd_app_sync_total{name="name-1", phase="Error", project="project-1"}', "0+0.003x10")
    scenario.run("5m")
    assert scenario.alert("ArgoSyncFailed").fired_at == "30s"


def test_argo_sync_failed_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (name, project) (increase(argocd_app_sync_total{phase=~"Failed|Error"}[10m]))…
    scenario.stored('argocd_app_sync_total{name="name-1", phase="Failed", project="project-1"}', "0+0x10")
    scenario.run("5m")
    assert not scenario.alert("ArgoSyncFailed").fired


def test_argo_git_fetch_failing_fires(scenario: Scenario) -> None:
    # 2 samples are enough.
    scenario.stored('argocd_git_fetch_fail_total{repo="repo-1"}', "0+0.003x1 stale")
    scenario.run("16m")
    assert scenario.alert("ArgoGitFetchFailing").fired_at == "10m30s"
    assert scenario.alert("ArgoGitFetchFailing").ended_at == "15m30s"


def test_argo_git_fetch_failing_ends_too_early(scenario: Scenario) -> None:
    # 1 sample is not enough.
    scenario.stored('argocd_git_fetch_fail_total{repo="repo-1"}', "0+0.003x0 stale")
    scenario.run("16m")
    assert not scenario.alert("ArgoGitFetchFailing").fired


def test_argo_git_fetch_failing_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('argocd_git_fetch_fail_total{repo="repo-1"}', "0+0.003x25")
    scenario.run("12m30s")
    assert scenario.alert("ArgoGitFetchFailing").fired_at == "10m30s"
    assert scenario.alert("ArgoGitFetchFailing").instances == [
        {
            "alertname": "ArgoGitFetchFailing",
            "owner": "platform",
            "repo": "repo-1",
            "service": "argocd",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("ArgoGitFetchFailing")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_argo_git_fetch_failing_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (repo) (increase(argocd_git_fetch_fail_total[15m])) > 0`, by argocd_git_fetch…
    scenario.stored('argocd_git_fetch_fail_total{repo="repo-1"}', "0+0x30")
    scenario.run("15m")
    assert not scenario.alert("ArgoGitFetchFailing").fired


def test_argo_metrics_missing_fires(scenario: Scenario) -> None:
    # 1 sample is enough.
    scenario.stored("argocd_app_info", "1x1 stale", every="2m")
    scenario.run("6h3m")
    assert scenario.alert("ArgoMetricsMissing").fired_at == "19m"
    assert scenario.alert("ArgoMetricsMissing").ended_at == "6h2m30s"


def test_argo_metrics_missing_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored("argocd_app_info", "1x1 stale", every="2m")
    scenario.run("21m")
    assert scenario.alert("ArgoMetricsMissing").fired_at == "19m"
    assert scenario.alert("ArgoMetricsMissing").instances == [
        {"alertname": "ArgoMetricsMissing", "owner": "platform", "service": "argocd", "severity": "warning"}
    ]
    told = scenario.discord.of("ArgoMetricsMissing")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_argo_metrics_missing_stays_silent_with_lasting_argocd_app_info(scenario: Scenario) -> None:
    # With lasting argocd_app_info.
    scenario.stored("argocd_app_info", "1x10", every="2m")
    scenario.run("20m")
    assert not scenario.alert("ArgoMetricsMissing").fired


def test_image_updater_errors_fires(scenario: Scenario) -> None:
    # 2 samples are enough.
    scenario.stored(
        'argocd_image_updater_images_errors_total{application="application-1"}', "0+0.003x1 stale"
    )
    scenario.run("31m")
    assert scenario.alert("ImageUpdaterErrors").fired_at == "15m30s"
    assert scenario.alert("ImageUpdaterErrors").ended_at == "30m30s"


def test_image_updater_errors_ends_too_early(scenario: Scenario) -> None:
    # 1 sample is not enough.
    scenario.stored(
        'argocd_image_updater_images_errors_total{application="application-1"}', "0+0.003x0 stale"
    )
    scenario.run("31m")
    assert not scenario.alert("ImageUpdaterErrors").fired


def test_image_updater_errors_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('argocd_image_updater_images_errors_total{application="application-1"}', "0+0.003x35")
    scenario.run("17m30s")
    assert scenario.alert("ImageUpdaterErrors").fired_at == "15m30s"
    assert scenario.alert("ImageUpdaterErrors").instances == [
        {
            "alertname": "ImageUpdaterErrors",
            "application": "application-1",
            "owner": "platform",
            "service": "image-updater",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("ImageUpdaterErrors")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_image_updater_errors_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (application) (increase(argocd_image_updater_images_errors_total[30m])) > 0`,…
    scenario.stored('argocd_image_updater_images_errors_total{application="application-1"}', "0+0x40")
    scenario.run("20m")
    assert not scenario.alert("ImageUpdaterErrors").fired
