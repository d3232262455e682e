"""How often values fall into each range."""

from __future__ import annotations

from obs.draw import svg
from obs.draw.box import Box
from obs.draw.data import Data
from obs.draw.fields import styled
from obs.draw.legend import with_legend
from obs.draw.panels.timeseries import no_data
from obs.draw.scale import Scale, nice_step, ticks
from obs.draw.theme import Theme
from obs.model.panel import Panel


def draw(panel: Panel, data: Data, box: Box, theme: Theme) -> str:
    """All values of each series, counted in ranges of a round width."""
    series = styled(panel, data, theme)
    values = [value for one in series for value in one.values if value is not None]
    if not values:
        return no_data(box, theme)
    legend, rest = with_legend(panel.options, series, box, theme)
    low, high = min(values), max(values)
    wanted = panel.options.get("bucketSize")
    step = (
        float(wanted) if isinstance(wanted, (int, float)) and wanted > 0 else nice_step(high - low or 1, 24)
    )
    first = int(low // step)
    count = min(int(high // step) - first + 1, 200)
    counted = [[0] * count for _ in series]
    for row, one in zip(counted, series, strict=True):
        for value in one.values:
            if value is not None:
                row[min(int(value // step) - first, count - 1)] += 1
    most = max((max(row) for row in counted), default=1) or 1
    plot = rest.inside(left=36, bottom=20, top=8, right=6)
    down, across = Scale(0, most * 1.08, plot.bottom, plot.y), plot.w / count
    drawn = []
    for mark in ticks(0, most, max(2, int(plot.h / 40))):
        drawn.append(svg.line(plot.x, down(mark), plot.right, down(mark), theme.weak))
        drawn.append(svg.text(plot.x - 6, down(mark) + 4, f"{mark:g}", theme.secondary, 12, "end"))
    every = max(1, -(-70 * count // max(int(plot.w), 1)))
    for number in range(0, count, every):
        said = str(series[0].shown((first + number) * step))
        drawn.append(
            svg.text(plot.x + number * across, plot.bottom + 15, said, theme.secondary, 12, "middle")
        )
    for row, one in zip(counted, series, strict=True):
        tops = [(plot.x + number * across + 1, down(times)) for number, times in enumerate(row) if times]
        bars = "".join(
            svg.rect(x, top, across - 2, plot.bottom - top, one.colour, fill_opacity=0.6) for x, top in tops
        )
        drawn.append(svg.group(bars, class_="series", data_series=one.name))
    return "".join(drawn) + legend
