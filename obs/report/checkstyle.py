"""Findings in Checkstyle's XML, which most CI servers and review bots read."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from obs.diagnostic import Diagnostic
from obs.report.json import Row, rows
from obs.report.xml_text import attribute


def render(findings: Iterable[Diagnostic], root: Path | None) -> str:
    """One `<file>` for each file that has findings. Source: Checkstyle 4.3 report, as its XML listener writes it."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', '<checkstyle version="4.3">']
    for file, group in groupby(rows(findings, root), key=lambda row: row.file):
        lines.append(f'  <file name="{attribute(file)}">')
        lines += [_error(row) for row in group]
        lines.append("  </file>")
    return "\n".join([*lines, "</checkstyle>"]) + "\n"


def _error(row: Row) -> str:
    return (
        f'    <error line="{row.line}" column="{row.column}" severity="{row.severity}" '
        f'message="{attribute(row.text)}" source="obs.{row.name}"/>'
    )
