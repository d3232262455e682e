"""The smallest series that fire the alerts of traefik, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_traefik_service_errors_fires(scenario: Scenario) -> None:
    # 20 samples are enough.
    scenario.stored('traefik_service_requests_total{code="500", service="gateway"}', "0+1.503x19 stale")
    scenario.run("11m")
    assert scenario.alert("TraefikServiceErrors").fired_at == "10m"
    assert scenario.alert("TraefikServiceErrors").ended_at == "10m30s"


def test_traefik_service_errors_ends_too_early(scenario: Scenario) -> None:
    # 19 samples are not enough.
    scenario.stored('traefik_service_requests_total{code="500", service="gateway"}', "0+1.503x18 stale")
    scenario.run("11m")
    assert not scenario.alert("TraefikServiceErrors").fired


def test_traefik_service_errors_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('traefik_service_requests_total{code="500", service="gateway"}', "0+1.503x24")
    scenario.run("12m")
    assert scenario.alert("TraefikServiceErrors").fired_at == "10m"
    assert scenario.alert("TraefikServiceErrors").instances == [
        {
            "alertname": "TraefikServiceErrors",
            "owner": "platform",
            "service": "gateway",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("TraefikServiceErrors")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_traefik_service_errors_fires_at_the_threshold_1(scenario: Scenario) -> None:
    # Just within `sum by (service) (rate(traefik_service_requests_total{code=~"5.."}[5m])) / sum by (servi…
    scenario.stored('traefik_service_requests_total{code="500", service="gateway"}', "0+15.03x20")
    scenario.stored('traefik_service_requests_total{service="gateway"}', "0+284.97x20")
    scenario.run("10m")
    assert scenario.alert("TraefikServiceErrors").fired_at == "5m30s"


def test_traefik_service_errors_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `sum by (service) (rate(traefik_service_requests_total{code=~"5.."}[5m])) / sum by (s…
    scenario.stored('traefik_service_requests_total{code="500", service="gateway"}', "0+15x20")
    scenario.stored('traefik_service_requests_total{service="gateway"}', "0+285x20")
    scenario.run("10m")
    assert not scenario.alert("TraefikServiceErrors").fired


def test_traefik_service_errors_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `sum by (service) (rate(traefik_service_requests_total[5m])) > 0.05`, by traefik_serv…
    scenario.stored('traefik_service_requests_total{code="500", service="gateway"}', "0+1.5x20")
    scenario.run("10m")
    assert not scenario.alert("TraefikServiceErrors").fired


def test_traefik_slow_fires(scenario: Scenario) -> None:
    # 13 samples are enough.
    scenario.stored('traefik_service_request_duration_seconds_sum{service="gateway"}', "0+30.3x12 stale")
    scenario.stored('traefik_service_request_duration_seconds_count{service="gateway"}', "0+30x12 stale")
    scenario.run("11m30s")
    assert scenario.alert("TraefikSlow").fired_at == "10m30s"
    assert scenario.alert("TraefikSlow").ended_at == "11m"


def test_traefik_slow_ends_too_early(scenario: Scenario) -> None:
    # 12 samples are not enough.
    scenario.stored('traefik_service_request_duration_seconds_sum{service="gateway"}', "0+30.3x11 stale")
    scenario.stored('traefik_service_request_duration_seconds_count{service="gateway"}', "0+30x11 stale")
    scenario.run("11m30s")
    assert not scenario.alert("TraefikSlow").fired


def test_traefik_slow_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('traefik_service_request_duration_seconds_sum{service="gateway"}', "0+30.3x25")
    scenario.stored('traefik_service_request_duration_seconds_count{service="gateway"}', "0+30x25")
    scenario.run("12m30s")
    assert scenario.alert("TraefikSlow").fired_at == "10m30s"
    assert scenario.alert("TraefikSlow").instances == [
        {"alertname": "TraefikSlow", "owner": "platform", "service": "gateway", "severity": "warning"}
    ]
    told = scenario.discord.of("TraefikSlow")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_traefik_slow_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `sum by (service) (rate(traefik_service_request_duration_seconds_sum[5m])) / (sum by …
    scenario.stored('traefik_service_request_duration_seconds_sum{service="gateway"}', "0+30x30")
    scenario.stored('traefik_service_request_duration_seconds_count{service="gateway"}', "0+30x30")
    scenario.run("15m")
    assert not scenario.alert("TraefikSlow").fired


def test_traefik_slow_fires_at_the_threshold_2(scenario: Scenario) -> None:
    # Just within `sum by (service) (rate(traefik_service_request_duration_seconds_count[5m])) > 0`, by tra…
    scenario.stored('traefik_service_request_duration_seconds_sum{service="gateway"}', "0+60x30")
    scenario.stored('traefik_service_request_duration_seconds_count{service="gateway"}', "0+0.003x30")
    scenario.run("15m")
    assert scenario.alert("TraefikSlow").fired_at == "10m30s"


def test_traefik_slow_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `sum by (service) (rate(traefik_service_request_duration_seconds_count[5m])) > 0`, by…
    scenario.stored('traefik_service_request_duration_seconds_sum{service="gateway"}', "0+60x30")
    scenario.stored('traefik_service_request_duration_seconds_count{service="gateway"}', "0+0x30")
    scenario.run("15m")
    assert not scenario.alert("TraefikSlow").fired


def test_traefik_slow_stays_silent_without_traefik_service_request_duration_seconds_sum(
    scenario: Scenario,
) -> None:
    # Without traefik_service_request_duration_seconds_sum.
    scenario.stored('traefik_service_request_duration_seconds_count{service="gateway"}', "0+30x30")
    scenario.run("15m")
    assert not scenario.alert("TraefikSlow").fired


def test_traefik_slow_stays_silent_without_traefik_service_request_duration_seconds_count(
    scenario: Scenario,
) -> None:
    # Without traefik_service_request_duration_seconds_count.
    scenario.stored('traefik_service_request_duration_seconds_sum{service="gateway"}', "0+60x30")
    scenario.run("15m")
    assert not scenario.alert("TraefikSlow").fired


def test_traefik_cert_expiring_fires(scenario: Scenario) -> None:
    # 131 samples are enough.
    scenario.stored('traefik_tls_certs_not_after{cn="cn-1"}', "1768176299x130 stale")
    scenario.run("1h6m")
    assert scenario.alert("TraefikCertExpiring").fired_at == "1h5m"
    assert scenario.alert("TraefikCertExpiring").ended_at == "1h5m30s"


def test_traefik_cert_expiring_ends_too_early(scenario: Scenario) -> None:
    # 130 samples are not enough.
    scenario.stored('traefik_tls_certs_not_after{cn="cn-1"}', "1768176299x129 stale")
    scenario.run("1h6m")
    assert not scenario.alert("TraefikCertExpiring").fired


def test_traefik_cert_expiring_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('traefik_tls_certs_not_after{cn="cn-1"}', "1768176299x134")
    scenario.run("1h7m")
    assert scenario.alert("TraefikCertExpiring").fired_at == "1h5m"
    assert scenario.alert("TraefikCertExpiring").instances == [
        {
            "alertname": "TraefikCertExpiring",
            "cn": "cn-1",
            "owner": "platform",
            "service": "traefik",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("TraefikCertExpiring")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_traefik_cert_expiring_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `min by (cn) (traefik_tls_certs_not_after) - time() < 7 * 86400`, by traefik_tls_cert…
    scenario.stored('traefik_tls_certs_not_after{cn="cn-1"}', "1768176300x130")
    scenario.run("1h5m")
    assert not scenario.alert("TraefikCertExpiring").fired


def test_traefik_down_fires(scenario: Scenario) -> None:
    # 1 sample is enough.
    scenario.stored('up{job="traefik"}', "0x0 stale", every="2m")
    scenario.run("6h1m")
    assert scenario.alert("TraefikDown").fired_at == "5m"
    assert scenario.alert("TraefikDown").ended_at == "6h30s"


def test_traefik_down_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('up{job="traefik"}', "0x3", every="2m")
    scenario.run("7m")
    assert scenario.alert("TraefikDown").fired_at == "5m"
    assert scenario.alert("TraefikDown").instances == [
        {"alertname": "TraefikDown", "owner": "platform", "service": "traefik", "severity": "critical"}
    ]
    told = scenario.discord.of("TraefikDown")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_traefik_down_stays_silent_at_1_up(scenario: Scenario) -> None:
    # With 1 for up.
    scenario.stored('up{job="traefik"}', "1x5", every="2m")
    scenario.run("10m")
    assert not scenario.alert("TraefikDown").fired
