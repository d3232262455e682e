"""SVG as text: every value is escaped, every number has at most two decimals, so that the bytes never vary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from obs.redact import redact

Point = tuple[float, float]

_NAMES = {"xml_space": "xml:space"}
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def escaped(text: str) -> str:
    """For an attribute or for content; what XML cannot hold becomes U+FFFD, and a secret `[redacted]`."""
    plain = redact(_CONTROLS.sub("\ufffd", text) if not text.isprintable() else text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def number(value: float) -> str:
    """At most two decimals, and no minus zero."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def attributes(given: dict[str, str | float | None]) -> str:
    """`stroke_width=2` is `stroke-width="2"`; what is None is left out."""
    written = []
    for name, value in given.items():
        if value is not None:
            said = escaped(value) if isinstance(value, str) else number(value)
            written.append(f' {_NAMES.get(name) or name.rstrip("_").replace("_", "-")}="{said}"')
    return "".join(written)


def element(name: str, *content: str, **given: str | float | None) -> str:
    """An element; `content` is SVG already."""
    inner = "".join(content)
    head = f"<{name}{attributes(given)}"
    return f"{head}>{inner}</{name}>" if inner else f"{head}/>"


def rect(x: float, y: float, w: float, h: float, fill: str, **given: str | float | None) -> str:
    """A rectangle; one without a size is nothing."""
    if w <= 0 or h <= 0:
        return ""
    return element("rect", x=x, y=y, width=w, height=h, fill=fill, **given)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, **given: str | float | None) -> str:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, **given)


def circle(x: float, y: float, r: float, fill: str, **given: str | float | None) -> str:
    """A disc."""
    return element("circle", cx=x, cy=y, r=r, fill=fill, **given)


def text(
    x: float,
    y: float,
    content: str,
    fill: str,
    size: float = 12,
    anchor: str = "start",
    weight: float | None = None,
    **given: str | float | None,
) -> str:
    """One line of text with its baseline at `y`; nothing where there is nothing to say."""
    if not content:
        return ""
    return element(
        "text",
        escaped(content),
        x=x,
        y=y,
        fill=fill,
        font_size=size,
        text_anchor=None if anchor == "start" else anchor,
        font_weight=weight,
        **given,
    )


def group(*content: str, **given: str | float | None) -> str:
    """A group; an empty one is nothing."""
    inner = "".join(content)
    return element("g", inner, **given) if inner else ""


def path(points: Iterable[Point], closed: bool = False) -> str:
    """The `d` of straight lines through the points, to a tenth of a pixel."""
    return "M" + "L".join([f"{x:.1f},{y:.1f}" for x, y in points]) + ("Z" if closed else "")


def runs(points: Sequence[Point | None]) -> list[list[Point]]:
    """The points without the gaps between them."""
    found: list[list[Point]] = [[]]
    for point in points:
        if point is not None:
            found[-1].append(point)
        elif found[-1]:
            found.append([])
    return [run for run in found if run]
