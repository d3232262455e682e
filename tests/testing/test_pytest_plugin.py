"""The plugin in another person's project: found by itself, quick, and clear when a scenario fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
TESTS = """
from obs.testing import cases, spring

def test_good(scenario):
    scenario.log("gateway", spring())
    scenario.run("4m")
    assert scenario.discord.only().at <= "3m"

@cases(service=["user", "store"])
def test_each(scenario, service):
    scenario.log(service, spring())
    scenario.run("4m")
    assert service in scenario.discord.only().text

def test_bad(scenario):
    scenario.log("gateway", spring())
    scenario.run("4m")
    assert scenario.discord.only().at <= "1m"

def test_silent(scenario):
    scenario.log("gateway", spring(level="INFO"))
    scenario.run("4m")
    scenario.discord.only()
"""


def pytest_run(folder: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments]
    environment = {**os.environ, "PYTEST_ADDOPTS": "", "PYTHONPATH": str(HERE)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_failing_scenario_shows_its_chain(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(TESTS)
    code, out = pytest_run(tmp_path, f"--obs-project={HERE}", "test_x.py")
    assert code == 1, out
    assert "2 failed, 3 passed" in out
    assert "the chain of the scenario" in out
    assert "assert 2m <= '1m'" in out
    assert "no message reached Discord" in out
    assert "SpringErrorLogsDetected dies at metrics stage" in out
    assert "rules evaluated by" in out


def test_the_evaluator_can_be_chosen(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(TESTS)
    code, out = pytest_run(
        tmp_path, f"--obs-project={HERE}", "--obs-rules=python", "-k", "good or each", "test_x.py"
    )
    assert code == 0, out
    assert "rules evaluated by obs's own evaluator" in out


def test_the_plugin_imports_nothing_of_obs_before_a_scenario_asks() -> None:
    script = (
        "import sys, obs.testing.pytest_plugin\n"
        "print(sorted(name for name in sys.modules if name.startswith('obs')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=HERE, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == "['obs', 'obs.testing', 'obs.testing.pytest_plugin']"


def test_no_project_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text("def test_x(scenario):\n    pass\n")
    code, out = pytest_run(tmp_path, "test_x.py")
    assert code == 1
    assert "no obs project at" in out
