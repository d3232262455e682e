"""Whether a runbook that an annotation names is there, with the heading that it points at."""

from __future__ import annotations

import re
from pathlib import Path

_RELATIVE = re.compile(
    r"(?:\./|/)?(?P<path>[\w.-]+(?:/[\w.-]+)*\.(?:md|markdown|adoc|rst))(?:#(?P<anchor>[^\s#]+))?\Z"
)
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
LARGEST = 1_000_000
"""Bytes of a runbook that are read."""


def missing(text: str, beside: str) -> str:
    """What is not there of a relative path to a document; empty when all is, or when the text is no such path."""
    found = _RELATIVE.fullmatch(text.strip())
    if found is None or ".." in found["path"].split("/"):
        return ""
    file = _file(found["path"], Path(beside).parent)
    if file is None:
        return f"there is no {found['path']}"
    anchor = found["anchor"]
    if anchor and file.suffix in (".md", ".markdown") and anchor.lower() not in _anchors(file):
        return f"{found['path']} has no heading for #{anchor}"
    return ""


def _file(path: str, folder: Path) -> Path | None:
    """The document, from the folder of the rule or one around it, as far as its repository goes."""
    for around in (folder, *folder.parents):
        if (around / path).is_file():
            return around / path
        if (around / ".git").exists():
            break
    return None


def _anchors(file: Path) -> frozenset[str]:
    try:
        text = file.read_bytes()[:LARGEST].decode("utf-8", "replace")
    except OSError:
        return frozenset()
    return frozenset(map(anchor_of, _HEADING.findall(text)))


def anchor_of(heading: str) -> str:
    """What GitHub calls a heading in an address."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")
