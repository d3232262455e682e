"""The pytest plugin that obs ships: the fixture `scenario`, and failures that say where the chain broke.

pytest loads this file in every project where obs is installed, so it imports nothing of obs before a test asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from obs.testing.scenario.platform import Platform
    from obs.testing.scenario.scenario import Scenario

_SCENARIO = "_obs_scenario"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--obs-project` names the project, `--obs-rules` the evaluator."""
    group = parser.getgroup("obs")
    group.addoption("--obs-project", default=None, help="Project of the scenarios (default: the one around).")
    group.addoption(
        "--obs-rules",
        choices=("auto", "engine", "python"),
        default=None,
        help="What evaluates rules: Prometheus's own engine, obs's evaluator, or the first where it is built.",
    )


@pytest.fixture(scope="session")
def obs_platform(request: pytest.FixtureRequest) -> Platform:
    """The project as a platform that scenarios run on; override it to test another."""
    from pathlib import Path

    from obs import api
    from obs.diagnostic import ObsError
    from obs.project.settings import find_root
    from obs.report.text import render
    from obs.testing.scenario.platform import platform_of

    chosen = request.config.getoption("--obs-project")
    try:
        root = Path(chosen) if chosen else find_root(request.config.rootpath)
        return platform_of(api.load_program(api.read_settings(root)))
    except ObsError as error:
        pytest.fail(render(error.diagnostics, None), pytrace=False)


@pytest.fixture
def scenario(request: pytest.FixtureRequest, obs_platform: Platform) -> Scenario:
    """A scenario that has not begun: note down what happens, let it `run`, look at what came of it."""
    from obs.testing.scenario.emulator import Emulator
    from obs.testing.scenario.evaluators import evaluator
    from obs.testing.scenario.scenario import Scenario

    made = Scenario(Emulator(obs_platform, evaluator(request.config.getoption("--obs-rules"))))
    setattr(request.node, _SCENARIO, made)
    return made


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`@cases(...)` of `obs.testing`."""
    listed: dict[str, list[object]] = getattr(metafunc.function, "__obs_cases__", {})
    if listed:
        rows = list(zip(*listed.values(), strict=True))
        values = rows if len(listed) > 1 else [row[0] for row in rows]
        from obs.testing.parameters import value_name

        ids = ["-".join(map(value_name, row)) for row in rows]
        metafunc.parametrize(",".join(listed), values, ids=ids)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A scenario that fails shows its chain."""
    outcome = yield
    made = getattr(item, _SCENARIO, None)
    report = outcome.get_result()  # type: ignore[attr-defined]
    if made is None or report.when != "call" or not report.failed:
        return
    from obs.testing.scenario.chain import chain_of

    report.sections.append(("the chain of the scenario", chain_of(made)))


def pytest_terminal_summary(terminalreporter: object) -> None:
    """Which evaluator ran, if any did."""
    import sys

    module = sys.modules.get("obs.testing.scenario.evaluators")
    titles = [one.title for one in module._running.values()] if module is not None else []
    for title in titles:
        terminalreporter.write_line(f"scenarios: rules evaluated by {title}")  # type: ignore[attr-defined]
