"""Files that somebody else keeps, copied into a repository: what is wrong with them is told, and fails nothing.

Whoever copied them cannot mend them in place, since the next copy brings the fault back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from obs.diagnostic import Diagnostic
from obs.graph.chart_alerts import CHART_ALERTS


def lower(findings: Iterable[Diagnostic], globs: Sequence[str], root: Path) -> list[Diagnostic]:
    """The findings, those in files that a glob names as infos with the line that overrides them.

    Globs are held against the path below `root`; `*` stands for `/` too. Nothing there is mended by --fix.
    """
    return [_lowered(found) if _is_in(found, globs, root) else found for found in findings]


def _is_in(found: Diagnostic, globs: Sequence[str], root: Path) -> bool:
    if found.at is None:
        return False
    path = Path(found.at.file)
    name = (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
    return any(fnmatchcase(name, glob) or fnmatchcase(name, f"{glob.rstrip('/')}/*") for glob in globs)


def _lowered(found: Diagnostic) -> Diagnostic:
    fix = f"in a file that somebody else keeps: {_override(found)}"
    return replace(found, severity="info", fix=fix, edits=())


def _override(found: Diagnostic) -> str:
    kind, _, name = found.object.partition(" ")
    if kind == "alert" and name in CHART_ALERTS:
        return f"{{defaultRules: {{disabled: {{{name}: true}}}}}} in the chart's values, and an alert of your own"
    return f"tell them ({found.fix})" if found.fix else "tell them"
