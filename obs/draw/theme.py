"""Grafana's two themes and its colours by name.

Source: Grafana 11, `packages/grafana-data/src/themes` (createColors, createVisualizationColors).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from obs.record import dataclass

Name = Literal["dark", "light"]

FONT = (
    "Inter, 'Helvetica Neue', Arial, 'Liberation Sans', 'Noto Sans', 'Noto Sans KR', 'Noto Sans CJK KR', "
    "'DejaVu Sans', sans-serif"
)
"""By name, since resvg knows no font for `sans-serif`: without one of these a PNG would have no words."""
MONOSPACE = "'Roboto Mono', Menlo, 'DejaVu Sans Mono', monospace"

_SHADES = ("dark-", "semi-dark-", "", "light-", "super-light-")
_HUES: dict[Name, dict[str, str]] = {
    "dark": {
        "red": "#C4162A #E02F44 #F2495C #FF7383 #FFA6B0",
        "orange": "#FA6400 #FF780A #FF9830 #FFB357 #FFCB7D",
        "yellow": "#E0B400 #F2CC0C #FADE2A #FFEE52 #FFF899",
        "green": "#37872D #56A64B #73BF69 #96D98D #C8F2C2",
        "blue": "#1F60C4 #3274D9 #5794F2 #8AB8FF #C0D8FF",
        "purple": "#8F3BB8 #A352CC #B877D9 #CA95E5 #DEB6F2",
    },
    "light": {
        "red": "#AD0317 #C4162A #E02F44 #F2495C #FF7383",
        "orange": "#E55400 #FA6400 #FF780A #FF9830 #FFB357",
        "yellow": "#CC9D00 #E0B400 #F2CC0C #FADE2A #FFEE52",
        "green": "#19730E #37872D #56A64B #73BF69 #96D98D",
        "blue": "#1250B0 #1F60C4 #3274D9 #5794F2 #8AB8FF",
        "purple": "#7C2EA3 #8F3BB8 #A352CC #B877D9 #CA95E5",
    },
}
_CLASSIC = (
    "green", "semi-dark-yellow", "light-blue", "semi-dark-orange", "red", "blue", "purple", "#705DA0",
    "dark-green", "yellow", "#447EBC", "#C15C17", "#890F02", "#0A437C", "#6D1F62", "#584477", "#B7DBAB",
    "#F4D598", "#70DBED", "#F9BA8F", "#F29191", "#82B5D8", "#E5A8E2", "#AEA2E0", "#629E51", "#E5AC0E",
    "#64B0C8", "#E0752D", "#BF1B00", "#0A50A1", "#962D82", "#614D93", "#9AC48A", "#F2C96D", "#65C5DB",
    "#F9934E", "#EA6460", "#5195CE", "#D683CE", "#806EB7",
)  # fmt: skip
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_RGB = re.compile(r"(?:rgba?|hsla?)\(\s*[0-9.,%\sdeg/]{1,40}\)")
_WORDS = {"white": "#FFFFFF", "black": "#000000", "gray": "#808080", "grey": "#808080", "none": "#808080"}

CONTINUOUS = {
    "continuous-GrYlRd": ("green", "yellow", "red"),
    "continuous-RdYlGr": ("red", "yellow", "green"),
    "continuous-BlYlRd": ("dark-blue", "super-light-yellow", "dark-red"),
    "continuous-YlRd": ("super-light-yellow", "dark-red"),
    "continuous-BlPu": ("blue", "purple"),
    "continuous-YlBl": ("super-light-yellow", "dark-blue"),
    "continuous-blues": ("#0A2A5A", "dark-blue", "super-light-blue"),
    "continuous-reds": ("#5A0A12", "dark-red", "super-light-red"),
    "continuous-greens": ("#0F3A0A", "dark-green", "super-light-green"),
    "continuous-purples": ("#33104A", "dark-purple", "super-light-purple"),
}
"""Colour modes that blend; the darkest end of the one-hue ones is the panel's background in Grafana."""


@dataclass(frozen=True, slots=True)
class Theme:
    """`canvas` is behind the panels; `weak` is for grid lines, `secondary` for labels."""

    name: Name
    canvas: str
    panel: str
    border: str
    text: str
    secondary: str
    weak: str
    link: str
    track: str

    def palette(self, index: int) -> str:
        """The classic palette, round and round."""
        return self.colour(_CLASSIC[index % len(_CLASSIC)])

    def colour(self, name: object, otherwise: str = "#808080") -> str:
        """A colour of Grafana's by name, or as CSS where it is harmless; `otherwise` for anything else."""
        if not isinstance(name, str):
            return otherwise
        if name == "transparent":
            return "transparent"
        if name in ("text", "panel-bg"):
            return self.text if name == "text" else self.panel
        return _named(self.name).get(name) or _css(name) or otherwise


@lru_cache(maxsize=2)
def _named(theme: Name) -> dict[str, str]:
    return {
        f"{shade}{hue}": value
        for hue, values in _HUES[theme].items()
        for shade, value in zip(_SHADES, values.split(), strict=True)
    } | _WORDS


def _css(name: str) -> str | None:
    name = name.strip()
    return name if _HEX.fullmatch(name) or _RGB.fullmatch(name) else None


def blend(low: str, high: str, part: float) -> str:
    """Between two `#rrggbb` colours; `part` from 0 to 1."""
    one, two = _channels(low), _channels(high)
    mixed = [round(a + (b - a) * part) for a, b in zip(one, two, strict=True)]
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def _channels(colour: str) -> tuple[int, int, int]:
    digits = colour.lstrip("#")
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    try:
        return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    except ValueError:
        return 128, 128, 128


def readable_on(background: str) -> str:
    """White or black, whichever can be read on a colour."""
    red, green, blue = _channels(background)
    return "#1F1F20" if 0.299 * red + 0.587 * green + 0.114 * blue > 150 else "#FFFFFF"


DARK = Theme("dark", "#111217", "#181B1F", "#2A2D33", "#CCCCDC", "#8E8F9B", "#2B2E34", "#6E9FFF", "#26292E")
LIGHT = Theme("light", "#F4F5F5", "#FFFFFF", "#E0E1E2", "#24292E", "#696E74", "#E5E6E7", "#1F62E0", "#E9EAEB")


def theme(name: str) -> Theme:
    """`dark` or `light`; anything else is dark."""
    return LIGHT if name == "light" else DARK
