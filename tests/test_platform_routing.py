"""The platform's alerts and the people who hear of them: pages, inhibitions, owners."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from obs import Alert, Inhibition, Runbook, Runbooks, api
from obs.diagnostic import DefinitionError
from obs.graph.alert_labels import label
from obs.graph.delivery import route_spec
from obs.graph.program import Program
from obs.graph.subject import of_program

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def program() -> Program:
    return api.load_program(api.read_settings(ROOT))


def test_each_alert_has_its_page_and_each_page_its_alert(program: Program) -> None:
    pages = {page.stem for page in (ROOT / "docs/runbooks").glob("*.md")}
    told = {alert.name for route in program.definitions.routes for alert in list(route.to.values())[-1]}
    assert pages == {alert.name for alert in program.definitions.alerts} | told


def test_pages_say_what_to_do() -> None:
    for page in (ROOT / "docs/runbooks").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        for heading in ("무슨 뜻인가", "먼저 확인할 것", "고치는 방법", "잠시 끄기"):
            (body,) = re.findall(rf"^## {heading}\n\n(.+?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
            assert re.search("[가-힣]{2}", body), (page.name, heading)


def test_the_message_leads_to_the_page(program: Program) -> None:
    for alert in program.definitions.alerts:
        assert (ROOT / program.annotations[alert.name]["runbook_page"]).is_file()


def test_a_source_of_an_inhibition_has_the_labels_that_are_compared(program: Program) -> None:
    """Alertmanager takes missing labels as equal, so that one alert would mute everything."""
    (route,) = program.definitions.routes
    for rule in route_spec(route)["inhibitRules"]:  # type: ignore[attr-defined]
        required = {matcher["name"] for matcher in rule["sourceMatch"]}
        assert required & set(rule["equal"])


def test_every_alert_of_the_project_reaches_discord_and_no_other(program: Program) -> None:
    """Whatever the values of its labels are; the chart's alerts stay silent."""
    subject = of_program(program)
    assert len(subject.delivered) == len(program.definitions.alerts)
    for alert, reached in subject.delivered:
        receivers = {one.node.receiver.rpartition("/")[2] for one in reached}
        assert receivers <= {"discord-webhook", "null"}, alert.name
        told = [one for one in reached if one.node.receiver.endswith("/discord-webhook")]
        assert told, alert.name
        assert all(one.certain for one in told), alert.name


def test_every_alert_says_whose_it_is(program: Program) -> None:
    for alert in of_program(program).alerts:
        assert label(alert, "service").presence != "never", alert.name
        assert alert.labels["severity"] in ("critical", "warning", "info"), alert.name


ALERT = Alert("X", expr="up == 0", summary="s", description="d")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"source": [], "target": ["warning"], "equal": ["service"]}, "has no source"),
        ({"source": ["critical"], "target": ["warning"], "equal": []}, "compares no label"),
        (
            {"source": ["critical"], "target": [ALERT, "warning"], "equal": ["a"]},
            "alerts and severities in target",
        ),
        ({"source": [ALERT], "target": [ALERT], "equal": ["a"]}, "X on both sides"),
    ],
)
def test_an_inhibition_that_cannot_be_meant(given: dict, problem: str) -> None:
    with pytest.raises(DefinitionError, match=problem):
        Inhibition(**given)


def test_a_runbook_says_something() -> None:
    with pytest.raises(DefinitionError, match="says nothing in check"):
        Runbook(ALERT, means="m", check=[], mend=["m"])


def test_pages_stay_in_the_project() -> None:
    with pytest.raises(DefinitionError, match="inside the project"):
        Runbooks("../pages")
