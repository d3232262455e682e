"""Labels and series on their way from an exporter into Prometheus."""

from __future__ import annotations

from obs.testing import Scenario, counter, series


def test_a_certificate_is_told_with_its_own_namespace(scenario: Scenario) -> None:
    """cert-manager tells of certificates of every namespace, so its labels come before those of its pod."""
    labels = 'name="gateway-tls", namespace="gateway", issuer_name="ca", issuer_kind="ClusterIssuer", issuer_group=""'
    for condition, value in (("True", 0), ("False", 1), ("Unknown", 0)):
        ready = f'certmanager_certificate_ready_status{{{labels}, condition="{condition}"}}'
        scenario.given(series(ready, instance="a").hold(value))
    scenario.run("20m")
    message = scenario.discord.only()
    assert message.group["namespace"] == "gateway"
    assert "gateway/gateway-tls" in message.text


def test_a_service_of_traefik_is_named_and_not_traefik_itself(scenario: Scenario) -> None:
    """Its monitor is one for pods: a Service of its own would take the label `service`."""
    labels = 'service="gateway-gateway-8080@kubernetes", method="GET", protocol="http"'
    for code, rate in (("200", 5), ("502", 5)):
        scenario.given(
            counter(f'traefik_service_requests_total{{{labels}, code="{code}"}}', instance="a").hold(rate)
        )
    scenario.run("20m")
    message = scenario.discord.only()
    assert "gateway-gateway-8080@kubernetes" in message.text


def test_what_nothing_reads_of_the_proxies_is_not_stored(scenario: Scenario) -> None:
    for name in (
        'response_latency_ms_bucket{direction="outbound", le="100"}',
        'response_latency_ms_bucket{direction="inbound", le="100"}',
        'response_total{direction="outbound"}',
        'control_response_latency_ms_bucket{le="100"}',
        "stack_create_total",
        "tokio_rt_busy",
    ):
        scenario.given(counter(name, instance="gateway-1:4191").hold(1), target="linkerd-proxy")
    scenario.run("2m")
    kept = {
        (dict(key)["__name__"], dict(key).get("direction", ""))
        for key in scenario.observed.samples
        if dict(key).get("direction") or dict(key)["__name__"].startswith(("control_", "stack_", "tokio_"))
    }
    assert kept == {("response_latency_ms_bucket", "inbound"), ("response_total", "outbound")}
