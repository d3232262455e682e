"""Annotations in a pull request on GitHub, by workflow commands on standard output.

GitHub shows 10 errors, 10 warnings and 10 notices of a step and drops the rest without a word, so the worst come first
and a last line says how many there are. Source: GitHub Actions, workflow commands; actions/toolkit, problem matchers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from obs.diagnostic import Diagnostic, Severity
from obs.report.json import Row, rows

SHOWN = 10
"""Annotations of one level that GitHub shows for a step."""
LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def render(findings: Iterable[Diagnostic], root: Path | None) -> str:
    """One command a line, errors first, at most ten of a level, then a summary."""
    listed = rows(findings, root)
    lines: list[str] = []
    for severity in LEVELS:
        lines += [_command(row) for row in [row for row in listed if row.severity == severity][:SHOWN]]
    return "\n".join([*lines, _summary(listed)]) + "\n"


def _summary(listed: list[Row]) -> str:
    counts = Counter(row.severity for row in listed)
    if not counts:
        return "obs: no findings"
    parts = [
        f"{LEVELS[severity]} {counts[severity]}"
        + (f" ({SHOWN} shown as annotations)" if counts[severity] > SHOWN else "")
        for severity in LEVELS
        if counts[severity]
    ]
    return f"obs: {', '.join(parts)}"


def _command(row: Row) -> str:
    properties: dict[str, object] = {}
    if row.file:
        properties |= {"file": row.file, "line": row.line, "endLine": row.end_line}
        if row.line == row.end_line:
            properties |= {"col": row.column, "endColumn": row.end_column}
    properties["title"] = f"obs: {row.name}"
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{LEVELS[row.severity]} {written}::{_data(row.text)}"


_CONTROLS = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def _data(text: str) -> str:
    """Escaped as the runner reads it; what could rewrite a log or cannot be encoded becomes U+FFFD."""
    text = _CONTROLS.sub("\ufffd", text)
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
