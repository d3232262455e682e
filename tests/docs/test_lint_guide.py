"""What docs/lint.md says is so: its options exist, its check of your own runs, its JSON has those fields."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from obs.cli.app import app
from obs.cli.init import write_starter
from obs.formats import yaml

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
OWN = next(block for block in re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL) if "@lint" in block)
ALERT = """from obs import Alert

down = Alert("Down", expr="up == 0", summary="{{ $labels.instance }} is down", description="It is gone.")
"""


def lint(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["lint", *arguments])
    return done.exit_code, done.output


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_starter(tmp_path / "project")
    (tmp_path / "project" / "rules" / "down.py").write_text(ALERT, encoding="utf-8")
    (tmp_path / "project" / "checks").mkdir()
    (tmp_path / "project" / "checks" / "alert_without_team.py").write_text(OWN, encoding="utf-8")
    return tmp_path / "project"


def test_a_check_of_your_own(project: Path) -> None:
    code, output = lint("--project", str(project), "--select", "alert-without-team", "--format", "json")
    told = json.loads(output)
    assert code == 1
    assert "Down has no team" in [one["message"] for one in told]
    assert {one["name"] for one in told} == {"alert-without-team"}


def test_it_is_explained_and_listed(project: Path) -> None:
    assert (
        "An alert has no team that owns it."
        in lint("--project", str(project), "--explain", "alert-without-team")[1]
    )
    assert "alert-without-team" in lint("--project", str(project), "--list")[1]


def test_a_comment_with_a_reason_allows_it(project: Path) -> None:
    commented = ALERT.replace("down =", "# obs: allow alert-without-team: everybody's\ndown =")
    (project / "rules" / "down.py").write_text(commented, encoding="utf-8")
    output = lint("--project", str(project), "--select", "alert-without-team", "--format", "json")[1]
    assert "Down has no team" not in [one["message"] for one in json.loads(output)]


def test_the_options_exist() -> None:
    known = lint("--help")[1]
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE)) - {"--help"}
    assert [option for option in sorted(named) if option not in known] == []


def test_a_wrong_name_is_an_error_with_the_right_one(project: Path) -> None:
    code, output = lint("--project", str(project), "--select", "always-fireing")
    assert code == 2
    assert "did you mean always-firing?" in output


def test_the_fields_of_json(project: Path) -> None:
    table = GUIDE.split("| field | type | meaning |")[1].split("\n\n")[0]
    said = {
        name
        for row in table.splitlines()
        for name in re.findall(r"`(\w+)`", row.split("|")[1] if "|" in row else "")
    }
    output = lint("--project", str(project), "--select", "alert-without-team", "--format", "json")[1]
    assert said == set(json.loads(output)[0])


def test_the_workflows_that_init_writes(project: Path) -> None:
    github = yaml.loads((project / ".github/workflows/observability.yaml").read_text(encoding="utf-8"))
    gitlab = yaml.loads((project / ".gitlab/observability.yml").read_text(encoding="utf-8"))
    steps = [step.get("run", "") for step in github["jobs"]["obs"]["steps"]]
    for command in ("obs build --check", "--format github", "--format sarif"):
        assert any(command in step for step in steps)
    assert gitlab["observability"]["artifacts"]["reports"] == {"junit": "obs.xml"}
    assert any("--format junit" in line for line in gitlab["observability"]["script"])
