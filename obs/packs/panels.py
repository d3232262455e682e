"""The panels that packs are made of, with the settings that make them look alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Unpack

from obs.model.field import Override, override
from obs.model.link import Link
from obs.model.panel import Panel
from obs.model.panels import stat, table, timeseries
from obs.model.query import Query
from obs.packs.style import CALM, Steps

_CODES = {"/^2/": "blue", "/^3/": "purple", "/^4/": "orange", "/^5/": "red"}


class More(TypedDict, total=False):
    """What the packs still choose for a panel, as the functions of `obs.model.panels` take it."""

    legend: str
    decimals: int
    max: float
    w: int
    h: int
    no_value: str
    overrides: Sequence[Override]
    data_links: Sequence[Link]


def curve(title: str, about: str, unit: str, *queries: str | Query, **more: Unpack[More]) -> Panel:
    """Curves over time whose axis begins at zero."""
    return timeseries(title, *queries, unit=unit, min=0, description=about, **more)


def ratio(title: str, about: str, *queries: str | Query, limits: Steps, **more: Unpack[More]) -> Panel:
    """Shares from 0 to 1, with the limits that alerts and people go by as dashed lines."""
    return timeseries(
        title,
        *queries,
        unit="percentunit",
        min=0,
        description=about,
        thresholds=limits,
        show_thresholds="dashed",
        **more,
    )


def stacked(title: str, about: str, unit: str, *queries: str | Query, **more: Unpack[More]) -> Panel:
    """Bars that add up to a whole."""
    return timeseries(
        title, *queries, unit=unit, min=0, description=about, style="bars", fill=80, stack=True, **more
    )


def codes() -> list[Override]:
    """Colours of status codes: success, redirect, the client's fault, ours."""
    return [override(regexp=name, color=color) for name, color in _CODES.items()]


def number(title: str, about: str, query: str, limits: Steps, *, unit: str = "short", w: int = 4) -> Panel:
    """One big number on its colour, whole where it counts things."""
    whole = 0 if unit == "short" else 1
    return stat(
        title, query, unit=unit, decimals=whole, w=w, description=about, thresholds=limits, background=True
    )


def listing(
    title: str,
    about: str,
    columns: dict[str, str],
    *queries: str | Query,
    unit: str = "short",
    limits: Steps | None = None,
    rising: bool = False,
    overrides: Sequence[Override] = (),
) -> Panel:
    """A table sorted by its last column, the largest first unless `rising`; `limits` colour its values."""
    coloured = {"cellOptions": {"type": "color-text"}} if limits is not None else {}
    return table(
        title,
        *queries,
        columns=columns,
        sort_by=list(columns.values())[-1],
        descending=not rising,
        unit=unit,
        description=about,
        custom=coloured,
        overrides=overrides,
        thresholds=limits or (CALM,),
    )
