"""One look: colours that people who see red and green alike can tell apart, and links between dashboards."""

from __future__ import annotations

from collections.abc import Sequence

from obs.model.link import Link

Steps = tuple[str | float, ...]

CALM, WARN, BAD = "blue", "orange", "red"


def rising(warning: float, bad: float) -> Steps:
    """The higher, the worse."""
    return (CALM, warning, WARN, bad, BAD)


def falling(bad: float, warning: float) -> Steps:
    """The lower, the worse."""
    return (BAD, bad, WARN, warning, CALM)


NOTHING = (CALM, 1, BAD)
"""Whole numbers of which each one is bad."""

ONE = (BAD, 1, CALM)
"""Whole numbers of which none is bad."""


def links(tags: Sequence[str], more: Sequence[Link] = ()) -> list[Link]:
    """A menu of the dashboards with the first tag, which is the project's; then the links of this one."""
    menu = [Link(tags=[tags[0]], title="대시보드")] if tags else []
    return [*menu, *more]
