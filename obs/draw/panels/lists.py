"""Lists that Grafana makes by itself: alerts that fire, and dashboards. The rows are samples, as queries' data are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.data import Data
from obs.draw.sample.labels import values
from obs.draw.theme import Theme
from obs.model.panel import Panel

_ROW = 44.0
_SINCE = ("4m", "12m", "37m", "1h")


def draw(panel: Panel, data: Data, box: Box, theme: Theme) -> str:
    """As many rows as there is room for."""
    drawn = []
    y = box.y + 2
    for name, about in _alerts(panel) if panel.type == "alertlist" else _dashboards(panel):
        if y + _ROW > box.bottom:
            break
        drawn += [
            svg.element("rect", x=box.x, y=y, width=box.w, height=_ROW - 6, rx=2, fill=theme.canvas),
            svg.text(box.x + 12, y + 16, measure.fitting(name, box.w - 24, 13), theme.text, 13, weight=500),
            svg.text(box.x + 12, y + 32, measure.fitting(about, box.w - 24, 11), theme.secondary, 11),
        ]
        if panel.type == "alertlist":
            drawn.append(svg.rect(box.x, y, 3, _ROW - 6, theme.colour("red")))
        y += _ROW
    return "".join(drawn)


def _alerts(panel: Panel) -> Iterator[tuple[str, str]]:
    """By the labels that the panel groups by, else one by one."""
    asked = panel.options.get("groupBy")
    labels = [str(name) for name in asked] if isinstance(asked, list) and asked else ["alertname"]
    names = {label: values(label, (), None, {}) for label in labels}
    for number, since in enumerate(_SINCE[: max(len(found) for found in names.values())]):
        group = ", ".join(f"{label}={found[number % len(found)]}" for label, found in names.items())
        yield group, f"firing for {since}"


def _dashboards(panel: Panel) -> Iterator[tuple[str, str]]:
    """Which dashboards have a tag, only the whole project knows."""
    options: Mapping[str, object] = panel.options
    tags = options.get("tags")
    for tag in tags if isinstance(tags, list) else ():
        kept = [
            what
            for what, option in (("the variables", "includeVars"), ("the time range", "keepTime"))
            if options.get(option) is True
        ]
        yield f"every dashboard tagged {tag}", f"keeps {' and '.join(kept)}" if kept else ""
