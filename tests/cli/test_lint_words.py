"""The words of `obs lint` say the same with and without Typer, and every option is known to both."""

from __future__ import annotations

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from obs.cli import lint_options
from obs.cli.app import app
from obs.cli.lint_words import FLAGS, LISTS, PATHS, TEXTS, said

CASES = [
    [],
    ["."],
    ["rules", "--format", "json", "dash.json", "-q"],
    ["--rules", "a/*.yaml", "--rules=b.yaml", "--alertmanager", "am.yml"],
    ["--strict", "--output", "out.sarif", "--format=sarif"],
    ["--profile", "mixin", "--select", "a,b", "--select", "c", "--ignore", "d"],
    ["-C", "there", "-o", "x", "--severity", "info", "--since", "main"],
    ["--baseline", "b.json", "--config", "obs.toml", "--fix", "--diff", "--statistics"],
    ["--write-baseline", "b.json", "--pages", "docs"],
    ["--explain", "irate-in-rule"],
    ["--list", "--promtail", "p", "--values", "v", "--chart", "c", "--dashboards", "d"],
    ["--format", "json", "--format", "junit", "--strict", "--profile", "mixin"],
    ["", "--since="],
    ["--vendored", "charts/*", "--today", "2026-01-02", "--catalogue", "catalogue", "--prometheus", "x"],
]


@pytest.mark.parametrize("words", CASES, ids=" ".join)
def test_they_say_the_same(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[lint_options.Said] = []
    monkeypatch.setattr(lint_options, "run_said", lambda one: read.append(one) or 0)

    done = CliRunner().invoke(app, ["lint", *words])

    assert done.exit_code == 0
    assert [said(words)] == read


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["-h"],
        ["--nonsense"],
        ["--", "-a"],
        ["--since"],
        ["--since", "-q"],
        ["-oout"],
        ["-o=x"],
        ["--strict=1"],
        ["-"],
    ],
    ids=" ".join,
)
def test_the_rest_is_left_to_typer(words: list[str]) -> None:
    assert said(words) is None


def test_completion_is_left_to_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_OBS_COMPLETE", "complete_bash")

    assert said(["."]) is None


def test_every_option_is_known() -> None:
    command = get_command(app).commands["lint"]  # type: ignore[attr-defined]
    options = {
        name for one in command.params if one.name != "help" for name in one.opts if name.startswith("-")
    }

    assert options == {*FLAGS, *TEXTS, *PATHS, *LISTS}
