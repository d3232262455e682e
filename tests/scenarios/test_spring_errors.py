"""From an ERROR line of a service to Discord."""

from __future__ import annotations

from obs.testing import Scenario, spring


def test_one_error_reaches_discord(scenario: Scenario) -> None:
    scenario.log("gateway", spring("boom"), at="0m")
    scenario.run("4m")
    message = scenario.discord.only()
    assert message.at <= "3m"
    assert "gateway" in message.text
