"""What is said of a scenario that failed: its chain, with times; or that it never ran."""

from __future__ import annotations

from obs.testing.scenario.scenario import Scenario, ScenarioError


def chain_of(scenario: Scenario) -> str:
    """How far each alert came, link by link."""
    try:
        observed = scenario.observed
    except ScenarioError as error:
        return str(error)
    told = scenario.explain() or "nothing was put in that any alert of the project reads"
    return f"{told}\n(emulated; rules evaluated by {observed.evaluator})"


def timing_of(scenario: Scenario) -> str:
    """One line of times for each alert that fired: line, scrape, pending, firing, messages."""
    from obs.testing.scenario.span import Duration

    try:
        observed = scenario.observed
    except ScenarioError as error:
        return str(error)
    rows: list[str] = []
    for name in dict.fromkeys(change.alert for change in observed.changes):
        states = ", ".join(f"{state} {state.at}" for state in scenario.alert(name).states[1:])
        rows.append(f"{name}: {states}")
    for attempt in observed.attempts:
        receiver = attempt.delivery.receiver.rsplit("/", 1)[-1]
        alerts = ", ".join(sorted({alert.labels.get("alertname", "") for alert in attempt.delivery.alerts}))
        rows.append(
            f"{Duration(attempt.at)} {receiver}: {alerts} ({attempt.delivery.reason}) {attempt.response}"
        )
    return "\n".join(rows)
