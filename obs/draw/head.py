"""The top of a dashboard: title, range, the choices of its variables, the switches of its annotations."""

from __future__ import annotations

from obs.draw import measure, svg
from obs.draw.theme import Theme
from obs.model.dashboard import Annotation, Dashboard
from obs.model.variable import ALL, Variable

GAP = 8
_TOP = 44.0


def head(dashboard: Dashboard, width: float, theme: Theme) -> tuple[str, float]:
    """The title, the range and the choices of the variables; and where the panels begin."""
    title = measure.fitting(dashboard.title, width * 0.6, 18, True)
    parts = [svg.text(GAP + 4, 28, title, theme.text, 18, weight=500)]
    said = f"{dashboard.time[0]} to {dashboard.time[1]}"
    parts.append(
        svg.text(width - GAP - 4, 28, measure.fitting(said, width * 0.3, 13), theme.secondary, 13, "end")
    )
    shown: list[Variable | Annotation] = [one for one in dashboard.variables if one.hide != "variable"]
    shown += [one for one in dashboard.annotations if one.query and not one.hide]
    if not shown:
        return "".join(parts), _TOP
    x, y = float(GAP), _TOP
    for one in shown[:40]:
        drawn, wide = _control(one, x, y, theme)
        if x + wide > width - GAP and x > GAP:
            x, y = float(GAP), y + 40
            drawn, wide = _control(one, x, y, theme)
        parts.append(drawn)
        x += wide + 10
    return "".join(parts), y + 44


def _control(one: Variable | Annotation, x: float, y: float, theme: Theme) -> tuple[str, float]:
    return _switch(one, x, y, theme) if isinstance(one, Annotation) else _choice(one, x, y, theme)


def _switch(annotation: Annotation, x: float, y: float, theme: Theme) -> tuple[str, float]:
    """The name of an annotation, and whether its marks are shown."""
    name = measure.fitting(annotation.name, 200, 12, True)
    wide = measure.width(name, 12, True) + 50
    colour = theme.colour(annotation.color) if annotation.enable else theme.track
    knob = x + wide - (14 if annotation.enable else 30)
    drawn = svg.group(
        svg.element("rect", x=x, y=y, width=wide, height=30, fill=theme.panel, stroke=theme.border),
        svg.text(x + 8, y + 19, name, theme.text, 12, weight=500),
        svg.rect(x + wide - 36, y + 9, 28, 12, colour, rx=6),
        svg.circle(knob, y + 15, 4, theme.panel),
    )
    return drawn, wide


def values(variable: Variable) -> list[str]:
    """What is chosen, as its list says it."""
    if variable.kind == "textbox":
        return [variable.query] if variable.query else []
    return [
        "All" if one == ALL else "auto" if one.startswith("$__auto_interval") else one
        for one in variable.values
    ]


def _choice(variable: Variable, x: float, y: float, theme: Theme) -> tuple[str, float]:
    name = "" if variable.hide == "label" else measure.fitting(variable.label or variable.name, 160, 12, True)
    chosen = ", ".join(values(variable)) or ("" if variable.kind == "textbox" else "…")
    value = measure.fitting(chosen, 220, 13)
    first = measure.width(name, 12, True) + 16 if name else 0
    second = max(measure.width(value, 13) + 30, 60 if variable.kind == "textbox" else 0)
    parts = []
    if name:
        parts.append(
            svg.element("rect", x=x, y=y, width=first, height=30, fill=theme.panel, stroke=theme.border)
        )
        parts.append(svg.text(x + 8, y + 19, name, theme.text, 12, weight=500))
    parts.append(
        svg.element("rect", x=x + first, y=y, width=second, height=30, fill=theme.canvas, stroke=theme.border)
    )
    parts.append(svg.text(x + first + 8, y + 19, value, theme.text, 13))
    if variable.kind == "textbox":
        return svg.group(*parts), first + second
    tip = [
        (x + first + second - 16, y + 13),
        (x + first + second - 8, y + 13),
        (x + first + second - 12, y + 18),
    ]
    parts.append(svg.element("path", d=svg.path(tip, True), fill=theme.secondary))
    return svg.group(*parts), first + second
