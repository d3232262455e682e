"""`obs draw`: dashboards as pictures, from the project or from anybody's JSON."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from obs.cli.output import plural, print_findings
from obs.cli.terminal import say
from obs.diagnostic import Diagnostic, ObsError
from obs.draw.dashboard import draw
from obs.draw.png import has_words, png
from obs.graph.subject import Subject
from obs.model.dashboard import Dashboard
from obs.origin import Origin
from obs.review.pictures import file_name

Image = Literal["svg", "png"]


def run_draw(
    names: Sequence[str], project: Path | None, out: Path, theme: str, image: Image, fonts: Sequence[Path]
) -> int:
    """0 when every dashboard is drawn; 2 for a name that nothing has, a file that cannot be read, no resvg for PNG."""
    try:
        if theme not in ("dark", "light"):
            raise ObsError([Diagnostic("unknown-theme", f"there is no theme {theme!r}", fix="light or dark")])
        boards = _chosen(names, project)
        if image == "png":
            warn_of_no_words(fonts)
        for board in boards:
            picture = draw(board, theme=theme)
            content = png(picture, fonts, 2.0) if image == "png" else picture.encode("utf-8", "replace")
            _write(out / f"{file_name(board.uid or board.title)}.{image}", content)
    except ObsError as error:
        print_findings(error.diagnostics, None)
        return 2
    say(f"{plural(len(boards), 'picture')} in {out}")
    return 0


def warn_of_no_words(fonts: Sequence[Path]) -> None:
    """Say on standard error that PNGs will have no words, where no font for them is found."""
    if not has_words(fonts):
        print_findings(
            [
                Diagnostic(
                    "no-font",
                    "the pictures will have no words: this machine has no font that they name",
                    severity="warning",
                    fix="--font FILE, or install one (Debian: fonts-noto-cjk, which has Korean too)",
                )
            ],
            None,
        )


def _chosen(names: Sequence[str], project: Path | None) -> list[Dashboard]:
    """Those of files that are named, and those of the project by uid or title; all of the project without names."""
    paths = [name for name in names if os.path.exists(name)]
    wanted = [name for name in names if name not in paths]
    found: list[Dashboard] = []
    if paths:
        found += _of_files([Path(path).resolve() for path in paths])
    if wanted or not names:
        own = list(_of_project(project).dashboards)
        for name in wanted:
            known = [board for board in own if name in (board.uid, board.title)]
            if not known:
                have = ", ".join(board.uid for board in own)
                raise ObsError(
                    [Diagnostic("no-dashboard", f"no dashboard is called {name!r}", fix=f"one of: {have}")]
                )
            found += known
        found += own if not names else []
    return found


def _of_files(paths: Sequence[Path]) -> tuple[Dashboard, ...]:
    from obs.importer.subject import read

    subject, _ = read(paths)
    broken = [one for one in subject.reader_findings if one.severity == "error"]
    if broken or not subject.dashboards:
        nothing = Diagnostic("no-dashboard", "holds no dashboard", Origin(str(paths[0]), 0))
        raise ObsError(broken or [nothing])
    return subject.dashboards


def _of_project(project: Path | None) -> Subject:
    from obs.api import load_program, read_settings
    from obs.graph.subject import of_program

    return of_program(load_program(read_settings(project)))


def _write(target: Path, content: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise ObsError([Diagnostic("unwritable", problem, Origin(str(target), 0))]) from None
