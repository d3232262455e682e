"""Which files are looked at, and their texts: folders are walked, sizes are limited, bytes become characters."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from obs.formats.source import Source
from obs.importer.findings import Findings
from obs.record import dataclass

YAML = (".yaml", ".yml", ".rules")
JSON = (".json",)
MAX_YAML = 8_000_000
"""Bytes; its nodes take about twenty times as much memory. 10,000 rules are about 3 MB."""
MAX_JSON = 24_000_000
"""Bytes; Grafana itself keeps dashboards well below 1 MB."""
DEPTH = 16
"""Levels of folders."""
FILES = 50_000
_NEVER = frozenset(("node_modules", "vendor", "__pycache__", "venv", "site-packages"))


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read; `named` when the user named it himself, so that it must not be passed over in silence."""

    path: str
    named: bool


def files(paths: Sequence[Path], root: Path, findings: Findings) -> Iterator[Found]:
    """Every file once, in order of name within a folder."""
    seen: set[str] = set()
    for path in paths:
        whole = os.path.normpath(root / path)
        if os.path.isdir(whole):
            found: Iterator[Found] = (Found(one, False) for one in _walk(whole, findings))
        else:
            found = iter((Found(whole, True),))
        for one in found:
            if one.path not in seen:
                seen.add(one.path)
                yield one


def _walk(top: str, findings: Findings) -> Iterator[str]:
    """YAML and JSON below a folder; not hidden ones, other people's code, or a chart's dependencies."""
    count = 0
    for folder, folders, names in os.walk(top):
        depth = folder.count(os.sep) - top.count(os.sep)
        vendored = os.path.basename(os.path.dirname(folder)) == "charts" and depth > 0
        folders[:] = (
            []
            if depth >= DEPTH
            else sorted(
                name
                for name in folders
                if not name.startswith(".") and name not in _NEVER and not (vendored and name == "charts")
            )
        )
        for name in sorted(names):
            if name.endswith(YAML + JSON) and not name.startswith("."):
                count += 1
                if count > FILES:
                    findings.at_file(
                        "unreadable-file", f"more than {FILES:,} files: the rest is not looked at", top
                    )
                    return
                yield os.path.join(folder, name)


def text_of(found: Found, findings: Findings) -> Source | None:
    """The text without its byte-order mark; None, with a finding, for what cannot be read."""
    path = found.path
    limit = MAX_JSON if path.endswith(JSON) else MAX_YAML
    try:
        if not os.path.isfile(path):
            problem = "is no regular file" if os.path.lexists(path) else "there is no such file"
            findings.at_file("unreadable-file", f"{os.path.basename(path)}: {problem}", path)
            return None
        size = os.path.getsize(path)
        if size > limit:
            findings.at_file(
                "unreadable-file",
                f"{size / 1e6:,.0f} MB are more than obs reads of one file ({limit / 1e6:,.0f} MB)",
                path,
                fix="split it",
            )
            return None
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        findings.at_file("unreadable-file", f"cannot be read: {error.strerror}", path)
        return None
    return _decoded(path, data, findings)


def _decoded(path: str, data: bytes, findings: Findings) -> Source | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
        if b"\0" in data:
            line = data.count(b"\n", 0, data.index(b"\0")) + 1
            findings.at_line(
                "unreadable-file", "holds a NUL byte: this is no text", Source(path, ""), line, 1
            )
            return None
    try:
        return Source(path, data.decode(encoding))
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        source = Source(path, data.decode(encoding, "replace"))
        findings.at_line(
            "unreadable-file", "is not UTF-8 from here on", source, line, column, fix="save it as UTF-8"
        )
        return None
