"""The smallest series that fire the alerts of certificates, and the nearest that do not.

Derived by `obs test --synthesize`; without this line the file is yours, and is not written again.
"""

from __future__ import annotations

from obs.testing import Scenario


def test_certificate_not_ready_fires(scenario: Scenario) -> None:
    # 21 samples are enough.
    scenario.stored(
        'certmanager_certificate_ready_status{condition="condition-1", name="name-1", namespace="gateway"}',
        "1x20 stale",
    )
    scenario.run("11m")
    assert scenario.alert("CertificateNotReady").fired_at == "10m"
    assert scenario.alert("CertificateNotReady").ended_at == "10m30s"


def test_certificate_not_ready_ends_too_early(scenario: Scenario) -> None:
    # 20 samples are not enough.
    scenario.stored(
        'certmanager_certificate_ready_status{condition="condition-1", name="name-1", namespace="gateway"}',
        "1x19 stale",
    )
    scenario.run("11m")
    assert not scenario.alert("CertificateNotReady").fired


def test_certificate_not_ready_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'certmanager_certificate_ready_status{condition="condition-1", name="name-1", namespace="gateway"}',
        "1x24",
    )
    scenario.run("12m")
    assert scenario.alert("CertificateNotReady").fired_at == "10m"
    assert scenario.alert("CertificateNotReady").instances == [
        {
            "alertname": "CertificateNotReady",
            "name": "name-1",
            "namespace": "gateway",
            "owner": "platform",
            "service": "cert-manager",
            "severity": "critical",
        }
    ]
    told = scenario.discord.of("CertificateNotReady")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_certificate_not_ready_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `max by (namespace, name) (certmanager_certificate_ready_status{condition!="True"}) =…
    scenario.stored(
        'certmanager_certificate_ready_status{condition="condition-1", name="name-1", namespace="gateway"}',
        "0.99x30",
    )
    scenario.run("15m")
    assert not scenario.alert("CertificateNotReady").fired


def test_certificate_renewal_overdue_fires(scenario: Scenario) -> None:
    # 31 samples are enough.
    scenario.stored(
        'certmanager_certificate_renewal_timestamp_seconds{name="name-1", namespace="gateway"}',
        "1767567899x30 stale",
    )
    scenario.run("16m")
    assert scenario.alert("CertificateRenewalOverdue").fired_at == "15m"
    assert scenario.alert("CertificateRenewalOverdue").ended_at == "15m30s"


def test_certificate_renewal_overdue_ends_too_early(scenario: Scenario) -> None:
    # 30 samples are not enough.
    scenario.stored(
        'certmanager_certificate_renewal_timestamp_seconds{name="name-1", namespace="gateway"}',
        "1767567899x29 stale",
    )
    scenario.run("16m")
    assert not scenario.alert("CertificateRenewalOverdue").fired


def test_certificate_renewal_overdue_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'certmanager_certificate_renewal_timestamp_seconds{name="name-1", namespace="gateway"}',
        "1767567899x34",
    )
    scenario.run("17m")
    assert scenario.alert("CertificateRenewalOverdue").fired_at == "15m"
    assert scenario.alert("CertificateRenewalOverdue").instances == [
        {
            "alertname": "CertificateRenewalOverdue",
            "name": "name-1",
            "namespace": "gateway",
            "owner": "platform",
            "service": "cert-manager",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("CertificateRenewalOverdue")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_certificate_renewal_overdue_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `min by (namespace, name) (certmanager_certificate_renewal_timestamp_seconds > 0) - t…
    scenario.stored(
        'certmanager_certificate_renewal_timestamp_seconds{name="name-1", namespace="gateway"}',
        "1767567900x30",
    )
    scenario.run("15m")
    assert not scenario.alert("CertificateRenewalOverdue").fired


def test_certificate_renewal_overdue_fires_at_the_threshold_2(scenario: Scenario) -> None:
    # Just within `certmanager_certificate_renewal_timestamp_seconds > 0`, by certmanager_certificate_renew…
    scenario.stored(
        'certmanager_certificate_renewal_timestamp_seconds{name="name-1", namespace="gateway"}', "0.0001x30"
    )
    scenario.run("15m")
    assert scenario.alert("CertificateRenewalOverdue").fired_at == "10m"


def test_certificate_renewal_overdue_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `certmanager_certificate_renewal_timestamp_seconds > 0`, by certmanager_certificate_r…
    scenario.stored(
        'certmanager_certificate_renewal_timestamp_seconds{name="name-1", namespace="gateway"}', "0x30"
    )
    scenario.run("15m")
    assert not scenario.alert("CertificateRenewalOverdue").fired


def test_certificate_expires_soon_fires(scenario: Scenario) -> None:
    # 31 samples are enough.
    scenario.stored(
        'certmanager_certificate_expiration_timestamp_seconds{name="name-1", namespace="gateway"}',
        "1768176299x30 stale",
    )
    scenario.run("16m")
    assert scenario.alert("CertificateExpiresSoon").fired_at == "15m"
    assert scenario.alert("CertificateExpiresSoon").ended_at == "15m30s"


def test_certificate_expires_soon_ends_too_early(scenario: Scenario) -> None:
    # 30 samples are not enough.
    scenario.stored(
        'certmanager_certificate_expiration_timestamp_seconds{name="name-1", namespace="gateway"}',
        "1768176299x29 stale",
    )
    scenario.run("16m")
    assert not scenario.alert("CertificateExpiresSoon").fired


def test_certificate_expires_soon_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'certmanager_certificate_expiration_timestamp_seconds{name="name-1", namespace="gateway"}',
        "1768176299x34",
    )
    scenario.run("17m")
    assert scenario.alert("CertificateExpiresSoon").fired_at == "15m"
    assert scenario.alert("CertificateExpiresSoon").instances == [
        {
            "alertname": "CertificateExpiresSoon",
            "name": "name-1",
            "namespace": "gateway",
            "owner": "platform",
            "service": "cert-manager",
            "severity": "critical",
        }
    ]
    told = scenario.discord.of("CertificateExpiresSoon")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_certificate_expires_soon_stays_silent_at_the_threshold_1(scenario: Scenario) -> None:
    # Just outside of `min by (namespace, name) (certmanager_certificate_expiration_timestamp_seconds > 0) …
    scenario.stored(
        'certmanager_certificate_expiration_timestamp_seconds{name="name-1", namespace="gateway"}',
        "1768176300x30",
    )
    scenario.run("15m")
    assert not scenario.alert("CertificateExpiresSoon").fired


def test_certificate_expires_soon_fires_at_the_threshold_2(scenario: Scenario) -> None:
    # Just within `certmanager_certificate_expiration_timestamp_seconds > 0`, by certmanager_certificate_ex…
    scenario.stored(
        'certmanager_certificate_expiration_timestamp_seconds{name="name-1", namespace="gateway"}',
        "0.0001x30",
    )
    scenario.run("15m")
    assert scenario.alert("CertificateExpiresSoon").fired_at == "10m"


def test_certificate_expires_soon_stays_silent_at_the_threshold_2(scenario: Scenario) -> None:
    # Just outside of `certmanager_certificate_expiration_timestamp_seconds > 0`, by certmanager_certificat…
    scenario.stored(
        'certmanager_certificate_expiration_timestamp_seconds{name="name-1", namespace="gateway"}', "0x30"
    )
    scenario.run("15m")
    assert not scenario.alert("CertificateExpiresSoon").fired


def test_cert_manager_absent_fires(scenario: Scenario) -> None:
    # 1 sample is enough.
    scenario.stored('up{job="cert-manager"}', "0x0 stale", every="2m")
    scenario.run("6h1m")
    assert scenario.alert("CertManagerAbsent").fired_at == "10m"
    assert scenario.alert("CertManagerAbsent").ended_at == "6h30s"


def test_cert_manager_absent_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored('up{job="cert-manager"}', "0x6", every="2m")
    scenario.run("12m")
    assert scenario.alert("CertManagerAbsent").fired_at == "10m"
    assert scenario.alert("CertManagerAbsent").instances == [
        {
            "alertname": "CertManagerAbsent",
            "owner": "platform",
            "service": "cert-manager",
            "severity": "critical",
        }
    ]
    told = scenario.discord.of("CertManagerAbsent")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_cert_manager_absent_stays_silent_at_1_up(scenario: Scenario) -> None:
    # With 1 for up.
    scenario.stored('up{job="cert-manager"}', "1x8", every="2m")
    scenario.run("16m")
    assert not scenario.alert("CertManagerAbsent").fired


def test_trust_bundle_reconcile_errors_fires(scenario: Scenario) -> None:
    # 2 samples are enough.
    scenario.stored(
        'controller_runtime_reconcile_errors_total{controller="controller-1", job="trust-manager"}',
        "0+0.003x1 stale",
    )
    scenario.run("16m")
    assert scenario.alert("TrustBundleReconcileErrors").fired_at == "10m30s"
    assert scenario.alert("TrustBundleReconcileErrors").ended_at == "15m30s"


def test_trust_bundle_reconcile_errors_ends_too_early(scenario: Scenario) -> None:
    # 1 sample is not enough.
    scenario.stored(
        'controller_runtime_reconcile_errors_total{controller="controller-1", job="trust-manager"}',
        "0+0.003x0 stale",
    )
    scenario.run("16m")
    assert not scenario.alert("TrustBundleReconcileErrors").fired


def test_trust_bundle_reconcile_errors_reaches_discord_webhook(scenario: Scenario) -> None:
    # It lasts.
    scenario.stored(
        'controller_runtime_reconcile_errors_total{controller="controller-1", job="trust-manager"}',
        "0+0.003x25",
    )
    scenario.run("12m30s")
    assert scenario.alert("TrustBundleReconcileErrors").fired_at == "10m30s"
    assert scenario.alert("TrustBundleReconcileErrors").instances == [
        {
            "alertname": "TrustBundleReconcileErrors",
            "controller": "controller-1",
            "owner": "platform",
            "service": "trust-manager",
            "severity": "warning",
        }
    ]
    told = scenario.discord.of("TrustBundleReconcileErrors")
    assert [message.receiver for message in told] == ["discord-webhook"]


def test_trust_bundle_reconcile_errors_stays_silent_at_the_threshold(scenario: Scenario) -> None:
    # Just outside of `sum by (controller) (increase(controller_runtime_reconcile_errors_total{job="trust-m…
    scenario.stored(
        'controller_runtime_reconcile_errors_total{controller="controller-1", job="trust-manager"}', "0+0x30"
    )
    scenario.run("15m")
    assert not scenario.alert("TrustBundleReconcileErrors").fired
