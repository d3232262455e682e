"""Findings as a JUnit report: one test for each check that ran, which fails with the places that it found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from obs.diagnostic import Diagnostic
from obs.report.json import Row, rows
from obs.report.xml_text import attribute, element


def render(findings: Iterable[Diagnostic], root: Path | None, ran: Iterable[str] = ()) -> str:
    """`ran` names the checks, so that those without findings are counted as passed; infos fail nothing.

    Source: the schema of Jenkins's xUnit plugin, junit-10.xsd.
    """
    by_check: dict[str, list[Row]] = {name: [] for name in sorted(ran)}
    for row in rows(findings, root):
        by_check.setdefault(row.name, []).append(row)
    cases = [_case(name, by_check[name]) for name in sorted(by_check)]
    failed = sum(_fails(listed) for listed in by_check.values())
    counts = f'tests="{len(cases)}" failures="{failed}" errors="0"'
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<testsuites name="obs lint" {counts}>\n'
        f'  <testsuite name="obs lint" {counts} skipped="0">\n'
        + "".join(cases)
        + "  </testsuite>\n</testsuites>\n"
    )


def _fails(listed: Sequence[Row]) -> bool:
    return any(row.severity != "info" for row in listed)


def _case(name: str, listed: Sequence[Row]) -> str:
    head = f'    <testcase classname="obs.lint" name="{attribute(name)}"'
    if not listed:
        return head + "/>\n"
    words = element("\n".join(f"{_where(row)}{row.severity}: {row.text}" for row in listed))
    if not _fails(listed):
        return f"{head}>\n      <system-out>{words}</system-out>\n    </testcase>\n"
    failing = [row for row in listed if row.severity != "info"]
    worst = "error" if any(row.severity == "error" for row in failing) else "warning"
    message = attribute(failing[0].message + (f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""))
    return f'{head}>\n      <failure message="{message}" type="{worst}">{words}</failure>\n    </testcase>\n'


def _where(row: Row) -> str:
    return f"{row.file}:{row.line}:{row.column}: " if row.file else ""
