"""How checks are chosen, run and told: selection, grouping, baselines, fixes, a project's own checks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from obs import api
from obs.checks import baseline
from obs.checks.base import Check, checks
from obs.checks.mend import mend
from obs.checks.runner import Linted, Selection, at_least, fails, grouped, run, unknown_names
from obs.cli.init import write_starter
from obs.cli.lint import Scope
from obs.cli.lint import lint as lint_scope
from obs.diagnostic import Diagnostic, Edit, Excerpt, ObsError, TextPlace
from obs.graph.subject import Rule, Subject
from obs.origin import Origin


def rule(name: str, expr: str, file: str = "rules.yaml", line: int = 1) -> Rule:
    return Rule("alert", name, expr, "group", Origin(file, line), {"severity": "warning"})


def names(findings: list[Diagnostic]) -> list[str]:
    return sorted({one.check for one in findings})


@pytest.mark.parametrize(
    ("selection", "runs", "does_not"),
    [
        (Selection(), ["always-firing", "invalid-promql"], ["well-formatted"]),
        (Selection("strict"), ["always-firing", "invalid-promql"], []),
        (Selection(select=("always-*",)), ["always-firing"], ["invalid-promql"]),
        (Selection(select=("invalid-*",), ignore=("invalid-logql",)), ["invalid-promql"], ["invalid-logql"]),
        (Selection(ignore=("always-firing",)), ["invalid-promql"], ["always-firing"]),
        (Selection(select=("unused-variable",)), ["unused-variable"], ["always-firing"]),
    ],
)
def test_which_checks_run(selection: Selection, runs: list[str], does_not: list[str]) -> None:
    known = {check.name: selection.has(check) for check in checks()}
    assert [name for name in runs if not known[name]] == []
    assert [name for name in does_not if known.get(name)] == []


def test_a_check_of_another_profile_runs_when_it_is_named() -> None:
    strict = Check("only-strict", "lint", of_subject=lambda subject: (), profile="strict")
    assert not Selection().has(strict)
    assert not Selection("mixin").has(strict)
    assert Selection("strict").has(strict)
    assert Selection(select=("only-strict",)).has(strict)


def test_a_name_that_no_check_has_is_said_with_the_nearest() -> None:
    (found,) = unknown_names(["allways-firing", "always-firing", "invalid-*"], checks())
    assert "'allways-firing'" in found.problem
    assert found.fix == "did you mean always-firing?"


def test_a_check_that_breaks_is_a_finding_and_the_others_still_run() -> None:
    def broken(subject: Subject) -> list[object]:
        return [1 // len(subject.dashboards)]

    own = Check("broken", "lint", of_subject=broken, file=__file__)  # type: ignore[arg-type]
    found = run(Linted(Subject(rules=(rule("Up", "up"),))), Selection(), [own])
    (failed,) = [one for one in found if one.check == "check-failed"]
    assert "ZeroDivisionError" in failed.problem
    assert failed.at is not None
    assert failed.at.file == __file__
    assert "return [1 // len" in Path(__file__).read_text(encoding="utf-8").splitlines()[failed.at.line - 1]
    assert "always-firing" in names(found)


def panel(number: int, text: str, check: str = "a-check", start: int = 0) -> Diagnostic:
    at = Origin("dash.json", number)
    return Diagnostic(
        check,
        "is wrong",
        at,
        "warning",
        excerpt=Excerpt(text, start, start + 1),
        object=f"dashboard d / {number}",
    )


def test_panels_over_the_same_text_are_one_finding() -> None:
    first, second, third, other, elsewhere = (
        panel(1, "up"),
        panel(2, "up"),
        panel(3, "up"),
        panel(4, "down"),
        panel(5, "up", start=1),
    )
    found = grouped([first, other, second, elsewhere, third])
    assert [one.at for one in found] == [first.at, other.at, elsewhere.at]
    assert found[0].also == ((second.at, "dashboard d / 2"), (third.at, "dashboard d / 3"))
    assert found[1] == other


def test_findings_of_one_cause_are_one_and_those_of_rules_with_one_text_are_not() -> None:
    same = [
        Diagnostic("a", "x", Origin("f", line), object=f"alert {line}", cause="target") for line in (1, 2)
    ]
    assert [(one.at, one.also) for one in grouped(same)] == [(Origin("f", 1), ((Origin("f", 2), "alert 2"),))]
    rules = [
        Diagnostic("a", "x", Origin("f", line), object=f"alert {line}", excerpt=Excerpt("up", 0, 2))
        for line in (1, 2)
    ]
    assert grouped(rules) == rules


@pytest.mark.parametrize(
    ("severities", "lowest", "left", "failing"),
    [
        (["info"], "info", ["info"], False),
        (["info"], "warning", [], False),
        (["warning", "info"], "warning", ["warning"], True),
        (["warning"], "error", [], False),
        (["error", "warning"], "error", ["error"], True),
    ],
)
def test_severities(severities: list[str], lowest: str, left: list[str], failing: bool) -> None:
    found = at_least([Diagnostic("a", "x", severity=one) for one in severities], lowest)  # type: ignore[arg-type]
    assert [one.severity for one in found] == left
    assert fails(found) is failing


# Fingerprints and baselines


def finding(line: int = 1, text: str = "up", obj: str = "alert A", check: str = "a-check") -> Diagnostic:
    return Diagnostic(
        check,
        f"{obj} is wrong",
        Origin("/root/f.yaml", line),
        "warning",
        excerpt=Excerpt(text, 0, 2),
        object=obj,
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (finding(), finding(line=99), True),
        (finding(text="up  == 0"), finding(text="up == 0"), True),
        (finding(), finding(text="up == 0"), False),
        (finding(), finding(obj="alert B"), False),
        (finding(), finding(check="b-check"), False),
        (Diagnostic("a", "x", Origin("/a/f", 1)), Diagnostic("a", "x", Origin("/b/f", 9)), True),
        (Diagnostic("a", "x", Origin("/a/f", 1)), Diagnostic("a", "y", Origin("/a/f", 1)), False),
        (Diagnostic("a", "x", Origin("/a/f", 1)), Diagnostic("a", "x", Origin("/a/g", 1)), False),
    ],
)
def test_a_finding_is_recognised_where_it_has_moved(one: Diagnostic, other: Diagnostic, same: bool) -> None:
    assert (baseline.fingerprint(one) == baseline.fingerprint(other)) is same


def test_a_baseline_puts_up_with_what_it_counts(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(baseline.render([finding(1), finding(2), finding(3, obj="alert B")], Path("/root")))
    entries = baseline.read(file)
    assert [(one.object, one.file, one.count) for one in entries] == [
        ("alert A", "f.yaml", 2),
        ("alert B", "f.yaml", 1),
    ]
    assert [file.read_text().splitlines()[one.line - 1].count(one.fingerprint) for one in entries] == [1, 1]
    now = [finding(5), finding(6), finding(7), finding(8, obj="alert C")]
    assert baseline.without(now, baseline.known(entries)) == [finding(7), finding(8, obj="alert C")]


def test_a_baseline_says_what_is_mended(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    there = tmp_path / "f.yaml"
    there.write_text("")
    at = Origin(str(there), 1)
    found = [Diagnostic("a-check", "x", at, object=name) for name in ("one", "one", "two", "three")]
    file.write_text(baseline.render(found, tmp_path))
    looked = baseline.Looked(frozenset({"a-check"}), frozenset({str(there)}), tmp_path)
    left = baseline.obsolete(baseline.read(file), [found[0], found[3]], file, looked)
    assert [one.problem for one in left] == [
        "the baseline puts up with a-check in one 2 times, of which 1 are left",
        "the baseline puts up with a-check in two, which is mended",
    ]
    elsewhere = baseline.Looked(frozenset({"a-check"}), frozenset(), tmp_path)
    assert baseline.obsolete(baseline.read(file), [], file, elsewhere) == []
    other = baseline.Looked(frozenset({"b-check"}), frozenset({str(there)}), tmp_path)
    assert baseline.obsolete(baseline.read(file), [], file, other) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"format": 2, "findings": []}',
        '{"format": 1}',
        '{"format": 1, "findings": [{}]}',
        '{"format": 1, "findings": [{"check": "a", "object": "", "file": "", "problem": "", "fingerprint": "x", '
        '"count": true}]}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_baseline(tmp_path: Path, text: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text)
    with pytest.raises(ObsError) as caught:
        baseline.read(file)
    assert caught.value.diagnostics[0].check == "invalid-baseline"


def test_a_baseline_holds_no_secret() -> None:
    found = Diagnostic(
        "a", "posts to https://discord.com/api/webhooks/123456789/abcDEF", Origin("/root/f", 1)
    )
    assert "abcDEF" not in baseline.render([found], Path("/root"))


def test_a_multiset_of_marks() -> None:
    one = finding()
    assert baseline.without([one, one], Counter([baseline.fingerprint(one)])) == [one]


# Fixes


def edited(file: Path, text: str, line: int, column: int, start: int, end: int, new: str) -> Diagnostic:
    excerpt = Excerpt(text, start, end, TextPlace(str(file), ((line, column),)))
    return Diagnostic("a", "x", Origin(str(file), line), excerpt=excerpt, edits=(Edit(excerpt, new),))


def test_an_edit_changes_the_text_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    before = 'groups:  # kept\r\n- name: "a"\r\n  rules:\r\n  - {alert: A, expr: other}\r\n  - expr: up{a=~"b"}\r\n'
    file.write_bytes(before.encode())
    found = edited(file, 'up{a=~"b"}', 5, 11, 4, 6, "=")
    (mended,) = mend([found])
    assert mended.after == before.replace('- expr: up{a=~"b"}', '- expr: up{a="b"}')
    assert mended.findings == (found,)
    mended.write()
    assert file.read_bytes().decode() == mended.after


PYTHON = 'x = "한국" + f("up{a=~\'b\'}")\ny = f("no")\n'


def test_an_edit_in_a_string_of_python(tmp_path: Path) -> None:
    file = tmp_path / "rules.py"
    file.write_text(PYTHON, encoding="utf-8")
    excerpt = Excerpt("up{a=~'b'}", 4, 6)
    found = Diagnostic("a", "x", Origin(str(file), 1), excerpt=excerpt, edits=(Edit(excerpt, "="),))
    (mended,) = mend([found])
    assert mended.after == PYTHON.replace("=~", "=")
    assert "-x = " in mended.diff(tmp_path)
    assert mended.diff(tmp_path).startswith("--- a/rules.py\n+++ b/rules.py\n")


@pytest.mark.parametrize(
    ("name", "content", "text", "start", "end", "new"),
    [
        ("rules.py", "x = f\"{'up'} > 1\"\n", "up > 1", 0, 2, "down"),  # not written there
        ("rules.py", "x = 'up > 1'; y = 'up > 1'\n", "up > 1", 3, 4, "<"),  # twice in one line: which is it?
        ("rules.py", 'x = "up > 1"\n', "up > 1", 3, 4, '" + "'),  # would end the string
        ("rules.py", 'x = "a\\tb"\n', "a\tb", 1, 2, "c"),  # an escape
        ("rules.yaml", "- expr: 'up > 1'\n", "up > 1", 3, 4, "'"),  # would end the string
        ("rules.yaml", "- expr: up > 1\n", "up > 1", 3, 4, "# "),  # would begin a comment
        ("rules.yaml", "- expr: other\n", "up > 1", 3, 4, "<"),  # not there
        ("rules.yaml", "- expr: up > 1\n", "up > 1", 3, 4, "\n"),  # would break the line
    ],
)
def test_an_edit_that_is_not_safe_is_not_made(
    tmp_path: Path, name: str, content: str, text: str, start: int, end: int, new: str
) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    excerpt = Excerpt(text, start, end)
    assert (
        mend([Diagnostic("a", "x", Origin(str(file), 1), excerpt=excerpt, edits=(Edit(excerpt, new),))]) == []
    )


def test_of_edits_that_overlap_the_first_is_made(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("- expr: up > 10\n")
    one = edited(file, "up > 10", 1, 9, 0, 4, "up <")
    two = edited(file, "up > 10", 1, 9, 3, 7, "== 0")
    (mended,) = mend([one, two])
    assert (mended.after, mended.findings) == ("- expr: up < 10\n", (one,))


# A project's own checks

OWN = '''"""An alert without an owner.

Flagged:
    - alert: A
      expr: up == 0

Instead:
    - alert: A
      expr: up == 0
      labels: {team: shop}

Source: our handbook.
"""

from obs.checks.base import Finding, lint


@lint("error")
def alert_without_team(subject):
    for alert in subject.alerts:
        if "team" not in alert.labels:
            yield Finding(f"{alert} has no team", alert.origin, object=f"alert {alert}")
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_starter(tmp_path / "project")
    return tmp_path / "project"


def linted(project: Path, selection: Selection | None = None) -> list[Diagnostic]:
    return lint_scope(Scope(project, api.read_settings(project)), selection or Selection()).findings


def test_a_projects_own_check(project: Path) -> None:
    (project / "checks").mkdir()
    (project / "checks" / "team.py").write_text(OWN)
    before = {check.name for check in checks()}
    (found,) = linted(project, Selection(select=("alert-without-team",)))
    assert (found.check, found.severity, found.problem) == (
        "alert-without-team",
        "error",
        "ErrorLogs has no team",
    )
    assert {check.name for check in checks()} == before
    (project / "rules" / "errors.py").write_text(
        (project / "rules" / "errors.py")
        .read_text()
        .replace(
            "error_logs = Alert(", "# obs: allow alert-without-team: it is everybody's\nerror_logs = Alert("
        )
    )
    assert (
        linted(project, Selection(select=("alert-without-team", "unused-suppression", "unknown-check"))) == []
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("def (", "syntax-error"),
        ("raise SystemExit(3)", "definition-failed"),
        (OWN.replace("alert_without_team", "always_firing"), "duplicate-name"),
    ],
)
def test_an_own_check_that_cannot_be_loaded(project: Path, text: str, name: str) -> None:
    (project / "checks").mkdir()
    (project / "checks" / "team.py").write_text(text)
    with pytest.raises(ObsError) as caught:
        linted(project)
    assert [one.check for one in caught.value.diagnostics] == [name]


def test_the_starter_is_clean(project: Path) -> None:
    assert at_least(linted(project), "warning") == []


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("", ["always-firing"]),
        ("# obs: allow always-firing: shows that the chain is alive", []),
        ("# obs: allow always-firing", ["suppression-without-reason"]),
        ("# obs: allow allways-firing: typo", ["always-firing", "unknown-check"]),
        ("# obs: allow flapping-topk: not this", ["always-firing", "unused-suppression"]),
        ("# obs: allow always-firing, flapping-topk: one too many", ["unused-suppression"]),
        ("# obs: allow-file always-firing: all of it", []),
    ],
)
def test_comments_beside_a_definition(project: Path, comment: str, expected: list[str]) -> None:
    chosen = (
        "always-firing",
        "flapping-topk",
        "suppression-without-reason",
        "unknown-check",
        "unused-suppression",
    )
    file = project / "rules" / "watch.py"
    file.write_text(
        "from obs import Alert\n\n"
        f'watch = Alert(\n    "Watching",\n    expr="vector(1)",  {comment}\n    summary="s",\n    description="d",\n)\n'
    )
    assert names(linted(project, Selection(select=chosen))) == expected
