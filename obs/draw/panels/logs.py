"""Log lines with their time, level and labels."""

from __future__ import annotations

from obs.draw import svg
from obs.draw.box import Box
from obs.draw.data import Data
from obs.draw.panels.timeseries import no_data
from obs.draw.theme import MONOSPACE, Theme
from obs.draw.value import moment
from obs.model.panel import Panel

_LINE = 18.0
_LEVELS = {"error": "#F2495C", "warn": "#FADE2A", "info": "#73BF69", "debug": "#5794F2"}
_WIDE = 0.6
"""Width of a monospaced character, in its size."""


def draw(panel: Panel, data: Data, box: Box, theme: Theme) -> str:
    """As many lines as fit; the order is the panel's."""
    lines = list(data.lines)
    if not lines:
        return no_data(box, theme, "No logs found")
    if panel.options.get("sortOrder") == "Ascending":
        lines.reverse()
    labelled = panel.options.get("showLabels") is True
    wrapped = panel.options.get("wrapLogMessage") is not False
    drawn = []
    y = box.y + 13
    for line in lines:
        stamp = (
            f"{moment(line.at)}.{int(line.at * 1000) % 1000:03} "
            if panel.options.get("showTime") is not False
            else ""
        )
        labels = " ".join(line.labels.values()) + "  " if labelled else ""
        pieces = _wrapped(stamp + labels + line.text, box.w - 14, wrapped)
        if y + _LINE * (len(pieces) - 1) > box.bottom:
            break
        drawn.append(
            svg.rect(box.x, y - 11, 3, _LINE * len(pieces) - 3, _LEVELS.get(line.level, theme.secondary))
        )
        for number, piece in enumerate(pieces):
            shown = piece[len(stamp) :] if number == 0 else piece
            if number == 0:
                drawn.append(_text(box.x + 9, y, stamp, theme.secondary))
            indent = len(stamp) * 12 * _WIDE if number == 0 else 0
            drawn.append(_text(box.x + 9 + indent, y, shown, theme.text))
            y += _LINE
    return "".join(drawn)


def _text(x: float, y: float, said: str, colour: str) -> str:
    return svg.text(x, y, said, colour, 12, font_family=MONOSPACE, xml_space="preserve")


def _wrapped(text: str, room: float, wrapped: bool) -> list[str]:
    most = max(int(room / (12 * _WIDE)), 10)
    if not wrapped or len(text) <= most:
        return [text if len(text) <= most else text[: most - 1] + "…"]
    pieces = [text[at : at + most] for at in range(0, len(text), most)]
    return pieces[:3]
