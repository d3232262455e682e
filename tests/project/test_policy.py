"""The policy of a team: every setting is read, and what is wrong with one is told at its line."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from obs.cli.app import app
from obs.diagnostic import ObsError
from obs.project.policy import Policy, read_policy
from obs.project.settings import load

ROOT = Path(__file__).parents[2]


def policy(tmp_path: Path, text: str) -> Policy:
    file = tmp_path / ".obs.toml"
    file.write_text(text, encoding="utf-8")
    found = read_policy(file)
    assert found is not None
    return found


def test_every_setting_of_the_page_is_known(tmp_path: Path) -> None:
    page = (ROOT / "docs/policy.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert example is not None
    found = policy(tmp_path, example[1])
    assert found.faults == ()
    assert found.max_group_interval == 300_000
    assert [one.kinds for one in found.rules] == [("alert",), ("alert",), ("record",)]
    assert found.rules[1].with_labels == {"severity": "critical"}
    assert found.rules[1].max_for == 900_000


@pytest.mark.parametrize(
    ("text", "line", "problem", "fix"),
    [
        (
            '[[lint.policy]]\nkinds = ["alert"]\n\n[[lint.policy]]\nkind = ["alert"]\n',
            5,
            "there is no setting kind",
            "did you mean kinds?",
        ),
        ('[[lint.policy]]\nmax-for = "soon"\n', 2, 'max-for must be a duration such as "5m"', ""),
        ('[[lint.policy]]\nkinds = ["alerts"]\n', 2, 'kinds must be ["alert"], ["record"] or both', ""),
        ("[lint]\nmax-rules-per-group = 0\n", 2, "max-rules-per-group must be a number from 1 on", ""),
        ('[[lint.policy]]\nlabel-values = "page"\n', 2, "label-values must be a table", ""),
        ('lint = "strict"\n', 1, "lint must be a table", ""),
    ],
)
def test_a_fault_is_told_at_its_line(tmp_path: Path, text: str, line: int, problem: str, fix: str) -> None:
    (fault,) = policy(tmp_path, text).faults
    assert (fault.origin.line, fault.problem, fault.fix) == (line, problem, fix)


def test_a_pattern_that_is_none(tmp_path: Path) -> None:
    (fault,) = policy(tmp_path, '[[lint.policy]]\nname-pattern = "("\n').faults
    assert fault.problem.startswith("name-pattern must be a regular expression")


def test_a_file_that_says_nothing_of_lint(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text("[tool.obs]\n")
    assert read_policy(file) is None


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    file = tmp_path / ".obs.toml"
    file.write_text("[lint\n")
    with pytest.raises(ObsError, match="cannot be read"):
        read_policy(file)


def test_a_project_may_have_a_policy(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.obs]\n[[tool.obs.lint.policy]]\nowners = ["a"]\n')
    assert load(tmp_path).root == tmp_path.resolve()
    found = read_policy(tmp_path / "pyproject.toml")
    assert found is not None
    assert found.rules[0].owners == ("a",)


def test_the_command_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text(
        "groups:\n  - name: shop\n    rules:\n      - alert: Errors\n        expr: errors > 1\n"
    )
    (tmp_path / "own.toml").write_text('[[lint.policy]]\nowners = ["shop"]\nseverity = "error"\n')
    found = CliRunner().invoke(app, ["lint", "rules.yaml", "--config", "own.toml"])
    assert found.exit_code == 1
    assert "error[missing-owner] Errors belongs to nobody" in found.output
    assert CliRunner().invoke(app, ["lint", "rules.yaml"]).exit_code == 0
    assert CliRunner().invoke(app, ["lint", "rules.yaml", "--config", "none.toml"]).exit_code == 2
