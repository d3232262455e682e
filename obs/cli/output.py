"""What every command prints alike: findings on standard error, progress of slow phases, sizes in words."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from obs.diagnostic import Diagnostic


def colour(stream: object) -> bool:
    """Whether a stream is a terminal that wants colour (https://no-color.org)."""
    return bool(getattr(stream, "isatty", lambda: False)()) and "NO_COLOR" not in os.environ


def print_findings(findings: Iterable[Diagnostic], root: Path | None) -> None:
    """All findings on standard error."""
    from obs.report.text import render

    sys.stderr.write(render(findings, root, colour=colour(sys.stderr)))
    sys.stderr.flush()


def plain(found: Diagnostic, root: Path | None) -> dict[str, object]:
    """A finding for JSON."""
    from obs.redact import redact
    from obs.report.text import where

    return {
        "name": found.check,
        "severity": found.severity,
        "evidence": found.evidence,
        "at": where(found.at, root) if found.at else None,
        "message": redact(found.problem),
        "why": redact(found.why),
        "fix": redact(found.fix),
        "also": [{"at": where(place, root), "message": redact(words)} for place, words in found.also],
    }


def size(count: int) -> str:
    """Bytes as a person reads them, in 1024s."""
    if count < 1024:
        return f"{count} B"
    if count < 1024 * 1024:
        return f"{count / 1024:.1f} KiB"
    return f"{count / 1024 / 1024:.1f} MiB"


def plural(count: int, one: str) -> str:
    """`3 alerts`, `1 alert`; the plural may be given as the name."""
    singular = one.removesuffix("s")
    return f"{count} {singular if count == 1 else singular + 's'}"


class ProgressBar:
    """A line on a terminal's standard error, from the first second of a slow phase on."""

    def __init__(self, enabled: bool) -> None:
        self._enabled = enabled and sys.stderr.isatty()
        self._since = time.monotonic()
        self._shown = False

    def __call__(self, phase: str, done: int, total: int) -> None:
        if not self._enabled or total == 0 or time.monotonic() - self._since < 1:
            return
        filled = round(24 * done / total)
        sys.stderr.write(f"\r{phase} [{'#' * filled}{'.' * (24 - filled)}] {done}/{total}\x1b[K")
        sys.stderr.flush()
        self._shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            self._shown = False
