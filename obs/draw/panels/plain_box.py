"""Panels whose picture would be a guess: lists that only Grafana knows, and plugins that nobody here knows."""

from __future__ import annotations

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.data import Data
from obs.draw.theme import MONOSPACE, Theme
from obs.model.panel import Panel

_KNOWN = {
    "nodegraph": "a graph of nodes",
    "annolist": "a list of annotations", "news": "a news feed", "traces": "a trace", "flamegraph": "a flame graph",
    "geomap": "a map", "canvas": "a canvas", "welcome": "a greeting", "debug": "debug output",
}  # fmt: skip


def draw(panel: Panel, data: Data, box: Box, theme: Theme) -> str:
    """What it is and what it asks, in a dashed frame."""
    what = _KNOWN.get(panel.type, "not drawn here")
    middle = box.y + min(box.h / 2, 60)
    drawn = [
        svg.element("rect", x=box.x + 4, y=box.y + 4, width=max(box.w - 8, 1), height=max(box.h - 8, 1), rx=4,
                    fill="none", stroke=theme.border, stroke_dasharray="6 5"),
        svg.text(box.x + box.w / 2, middle, measure.fitting(panel.type, box.w - 20, 15), theme.text, 15, "middle", 500),
        svg.text(box.x + box.w / 2, middle + 20, measure.fitting(what, box.w - 20, 12), theme.secondary, 12, "middle"),
    ]  # fmt: skip
    y = middle + 44
    for query in panel.queries[:3]:
        if y > box.bottom - 8:
            break
        said = measure.fitting(query.text, (box.w - 30) * 0.9, 12)
        drawn.append(
            svg.text(box.x + box.w / 2, y, said, theme.secondary, 11, "middle", font_family=MONOSPACE)
        )
        y += 18
    return "".join(drawn)
