"""A dashboard's variables: what the reader of a dashboard can choose, and how a query refers to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from obs.diagnostic import DefinitionError, Diagnostic
from obs.origin import Origin, here
from obs.record import dataclass, field

if TYPE_CHECKING:
    from obs.model.datasource import Datasource

Kind = Literal[
    "query", "custom", "textbox", "constant", "interval", "datasource", "adhoc", "groupby", "system"
]
Hide = Literal["", "label", "variable"]
Refresh = Literal["never", "load", "time"]

ALL = "$__all"
"""The value that Grafana stores for "All"."""

SORTS = (
    "none",
    "alphabetical",
    "alphabetical-descending",
    "numerical",
    "numerical-descending",
    "alphabetical-ignoring-case",
    "alphabetical-ignoring-case-descending",
    "natural",
    "natural-descending",
)
Sort = Literal[
    "none",
    "alphabetical",
    "alphabetical-descending",
    "numerical",
    "numerical-descending",
    "alphabetical-ignoring-case",
    "alphabetical-ignoring-case-descending",
    "natural",
    "natural-descending",
]

_NAME = re.compile(r"[0-9A-Za-z_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """In an f-string it is `$name`; `f"{route:regex}"` is `${route:regex}`.

    `values_of` and `series` describe a variable over the values of a label; `query` holds any other text that
    the kind needs: the choices of a custom one, the default of a textbox, the value of a constant, the type
    of a datasource variable, a `query_result(...)`. `current` lists the chosen values; empty means "All"
    where there is one.
    """

    name: str
    kind: Kind
    label: str = ""
    description: str = ""
    datasource: Datasource | None = None
    values_of: str = ""
    series: str = ""
    query: str = ""
    regex: str = ""
    multi: bool = False
    include_all: bool = False
    all_value: str = ""
    current: tuple[str, ...] = ()
    sort: Sort = "alphabetical"
    refresh: Refresh = "time"
    hide: Hide = ""
    extra: Mapping[str, object] = field(default_factory=dict)
    notes: tuple[Diagnostic, ...] = field(default=(), compare=False, repr=False)
    origin: Origin | None = field(default_factory=here, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise DefinitionError(
                f"{self.name!r} cannot be a variable's name: Grafana reads letters, digits and _ after the $",
                at=self.origin,
            )
        if self.kind != "query":
            object.__setattr__(self, "sort", "none")
            if self.kind != "datasource":
                object.__setattr__(self, "refresh", "time" if self.kind == "interval" else "never")

    def __str__(self) -> str:
        return f"${self.name}"

    def __format__(self, spec: str) -> str:
        return f"${{{self.name}:{spec}}}" if spec else f"${self.name}"

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def many(self) -> bool:
        """Whether its value may be a regular expression: several choices, or "All"."""
        return self.multi or self.include_all

    @property
    def values(self) -> tuple[str, ...]:
        """What is chosen when the dashboard opens."""
        if self.current:
            return self.current
        return (ALL,) if self.include_all else ()


def textbox(
    name: str, default: str = "", *, title: str = "", description: str = "", hide: Hide = ""
) -> Variable:
    """A free text."""
    return Variable(
        name=name,
        kind="textbox",
        label=title,
        description=description,
        query=default,
        hide=hide,
        origin=here(),
    )


def custom(
    name: str,
    choices: Sequence[str] | Mapping[str, str],
    *,
    default: str = "",
    title: str = "",
    description: str = "",
    multi: bool = False,
    all_value: str | None = None,
) -> Variable:
    """One of fixed choices; a mapping gives each shown text its value."""
    pairs = choices.items() if isinstance(choices, Mapping) else [(choice, choice) for choice in choices]
    query = ", ".join(_choice(text, value) for text, value in pairs)
    first = next((value for _, value in pairs), "")
    if default and default not in [value for _, value in pairs]:
        raise DefinitionError(f"the default {default!r} of ${name} is none of its choices", at=here())
    chosen = default or ("" if all_value is not None else first)
    return Variable(
        name=name,
        kind="custom",
        label=title,
        description=description,
        query=query,
        multi=multi,
        include_all=all_value is not None,
        all_value=all_value or "",
        current=(chosen,) if chosen else (),
        origin=here(),
    )


def _choice(text: str, value: str) -> str:
    shown, meant = text.replace(",", "\\,"), value.replace(",", "\\,")
    return shown if shown == meant else f"{shown} : {meant}"


def choices(query: str) -> list[tuple[str, str]]:
    """The (text, value) pairs of a custom variable's query: `5xx : 5.., 4xx : 4..`.

    Blanks around each are dropped, as Grafana does; `\\,` is a comma.
    """
    pieces = re.split(r"(?<!\\),", query)
    found = []
    for piece in pieces:
        plain = piece.strip().replace("\\,", ",")
        named = re.fullmatch(r"(.+)\s:\s(.+)", plain, re.DOTALL)
        found.append((named[1].strip(), named[2].strip()) if named else (plain, plain))
    return [pair for pair in found if pair != ("", "")]


def constant(name: str, value: str) -> Variable:
    """A hidden value that the queries share."""
    return Variable(name=name, kind="constant", query=value, hide="variable", origin=here())


def interval(
    name: str = "interval",
    choices: Sequence[str] = ("1m", "5m", "15m", "1h", "6h", "1d"),
    *,
    default: str = "",
    title: str = "",
    description: str = "",
) -> Variable:
    """A duration to choose, for windows that no built-in fits."""
    return Variable(
        name=name,
        kind="interval",
        label=title,
        description=description,
        query=",".join(choices),
        current=(default or choices[0],),
        origin=here(),
    )


def datasource_variable(
    name: str, default: Datasource, *, title: str = "Data source", regex: str = ""
) -> Variable:
    """A choice among the datasources of `default`'s type. Refer to it with `Prometheus(uid="${name}")`."""
    return Variable(
        name=name,
        kind="datasource",
        label=title,
        query=default.type,
        regex=regex,
        current=(default.uid,),
        refresh="load",
        origin=here(),
    )
