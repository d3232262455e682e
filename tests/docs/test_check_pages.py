"""docs/checks holds the page of each check as its docstring is now, and --list shows them all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from obs.checks.base import checks
from obs.cli.check_pages import index, page, run_list

FOLDER = Path(__file__).parents[2] / "docs" / "checks"
CHECKS = {check.name: check for check in checks()}


def test_every_check_has_a_page_and_every_page_a_check() -> None:
    assert {file.stem for file in FOLDER.glob("*.md")} == {*CHECKS, "README"}, "run `make docs-checks`"


@pytest.mark.parametrize("name", CHECKS)
def test_a_page_is_what_the_check_says(name: str) -> None:
    written = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert written == page(CHECKS[name]), "run `make docs-checks`"


def test_the_index_lists_them() -> None:
    written = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert written == index(list(CHECKS.values())), "run `make docs-checks`"


def test_there_are_at_least_ninety(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_list(None, as_json=True) == 0
    listed = json.loads(capsys.readouterr().out)
    assert len(listed) >= 90
    assert all(one["summary"] for one in listed)
