"""Which findings a comment allows, in Python and in YAML, and what is wrong with comments themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from obs.checks.runner import Linted, Selection, run
from obs.checks.suppress import Source, Suppressor
from obs.checks.vendored import lower
from obs.diagnostic import Diagnostic, Excerpt, TextPlace
from obs.importer.subject import read
from obs.origin import Origin

PYTHON = """\
# obs: allow on-the-line-below: a reason
alert = Alert(
    "Down",
    expr="up == 0",  # obs: allow in-the-call: a reason
    summary="# obs: allow in-a-string: a reason",
)
page = Dashboard(
    uid="page",  # obs: allow about-the-dashboard: a reason
    rows=[
        [stat("한국어", "x"), stat("two", "y")],  # obs: allow about-the-row: a reason
        # obs: allow above-a-panel: a reason
        stat(
            "three",
            "z",  # obs: allow in-the-panel: a reason
        ),
    ],
)


def made():
    # obs: allow in-a-function: a reason
    return Alert("Inner")
"""


def covered(file: Path, name: str) -> list[int]:
    """The lines at which a finding of this name is allowed."""
    source = Source(str(file))
    (comment,) = [one for one in source.comments if name in one.names]
    return [line for line in range(1, len(source.lines) + 1) if source.scopes.covers(comment, line)]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("on-the-line-below", [1, 2]),
        ("in-the-call", [2, 4]),
        ("about-the-dashboard", [7, 8]),
        ("about-the-row", [10]),
        ("above-a-panel", [11, 12]),
        ("in-the-panel", [12, 14]),
        ("in-a-function", [21, 22]),
    ],
)
def test_lines_of_python_that_a_comment_covers(tmp_path: Path, name: str, lines: list[int]) -> None:
    file = tmp_path / "rules.py"
    file.write_text(PYTHON, encoding="utf-8")
    assert covered(file, name) == lines


def test_a_comment_in_a_string_of_python_is_none(tmp_path: Path) -> None:
    file = tmp_path / "rules.py"
    file.write_text(PYTHON, encoding="utf-8")
    assert "in-a-string" not in {name for one in Source(str(file)).comments for name in one.names}


YAML = """\
groups:
  - name: shop
    interval: 1m # obs: allow about-the-group: a reason
    rules:
      # obs: allow above-a-rule: a reason
      - alert: First
        expr: up
        # obs: allow inside-a-rule: a reason
        labels:
          severity: warning # obs: allow at-a-label: a reason
      - alert: Second
        expr: |
          up # obs: allow in-the-expression: a reason
          == 0
# obs: allow at-the-end: a reason
"""


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("about-the-group", [2, 3, 4]),
        ("above-a-rule", [5, 6, 7, 9, 10]),
        ("inside-a-rule", [6, 7, 8, 9, 10]),
        ("at-a-label", [6, 7, 9, 10]),
        ("in-the-expression", [11, 12, 13, 14]),
        ("at-the-end", [15]),
    ],
)
def test_lines_of_yaml_that_a_comment_covers(tmp_path: Path, name: str, lines: list[int]) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(YAML, encoding="utf-8")
    assert covered(file, name) == lines


@pytest.mark.parametrize(
    ("comment", "names", "reason", "whole_file"),
    [
        ("# obs: allow a-check: why", ("a-check",), "why", False),
        ("#obs:allow a-check:why: so", ("a-check",), "why: so", False),
        ("# obs: allow one, two: both", ("one", "two"), "both", False),
        ("# obs: allow-file a-check: generated", ("a-check",), "generated", True),
        ("# obs: allow a-check", ("a-check",), "", False),
        ("# obs: allow a-check:  ", ("a-check",), "", False),
        ("# obs: allow a-check because it is so", ("a-check",), "", False),
        ("# obs: allow", (), "", False),
        ("# obs: allow : why", (), "why", False),
    ],
)
def test_what_a_comment_says(
    tmp_path: Path, comment: str, names: tuple[str, ...], reason: str, whole_file: bool
) -> None:
    for ending in ("py", "yaml"):
        file = tmp_path / f"file.{ending}"
        file.write_text(f"{comment}\n", encoding="utf-8")
        (found,) = Source(str(file)).comments
        assert (found.names, found.whole_file) == (names, whole_file)
        assert found.reason == (reason if names else found.reason)


@pytest.mark.parametrize(
    "comment", ["# obs: allowed here", "# observe: allow x: y", "# obs: allow-all x: y", "# obs"]
)
def test_other_comments_allow_nothing(tmp_path: Path, comment: str) -> None:
    for ending in ("py", "yaml"):
        file = tmp_path / f"file.{ending}"
        file.write_text(f"{comment}\n", encoding="utf-8")
        assert Source(str(file)).comments == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("broken.py", "alert = Alert(  # obs: allow a-check: why\n"),
        ("broken.yaml", "a: [ # obs: allow a-check: why\n\t- }"),
        ("empty.py", ""),
        ("nul.py", "x = '\0'  # obs: allow a-check: why\n"),
        ("crlf.yaml", "- alert: A # obs: allow a-check: why\r\n  expr: up\r\n"),
    ],
)
def test_any_text_is_read_without_an_exception(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_bytes(text.encode())
    source = Source(str(file))
    for comment in source.comments:
        assert source.scopes.covers(comment, comment.line)
        source.scopes.covers(comment, 99)


def test_a_finding_is_allowed_at_its_maker_and_at_its_text(tmp_path: Path) -> None:
    file = tmp_path / "rules.py"
    file.write_text(
        "a = make()  # obs: allow a-check: why\n\n\ndef make():\n    return Alert()\n", encoding="utf-8"
    )
    made = Origin(str(file), 5, via=(Origin(str(file), 1),))
    other = Origin(str(file), 5)
    text = Excerpt("up", 0, 2, TextPlace(str(file), ((1, 5),)))
    suppressor = Suppressor((str(file),), frozenset({"a-check"}))
    kept = suppressor.keep(
        [
            Diagnostic("a-check", "made by a helper", made),
            Diagnostic("a-check", "made elsewhere", other),
            Diagnostic("other-check", "of another name", made),
            Diagnostic("a-check", "in the text", other, excerpt=text),
        ]
    )
    assert [one.problem for one in kept] == ["made elsewhere", "of another name"]


DATED = "groups: [{{name: g, rules: [{{alert: A, expr: vector(1)}}]}}] # obs: allow-file always-firing {}: it beats\n"


@pytest.mark.parametrize(
    ("options", "today", "told"),
    [
        ("until=2027-01-31", "2027-01-31", []),
        ("until=2027-01-31", "2027-02-01", ["always-firing was allowed until 2027-01-31"]),
        ("until=2027-01-31 owner=platform", "2027-02-01", ["always-firing was allowed until 2027-01-31"]),
        ("owner=platform", "2999-01-01", []),
        ("until=2027-02-30", "2020-01-01", ["until=2027-02-30 is no date"]),
        ("until=soon", "2020-01-01", ["until=soon is no date"]),
        ("until=", "2020-01-01", ["until= is no date"]),
        ("until=2027-01-31", "", []),
    ],
)
def test_a_permission_that_runs_out(tmp_path: Path, options: str, today: str, told: list[str]) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(DATED.format(options), encoding="utf-8")
    subject, found = read((file,), root=tmp_path)
    linted = Linted(subject, None, tuple(found), subject.files, today=today)
    assert [one.problem for one in run(linted, Selection())] == told


@pytest.mark.parametrize(
    ("globs", "levels"),
    [
        ((), ["warning", "warning"]),
        (("upstream/*",), ["warning", "info"]),
        (("upstream",), ["warning", "info"]),
        (("**/*.yaml",), ["info", "info"]),
        (("other/*",), ["warning", "warning"]),
    ],
)
def test_files_that_somebody_else_keeps(tmp_path: Path, globs: tuple[str, ...], levels: list[str]) -> None:
    for name in ("ours/a.yaml", "upstream/deep/a.yaml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("groups: [{name: g, rules: [{alert: TargetDown, expr: vector(1)}]}]\n")
    subject, found = read((tmp_path,), root=tmp_path)
    told = run(Linted(subject, None, tuple(found), subject.files), Selection(select=("always-firing",)))
    lowered = lower(told, globs, tmp_path)
    assert [one.severity for one in lowered] == levels
    if "upstream" in "".join(globs):
        assert "defaultRules: {disabled: {TargetDown: true}}" in lowered[1].fix
