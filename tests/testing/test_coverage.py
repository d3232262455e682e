"""What scenarios exercise, and which changes they notice."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from obs import api
from obs.lang.gotemplate.render import render_message
from obs.lang.gotemplate.run import watched
from obs.sim.rules.python import PythonRules
from obs.testing import Scenario, spring
from obs.testing.coverage import measure
from obs.testing.coverage.item import Coverage, Item
from obs.testing.coverage.page import render
from obs.testing.coverage.places import Places, places_of
from obs.testing.mutation.processes import tried
from obs.testing.mutation.run import Tried, mutants, mutate
from obs.testing.scenario.emulator import Emulator
from obs.testing.scenario.evaluators import evaluator, fresh
from obs.testing.scenario.platform import Platform, platform_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project() -> tuple[Platform, Places]:
    program = api.load_program(api.read_settings(ROOT))
    return platform_of(program), places_of(program)


def one_error(scenario: Scenario) -> None:
    scenario.log("gateway", spring())
    scenario.run("5m")
    assert scenario.discord.only().at <= "3m"


def ran(platform: Platform, test: Callable[[Scenario], object]) -> Scenario:
    scenario = Scenario(Emulator(platform, evaluator()))
    test(scenario)
    return scenario


def test_one_error_exercises_its_own_chain_and_no_more(project: tuple[Platform, Places]) -> None:
    platform, places = project
    coverage = measure.expected(platform, places)
    measure.measure(ran(platform, one_error).observed, lambda expr: (), "one", coverage)
    done = {str(item) for item, tests in coverage.tests.items() if tests}
    assert {"SpringErrorLogsDetected: firing", "5 match: matches", "5 match:  ERROR [0-9]+ --- "} <= done
    assert "SpringErrorLogsDetected: reaches discord-webhook" in done
    missed = {str(item) for item in coverage.missed()}
    assert "HighNodeCPUUsage: reaches discord-webhook" in missed
    assert "HighNodeCPUUsage: firing" in missed
    assert '5 match: "_level_name": ?"ERROR"' in missed


def test_items_know_where_they_are_defined(project: tuple[Platform, Places]) -> None:
    coverage = measure.expected(*project)
    (alert,) = [one for one in coverage.tests if str(one) == "SpringErrorLogsDetected: firing"]
    assert alert.where.startswith("rules/spring.py:")


def test_a_page_escapes_what_it_shows() -> None:
    coverage = Coverage({Item("alert", "<script>alert(1)</script>"): ["<b>"]})
    page = render(coverage)
    assert "<script" not in page
    assert "<b>" not in page


def test_branches_of_a_template_are_watched(project: tuple[Platform, Places]) -> None:
    from obs.sim.routing.message import message_data

    data = message_data([], "r", {})
    with watched() as taken:
        render_message("{{ if .Alerts }}a{{ else }}b{{ end }}", data)
    assert [outcome for _, outcome in taken] == [False]


def test_a_change_that_a_test_notices_is_told_from_one_that_none_does(
    project: tuple[Platform, Places],
) -> None:
    platform, places = project
    kept = [group for group in platform.groups if group["name"] == "spring"]
    small = replace(platform, groups=tuple(kept))
    found = [one for one in mutants(small, places) if one.subject == "SpringErrorLogsDetected"]
    tests = [Tried.of("one", one_error, ran(small, one_error).observed)]
    outcome = mutate(found, tests, fresh)
    noticed = {(mutant.kind, mutant.after) for mutant, _ in outcome.noticed}
    missed = {(mutant.kind, mutant.after) for mutant in outcome.missed}
    assert any(kind == "or left out" for kind, _ in noticed)
    assert ("for", "no for") in missed


def test_mutants_are_the_same_each_time(project: tuple[Platform, Places]) -> None:
    first, second = (mutants(*project, sample=20, seed=3) for _ in range(2))
    assert [str(one) for one in first] == [str(one) for one in second]
    assert all(one.platform != project[0] for one in first)


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_mutants_are_tried_once_each_in_any_number_of_processes(processes: int) -> None:
    started: list[object] = []

    def start() -> PythonRules:
        started.append(object())
        return PythonRules()

    def trial(index: int, evaluator: object) -> str:
        return "" if index % 3 else f"test {index} of a name with spaces"

    found = dict(tried(10, trial, start, processes))
    assert found == {index: trial(index, None) for index in range(10)}
    assert len(started) == (1 if processes == 1 else 0)  # the others were started in the processes


def test_what_a_process_that_died_has_not_told_is_tried_here() -> None:
    here = os.getpid()

    def trial(index: int, evaluator: object) -> str:
        if index == 3 and os.getpid() != here:
            os._exit(1)
        return f"test {index}"

    assert dict(tried(8, trial, PythonRules, 2)) == {index: f"test {index}" for index in range(8)}


def test_what_honor_labels_cannot_change_is_no_mutant(project: tuple[Platform, Places]) -> None:
    """By the catalogue no metric of the node exporter has a label of its target; cert-manager's have `namespace`."""
    flipped = {one.subject for one in mutants(*project) if one.kind == "honor_labels"}
    assert "target cert-manager" in flipped
    assert "target node-exporter" not in flipped
