"""Several pictures in one, next to each other under a word each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from obs.draw import svg
from obs.draw.dashboard import page
from obs.draw.theme import theme as theme_named

_SIZE = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
_GAP = 16
_HEAD = 30


def side_by_side(pictures: Sequence[tuple[str, str]], theme: str) -> str:
    """The pictures that are not empty, from left to right, as `obs.draw` made them."""
    colours = theme_named(theme)
    drawn: list[str] = []
    x, lowest = 0.0, 0.0
    for word, picture in pictures:
        size = _SIZE.search(picture)
        if size is None:
            continue
        wide, high = float(size[1]), float(size[2])
        inner = picture[picture.index(">") + 1 : picture.rindex("</svg>")]
        drawn.append(svg.text(x + 12, 21, word, colours.secondary, 15, weight=600))
        drawn.append(svg.element("svg", inner, x=x, y=float(_HEAD), width=wide, height=high))
        x += wide + _GAP
        lowest = max(lowest, high)
    return page(max(x - _GAP, 1.0), lowest + _HEAD, colours, *drawn)
