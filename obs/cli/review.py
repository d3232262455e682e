"""`obs review`: what reviewers of a pull request look at, as files."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from obs.cli.compared import compared, notes_of, place_of
from obs.cli.diff import document
from obs.cli.output import plural, print_findings
from obs.cli.sides import Side, sides
from obs.cli.terminal import say
from obs.diagnostic import Diagnostic, ObsError
from obs.origin import Origin
from obs.redact import redact
from obs.report.text import safe
from obs.review.change import Change, Review
from obs.review.pictures import MOST_PICTURES, Pair, file_name, pairs

CHANGES, BREAKING, FAILED = 2, 3, 1
Files = dict[str, str | bytes]
"""Content by the path in the folder."""


def run_review(
    base: str,
    head: str,
    project: Path | None,
    out: Path,
    *,
    acknowledged: bool,
    quiet: bool,
    as_png: bool = False,
    fonts: Sequence[Path] = (),
) -> int:
    """Writes review.md, review.html, review.json and pictures/; 0 without changes, 2 with, 3 with breaking ones.

    `acknowledged` makes 2 of 3. 1 when a side cannot be read, or a file of the head, and nothing breaking is known.
    """
    try:
        with sides(base, head, project) as (before, after):
            review = compared(before, after)
            files = rendered(review, before, after)
            if as_png:
                files |= _as_png(files, fonts)
        _write(out, files)
    except ObsError as error:
        print_findings(error.diagnostics, None)
        return FAILED
    broken = any(note.severity == "error" for note in after.notes)
    if not quiet:
        for note in notes_of(before, after):
            say(safe(redact(note)))
        said = (
            ", ".join(f"{count} {risk}" for risk, count in _counts(review).items()) or "no change of meaning"
        )
        say(f"{said}; {plural(len(files), 'file')} in {out}, start with {out / 'review.html'}")
    if review.risk == "breaking" and not acknowledged:
        return BREAKING
    if broken:
        return FAILED
    return CHANGES if review.changes else 0


def _counts(review: Review) -> dict[str, int]:
    found: dict[str, int] = {}
    for change in review.changes:
        found[change.risk] = found.get(change.risk, 0) + 1
    return found


def _as_png(files: Files, fonts: Sequence[Path]) -> Files:
    """The light pictures once more, for places that show no SVG."""
    from obs.cli.draw import warn_of_no_words
    from obs.draw.png import png

    warn_of_no_words(fonts)
    return {
        f"{name.removesuffix('.svg')}.png": png(picture, fonts)
        for name, picture in files.items()
        if name.endswith("-light.svg") and isinstance(picture, str)
    }


def rendered(review: Review, before: Side, after: Side) -> Files:
    """Every file by its path in the folder."""
    from obs.review import markdown, page

    def place(change: Change) -> str:
        return place_of(change, before, after)

    boards = list(pairs(review, before.subject, after.subject))
    notes = notes_of(before, after)
    found: Files = {
        "review.md": markdown.render(review, before.name, after.name, place, notes),
        "review.html": page.render(review, boards, before.name, after.name, place, notes),
        "review.json": json.dumps(document(review, before, after), ensure_ascii=False, indent=2) + "\n",
    }
    return found | _drawn(boards)


def _drawn(boards: list[Pair]) -> Files:
    drawn: Files = {}
    for pair in boards[:MOST_PICTURES]:
        name = f"pictures/{file_name(pair.uid)}"
        for theme in ("light", "dark"):
            sides = [side for side in ("before", "after") if getattr(pair, side) is not None]
            drawn |= {f"{name}-{side}-{theme}.svg": pair.drawn(side, theme) for side in sides}
            if len(sides) > 1:
                drawn[f"{name}-{theme}.svg"] = pair.together(theme)
    return drawn


def _write(out: Path, files: Files) -> None:
    try:
        for name, content in files.items():
            target = out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise ObsError([Diagnostic("unwritable", problem, Origin(str(out), 0))]) from None
    sys.stdout.flush()
