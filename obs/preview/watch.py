"""When files change: their status is looked at many times a second, which works on every system and disk."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

from obs.preview.workspace import Workspace

EVERY = 0.04
"""Seconds between two looks."""
QUIET = 0.15
"""Seconds after a change before lint runs, so that the page is drawn first."""

Status = Mapping[str, tuple[int, int, int]]


def status(files: Iterable[Path]) -> Status:
    """What tells a changed file: time, size and inode; of one that is gone, nothing."""
    found = {}
    for file in files:
        try:
            seen = os.stat(file)
        except OSError:
            continue
        found[str(file)] = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
    return found


def half_written(before: Status, after: Status) -> bool:
    """Whether a file that had something in it is empty: an editor is about to write it."""
    return any(one[1] == 0 and before.get(name, (0, 0, 0))[1] for name, one in after.items())


def watch(workspace: Workspace, over: threading.Event) -> None:
    """Read again after every change, and lint when it is quiet; until `over` is set."""
    seen = status(workspace.project.files())
    waited = False
    quiet = QUIET
    while not over.wait(EVERY):
        now = status(workspace.project.files())
        if now == seen:
            quiet -= EVERY
            if quiet <= 0:
                if _wants_check(workspace):
                    workspace.check()
                    gc.collect()
                workspace.prepare()
            continue
        if half_written(seen, now) and not waited:
            waited = True
            continue
        seen, waited, quiet = now, False, QUIET
        workspace.read()


def _wants_check(workspace: Workspace) -> bool:
    now = workspace.current
    return now.subject is not None and not now.errors and now.findings is None
