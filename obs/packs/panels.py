"""The panels that packs are made of, with the settings that make them look alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict, Unpack

from obs.model.field import Override, override
from obs.model.link import Link
from obs.model.panel import Panel
from obs.model.panels import stat, table, timeseries
from obs.model.query import Query
from obs.packs.style import BAD, BLUE, CALM, ORANGE, SKY, VERMILION, Steps

_CODES = {"/^2/": BLUE, "/^3/": SKY, "/^4/": ORANGE, "/^5/": VERMILION}
_UP = {
    "type": "value",
    "options": {
        "0": {"text": "Down", "color": BAD, "index": 0},
        "1": {"text": "Up", "color": CALM, "index": 1},
    },
}
SMALL = 5.0
"""As far as the axis of a count reaches at least: with less, whole numbers would stand there twice."""


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


class _From(TypedDict, total=False):
    min: float


class _Limits(TypedDict, total=False):
    thresholds: Steps
    show_thresholds: Literal["dashed"]


def curve(
    title: str,
    about: str,
    unit: str,
    *queries: str | Query,
    low: float = 0,
    limits: Steps | None = None,
    **more: Unpack[More],
) -> Panel:
    """Curves over time whose axis begins at zero; several are told apart better without areas below them.

    `limits`, where an alert has one, are dashed lines.
    """
    drawn: _Limits = {} if limits is None else {"thresholds": limits, "show_thresholds": "dashed"}
    return timeseries(title, *queries, unit=unit, min=low, description=about, fill=0, **drawn, **more)


def counts(title: str, about: str, *queries: str | Query, **more: Unpack[More]) -> Panel:
    """Curves of whole numbers that are mostly small."""
    more = {"decimals": 0, **more}
    return timeseries(title, *queries, unit="short", min=0, soft_max=SMALL, description=about, fill=0, **more)


def events(title: str, about: str, *queries: str | Query, **more: Unpack[More]) -> Panel:
    """Bars of how often something happened, on top of each other."""
    more = {"decimals": 0, **more}
    return timeseries(
        title, *queries, unit="short", min=0, soft_max=SMALL, description=about, style="bars", fill=80, stack=True,
        **more,
    )  # fmt: skip


def ratio(title: str, about: str, *queries: str | Query, limits: Steps, **more: Unpack[More]) -> Panel:
    """Shares from 0 to 1, with the limits that alerts and people go by as dashed lines.

    Where the higher is the better the axis does not begin at zero: 99 % and 100 % would be one line.
    """
    low: _From = {} if limits[0] == BAD else {"min": 0}
    return timeseries(
        title,
        *queries,
        unit="percentunit",
        description=about,
        thresholds=limits,
        show_thresholds="dashed",
        fill=0,
        **low,
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


def named(colours: Mapping[str, str]) -> list[Override]:
    """Colours of series by their names, for states whose names are known."""
    return [override(name, color=colour) for name, colour in colours.items()]


def dashed(query: str, *, dots: bool = False) -> Override:
    """The curves of a query (its refId) dashed or dotted, beside those of another that have the same colour."""
    return override(
        query=query, lineStyle={"fill": "dot", "dash": [0, 6]} if dots else {"fill": "dash", "dash": [8, 6]}
    )


def number(title: str, about: str, query: str, limits: Steps, *, unit: str = "short", w: int = 4) -> Panel:
    """One big number on its colour, whole where it counts things."""
    whole = 0 if unit == "short" else 1
    return stat(
        title, query, unit=unit, decimals=whole, w=w, description=about, thresholds=limits, background=True
    )


def up(title: str, about: str, query: str, *, w: int = 4) -> Panel:
    """Whether something answers, in words: the query is 1 or 0."""
    return stat(
        title, query, w=w, description=about, thresholds=(BAD, 1, CALM), background=True, mappings=[_UP]
    )


def listing(
    title: str,
    about: str,
    columns: dict[str, str],
    *queries: str | Query,
    unit: str = "short",
    limits: Steps | None = None,
    rising: bool = False,
    empty: str = "",
    **more: Unpack[More],
) -> Panel:
    """A table sorted by its last column, the largest first unless `rising`; `limits` colour its values.

    `empty` is what it says without a row, where that is good news.
    """
    if empty:
        more = {"no_value": empty, **more}
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
        thresholds=limits or (CALM,),
        **more,
    )
