"""The moments below a chart."""

from __future__ import annotations

from collections.abc import Iterable

from obs.draw import svg
from obs.draw.box import Box
from obs.draw.data import Event, Timeline
from obs.draw.scale import Scale, time_ticks
from obs.draw.theme import Theme
from obs.draw.value import moment

_EDGE = 16.0
"""Half of a mark: nearer than this to an edge it would be cut."""


def pattern(timeline: Timeline) -> str:
    """How moments are written for a range of this length."""
    span = timeline.end - timeline.start
    return (
        "%H:%M:%S"
        if span < 300
        else "%H:%M"
        if span <= 86400
        else "%m/%d %H:%M"
        if span <= 604800
        else "%m/%d"
    )


def time_marks(timeline: Timeline, plot: Box, theme: Theme, grid: bool = False) -> str:
    """Round moments below the plot, with lines through it where there is a grid."""
    written = pattern(timeline)
    scale = Scale(timeline.start, timeline.end, plot.x, plot.right)
    most = max(2, int(plot.w / (96 if len(written) > 6 else 68)))
    drawn = []
    for at in time_ticks(timeline.start, timeline.end, most):
        x = scale(at)
        if grid:
            drawn.append(svg.line(x, plot.y, x, plot.bottom, theme.weak))
        if plot.x + _EDGE - 2 <= x <= plot.right - _EDGE + 6:
            drawn.append(svg.text(x, plot.bottom + 15, moment(at, written), theme.secondary, 12, "middle"))
    return "".join(drawn)


def event_marks(events: Iterable[Event], timeline: Timeline, plot: Box, theme: Theme) -> str:
    """A dashed line through the plot for each event, with a tip below it."""
    scale = Scale(timeline.start, timeline.end, plot.x, plot.right)
    drawn = []
    for event in events:
        x, colour = scale(event.at), theme.colour(event.colour)
        tip = [(x - 5, plot.bottom + 6), (x + 5, plot.bottom + 6), (x, plot.bottom)]
        drawn.append(svg.line(x, plot.y, x, plot.bottom, colour, stroke_dasharray="5 4", opacity=0.9))
        drawn.append(svg.element("path", d=svg.path(tip, True), fill=colour))
    return "".join(drawn)
