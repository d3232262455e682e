"""Both sides compared: what could not be read on one of them is not called gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from obs.cli.sides import Side
from obs.review.change import Change, Review

_WHOLE = ("dashboard", "rule", "receiver")
"""Fields of changes that say that a whole object came or went."""


def compared(before: Side, after: Side) -> Review:
    """The review, without what only looks new or gone because a file of one side is broken."""
    from obs.review.comparison import compare

    review = compare(before.subject, after.subject)
    hidden = before.unread | after.unread
    if not hidden:
        return review
    return replace(
        review, changes=tuple(one for one in review.changes if not _of(one, hidden, before, after))
    )


def _of(change: Change, hidden: frozenset[str], before: Side, after: Side) -> bool:
    if change.field not in _WHOLE or change.at is None:
        return False
    return side_of(change, before, after).file(change.at.file) in hidden


def side_of(change: Change, before: Side, after: Side) -> Side:
    """The side that the change's line is on."""
    assert change.at is not None
    return after if Path(change.at.file).is_relative_to(after.root) else before


def place_of(change: Change, before: Side, after: Side) -> str:
    """The line of the definition, on the side that has it."""
    return side_of(change, before, after).place(change.at) if change.at is not None else ""


def notes_of(before: Side, after: Side) -> list[str]:
    """What could not be read, in sentences for those who read the review."""
    found: list[str] = []
    for side in (before, after):
        for note in side.notes:
            where = f"{side.place(note.at)} of {side.name}: " if note.at is not None else ""
            found.append(f"{where}{note.problem}")
    return found
