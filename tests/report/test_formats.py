"""Every format of `obs lint`: what it says, that it parses, and that no secret is in it."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from obs.diagnostic import Diagnostic, Excerpt, TextPlace
from obs.origin import Origin
from obs.report import checkstyle, github, junit, place, sarif, text
from obs.report import json as json_report
from obs.report.place import span_of

SECRET = "https://discord.com/api/webhooks/123456789/abcDEF_secret"
NASTY = "100 % <b> & \"q\" 'r', a:b\nnext \x00\x1b[31m \ud800 끝"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    place.forget()


def several(root: Path) -> list[Diagnostic]:
    (root / "rules.yaml").write_text("groups:\n- rules:\n  - alert: A\n    expr: up == 1\n", encoding="utf-8")
    file = str(root / "rules.yaml")
    return [
        Diagnostic("b-check", "of no file", None, "info"),
        Diagnostic(
            "a-check",
            f"is wrong: {SECRET}",
            Origin(file, 3),
            "error",
            "likely",
            f"because {SECRET}",
            f"use another than {SECRET}",
            ((Origin(file, 1), f"also {SECRET}"),),
            Excerpt("up == 1", 3, 5, TextPlace(file, ((4, 11),))),
            f"alert {SECRET}",
        ),
        Diagnostic(
            "a-check", NASTY, Origin(str(root / "other,file:1.py"), 0), "warning", why=NASTY, fix=NASTY
        ),
    ]


FORMATS = {
    "json": json_report.render,
    "sarif": sarif.render,
    "github": github.render,
    "junit": junit.render,
    "checkstyle": checkstyle.render,
    "human": text.render,
}


@pytest.mark.parametrize("name", FORMATS)
def test_no_secret_and_no_control_character_is_in_any_format(tmp_path: Path, name: str) -> None:
    out = FORMATS[name](several(tmp_path), tmp_path)
    assert "abcDEF" not in out
    assert "[redacted]" in out
    assert "\x00" not in out
    assert "\x1b" not in out
    assert out.endswith("\n") or out == ""
    out.encode("utf-8", "surrogatepass" if name in ("human", "github") else "strict")


@pytest.mark.parametrize("name", FORMATS)
def test_no_findings_are_a_report_too(tmp_path: Path, name: str) -> None:
    out = FORMATS[name]([], tmp_path)
    if name in ("junit", "checkstyle"):
        ElementTree.fromstring(out.encode())
    elif name in ("json", "sarif"):
        json.loads(out)


def test_json_is_a_flat_list(tmp_path: Path) -> None:
    found = json.loads(json_report.render(several(tmp_path), tmp_path))
    assert [(one["name"], one["file"], one["line"]) for one in found] == [
        ("b-check", "", 0),
        ("a-check", "other,file:1.py", 1),
        ("a-check", "rules.yaml", 4),
    ]
    assert found[2] == {
        "name": "a-check",
        "severity": "error",
        "evidence": "likely",
        "file": "rules.yaml",
        "line": 4,
        "column": 14,
        "end_line": 4,
        "end_column": 16,
        "object": "alert https://[redacted]",
        "message": "is wrong: https://[redacted]",
        "why": "because https://[redacted]",
        "fix": "use another than https://[redacted]",
        "also": [{"file": "rules.yaml", "line": 1, "message": "also https://[redacted]"}],
    }


def test_github_escapes_and_caps(tmp_path: Path) -> None:
    many = [
        Diagnostic(f"check-{number:02}", f"{level} {number}", Origin("f.py", number), level)
        for level in ("info", "warning", "error")
        for number in range(1, 13)
    ]
    lines = github.render(many, None).splitlines()
    assert [line.split(" ", 1)[0] for line in lines] == ["::error"] * 10 + ["::warning"] * 10 + [
        "::notice"
    ] * 10 + ["obs:"]
    assert lines[-1] == (
        "obs: error 12 (10 shown as annotations), warning 12 (10 shown as annotations), "
        "notice 12 (10 shown as annotations)"
    )
    (line,) = [
        line for line in github.render(several(tmp_path), tmp_path).splitlines() if "::warning" in line
    ]
    assert line.startswith(
        "::warning file=other%2Cfile%3A1.py,line=1,endLine=1,col=1,endColumn=1,title=obs%3A a-check::"
    )
    assert "100 %25 <b>" in line
    assert "%0Anext" in line


def test_junit_counts_checks(tmp_path: Path) -> None:
    found = several(tmp_path)
    root = ElementTree.fromstring(junit.render(found, tmp_path, ["a-check", "b-check", "c-check"]).encode())
    (suite,) = root
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    cases = {case.get("name"): [child.tag for child in case] for case in suite}
    assert cases == {"a-check": ["failure"], "b-check": ["system-out"], "c-check": []}
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("type") == "error"
    assert "rules.yaml:4:14: error: is wrong" in (failure.text or "")


def test_checkstyle_groups_by_file(tmp_path: Path) -> None:
    root = ElementTree.fromstring(checkstyle.render(several(tmp_path), tmp_path).encode())
    files = {file.get("name"): [error.get("source") for error in file] for file in root}
    assert files == {"": ["obs.b-check"], "other,file:1.py": ["obs.a-check"], "rules.yaml": ["obs.a-check"]}
    assert [error.get("line") for error in root.iter("error")] == ["0", "1", "4"]


def test_a_person_reads_where_and_how_sure(tmp_path: Path) -> None:
    out = text.render(several(tmp_path), tmp_path)
    assert out.startswith(
        "error[a-check] is wrong: https://[redacted] (likely)\n  rules.yaml:4:14\n    | up == 1\n"
    )
    assert "    |    ^^\n" in out


# Where a span stands


PYTHON = '''\
from obs import Alert

한국 = Alert("한국", expr="up == 1", summary="up")
other = Alert(
    "B",
    expr=f"{'up'} == 1",
    summary="""up
down""",
)
'''


@pytest.mark.parametrize(
    ("name", "content", "line", "excerpt", "expected"),
    [
        ("a.py", PYTHON, 3, Excerpt("up == 1", 3, 5), (3, 27, 3, 29)),
        ("a.py", PYTHON, 3, Excerpt("up", 0, 2), (3, 43, 3, 45)),
        ("a.py", PYTHON, 4, Excerpt("up == 1", 3, 5), (6, 19, 6, 21)),  # what an f-string spells out
        ("a.py", PYTHON, 4, Excerpt("up == 1", 0, 2), (4, 1, 4, 15)),  # computed: the whole line
        ("a.py", PYTHON, 4, Excerpt("up\ndown", 3, 7), (8, 1, 8, 5)),
        ("a.py", PYTHON, 99, None, (99, 1, 99, 1)),
        (
            "a.json",
            '{"a": 1,\n "expr": "up{a=\\"b\\"} == 1"}',
            1,
            Excerpt('up{a="b"} == 1', 10, 12),
            (2, 23, 2, 25),
        ),
        ("a.json", '{"expr": "\\ud55c == 1"}', 1, Excerpt("한 == 1", 2, 4), (1, 18, 1, 20)),
        ("a.yaml", "- expr: up == 1\n", 1, Excerpt("up == 1", 3, 5), (1, 12, 1, 14)),
        ("a.yaml", "  - expr: >-\n      up\n      == 1\n", 1, Excerpt("up == 1", 3, 5), (1, 3, 1, 13)),
        ("gone.yaml", None, 7, Excerpt("up == 1", 3, 5), (7, 1, 7, 1)),
    ],
)
def test_where_a_span_stands(
    tmp_path: Path,
    name: str,
    content: str | None,
    line: int,
    excerpt: Excerpt | None,
    expected: tuple[int, int, int, int],
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_text(content, encoding="utf-8")
    span = span_of(Diagnostic("a", "x", Origin(str(file), line), excerpt=excerpt))
    assert span is not None
    assert (span.line, span.column, span.end_line, span.end_column) == expected
