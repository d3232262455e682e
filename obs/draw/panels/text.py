"""Text panels: Markdown as far as it is plain text, never HTML."""

from __future__ import annotations

import re

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.data import Data
from obs.draw.theme import Theme
from obs.model.panel import Panel

_TAG = re.compile(r"<[^>]{0,300}>")
_LINK = re.compile(r"!?\[([^\]]{0,300})\]\([^)]{0,600}\)")
_MARKS = re.compile(r"[*`_~]{1,3}")


def draw(panel: Panel, data: Data, box: Box, theme: Theme) -> str:
    """Headings large, list items with a dot, links and tags as their text."""
    content = str(panel.options.get("content") or "")[:8000]
    y = box.y + 8
    drawn: list[str] = []
    for line in content.splitlines():
        heading = len(line) - len(line.lstrip("#")) if line.startswith("#") else 0
        size = {1: 22.0, 2: 18.0, 3: 16.0}.get(heading, 14.0)
        plain = _plain(line.lstrip("#").strip() if heading else line.strip())
        item = plain.startswith(("- ", "* ", "+ "))
        indent = 16.0 if item else 0.0
        for number, piece in enumerate(
            measure.lines(plain[2:] if item else plain, box.w - 16 - indent, size, 40)
        ):
            y += size * 1.4
            if y > box.bottom:
                return "".join(drawn)
            if item and number == 0:
                drawn.append(svg.circle(box.x + 10, y - size * 0.33, 2, theme.text))
            drawn.append(
                svg.text(box.x + 6 + indent, y, piece, theme.text, size, weight=500 if heading else None)
            )
        y += 6 if plain else 8
    return "".join(drawn)


def _plain(line: str) -> str:
    return _MARKS.sub("", _TAG.sub("", _LINK.sub(r"\1", line)))
