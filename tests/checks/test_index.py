"""The index says of each check what its module says, and lint imports no check that could find nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from obs.checks import index
from obs.checks.base import Check, checks, loaded
from tools.check_index.__main__ import rendered

RULES = """\
groups:
  - name: a
    rules:
      - alert: InstanceDown
        expr: up == 0
        for: 5m
        labels: {severity: critical}
        annotations: {summary: "{{ $labels.instance }} is down"}
"""


def test_it_is_what_the_modules_say() -> None:
    written = Path(index.FILE).read_text(encoding="utf-8").splitlines()

    assert written == rendered().splitlines(), "a check or what it asks has changed: run `make docs-checks`"


def test_a_stand_in_has_the_page_of_its_check() -> None:
    known = {one.name: one for one in checks()}

    assert known["irate-in-rule"].page == loaded("irate_in_rule")["irate-in-rule"].page


def test_a_module_that_is_new_or_another_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("irate_in_rule", "always_firing"):
        shutil.copy(Path(index.FOLDER) / f"{name}.py", tmp_path)
    with (tmp_path / "irate_in_rule.py").open("a", encoding="utf-8") as file:
        file.write("# touched\n")
    (tmp_path / "added.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(index, "FOLDER", str(tmp_path))
    imported: list[str] = []

    def load(module: str) -> dict[str, Check]:
        imported.append(module)
        return {}

    found = index.indexed(load)

    assert imported == ["added", "irate_in_rule"]
    assert "always-firing" in found
    assert "irate-in-rule" not in found


def test_without_an_index_all_are_imported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    known = {one.name: (one.severity, one.profile, one.stage, one.alone, one.finds) for one in checks()}
    monkeypatch.setattr(index, "FILE", str(tmp_path / "none.json"))

    found = index.indexed(lambda module: dict(loaded(module)))

    assert {
        name: (one.severity, one.profile, one.stage, one.alone, one.finds) for name, one in found.items()
    } == known


def test_a_lint_of_rules_imports_nothing_that_is_about_something_else(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    run = "import sys; from obs.cli.app import run\ntry: run()\nexcept SystemExit: print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", run, "lint", str(tmp_path)], capture_output=True, text=True, check=True
    )

    imported = set(done.stdout.split())
    assert "obs.checks.absent_without_for" in imported
    unwanted = {
        "irate_in_rule",
        "shadowed_route",
        "cri_stage_missing",
        "panels_overlap",
        "well_formatted",
        "group_against_policy",
    }
    assert not {f"obs.checks.{name}" for name in unwanted} & imported
