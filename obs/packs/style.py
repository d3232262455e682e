"""One look: colours that people who see red and green alike can tell apart, and links between dashboards."""

from __future__ import annotations

from collections.abc import Sequence

from obs.model.link import Link

Steps = tuple[str | float, ...]

CALM, WARN, BAD = "blue", "orange", "red"
"""Of limits, as Grafana's themes have them."""

BLUE, SKY, GREEN, ORANGE, VERMILION, PURPLE = "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7"
"""Of what is told apart by its name: each differs from every other in all forms of colour blindness, in both themes.

Source: M. Okabe and K. Ito, Color Universal Design, 2008.
"""
GREY = "#8E8E8E"
"""Of what is not known."""
OWN = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION)
"""For services, in this order."""


def beyond(limit: float) -> Steps:
    """One limit, which an alert has too."""
    return (CALM, limit, BAD)


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
