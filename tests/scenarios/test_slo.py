"""Error budgets that burn, from the proxies' counters to Discord."""

from __future__ import annotations

from obs.testing import Scenario

ROUTE = 'direction="outbound", dst="user.user.svc.cluster.local:8081", rt_route="GET /users", namespace="gateway", pod="gateway-1"'
GOOD = f'route_response_total{{{ROUTE}, classification="success", status_code="200"}}'
BAD = f'route_response_total{{{ROUTE}, classification="failure", status_code="503"}}'


def traffic(scenario: Scenario, good: str, bad: str) -> None:
    scenario.stored(GOOD, good)
    scenario.stored(BAD, bad)


def test_an_outage_wakes_somebody_and_silences_the_slower_tiers(scenario: Scenario) -> None:
    """An hour of ten requests a second, then all of them fail. Of a day and of three there is only this hour, so that
    the slow tiers are reached first; once somebody is woken, they say nothing more.
    """
    traffic(scenario, "0+300x120 36000x80", "0x120 0+300x80")
    scenario.run("95m")
    firing = [message for message in scenario.discord.firing if message.alertname.startswith("SloBurn")]
    (fast,) = (message for message in firing if message.alertname == "SloBurnFast")
    assert "64m" <= fast.at <= "72m"
    assert fast.title.startswith("🔥 장애 발생 1건: SloBurnFast · user")
    assert "GET /users" in fast.text
    assert not [message.alertname for message in firing if message.at > fast.at]


def test_a_healthy_service_is_silent(scenario: Scenario) -> None:
    traffic(scenario, "0+300x180", "0+1x180")
    scenario.run("85m")
    scenario.discord.none()


def test_a_failure_at_night_is_silent(scenario: Scenario) -> None:
    """A request in two minutes; the last seven fail."""
    traffic(scenario, "0+0.25x120 30x40", "0x120 0+0.25x28 7x20")
    scenario.run("80m")
    assert not scenario.alert("SloBurnFast").fired


def test_retries_that_use_up_their_budget_are_told(scenario: Scenario) -> None:
    """Half a thousand requests in a round, and two hundred more sent again: 6.7 a second, of 10 + 0.2 * 16.7."""
    labels = ROUTE.replace('direction="outbound", ', "")
    scenario.stored(f'route_request_total{{direction="outbound", {labels}}}', "0+500x60")
    scenario.stored(f'route_actual_request_total{{direction="outbound", {labels}}}', "0+720x60")
    scenario.run("20m")
    message = scenario.discord.of("RetryBudgetBurning")[0]
    assert message.title.startswith("⚠️ 경고 1건: RetryBudgetBurning · user")
    assert "55%" in message.text or "%" in message.text
