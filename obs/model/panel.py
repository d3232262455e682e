"""A panel of a dashboard, whatever its type, and the rows that panels stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import InitVar
from dataclasses import field as attribute
from typing import TYPE_CHECKING, Literal

from obs.diagnostic import DefinitionError, Diagnostic
from obs.model import foreign
from obs.model.field import Field, Override
from obs.model.key import slug
from obs.model.link import Link
from obs.model.query import Query
from obs.origin import Origin, here
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.model.datasource import Datasource
    from obs.model.threshold import Thresholds
    from obs.model.variable import Variable

COLUMNS = 24
"""Width of a dashboard in Grafana's grid; a row of the grid is about 30 pixels high."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A place in the grid: columns from the left, rows from the top, size in columns and rows."""

    x: int
    y: int
    w: int
    h: int


_PLAIN = Field()


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Any panel: `type` is Grafana's plugin id, `options` and `field.custom` are that plugin's own settings.

    `key` names the panel across edits (default: its title's words); its id derives from it. An explicit
    `id` is for dashboards that already have links to it. `w` and `h` ask for a size, `grid` fixes the
    place. `notes` says what a reader mended in a panel that came from elsewhere. `field_config` takes
    Grafana's own object in place of `field` and `overrides`.
    """

    type: str
    title: str = ""
    key: str = ""
    id: int | None = None
    description: str = ""
    queries: tuple[Query, ...] = ()
    datasource: Datasource | None = None
    field: Field = _PLAIN
    overrides: tuple[Override, ...] = ()
    options: Mapping[str, object] = attribute(default_factory=dict)
    transformations: tuple[Mapping[str, object], ...] = ()
    links: tuple[Link, ...] = ()
    repeat: str = ""
    repeat_direction: Literal["h", "v"] = "h"
    max_per_row: int | None = None
    min_interval: str = ""
    max_data_points: int | None = None
    time_from: str = ""
    time_shift: str = ""
    hide_time_override: bool = False
    transparent: bool = False
    grid: Grid | None = None
    w: int | None = attribute(default=None, compare=False)
    h: int | None = attribute(default=None, compare=False)
    extra: Mapping[str, object] = attribute(default_factory=dict)
    named: bool | None = attribute(default=None, compare=False, repr=False)
    notes: tuple[Diagnostic, ...] = attribute(default=(), compare=False, repr=False)
    origin: Origin | None = attribute(default_factory=here, compare=False, repr=False)
    field_config: InitVar[Mapping[str, object] | None] = None

    def __post_init__(self, field_config: Mapping[str, object] | None) -> None:
        if not isinstance(self.title, str):
            raise DefinitionError(f"a panel's title is a text, not {self.title!r}", at=self.origin)
        if not isinstance(self.type, str) or not self.type:
            raise DefinitionError("a panel needs a type, such as 'timeseries'", at=self.origin)
        assign = object.__setattr__
        if self.named is None:
            assign(self, "named", bool(self.key))
        if not self.key:
            assign(self, "key", slug(self.title) or self.type)
        if field_config is not None:
            found, overrides = foreign.read_field_config(field_config)
            assign(self, "field", found)
            assign(self, "overrides", overrides)

    def __hash__(self) -> int:
        return hash((self.type, self.key))

    def at(self, grid: Grid) -> Panel:
        """The same panel in its place."""
        new = object.__new__(Panel)
        assign = object.__setattr__
        for name in Panel.__slots__:
            assign(new, name, getattr(self, name))
        assign(new, "grid", grid)
        return new

    @property
    def unit(self) -> str:
        """Grafana's unit id; empty when the panel names none."""
        return self.field.unit

    @property
    def thresholds(self) -> Thresholds | None:
        """The limits at which the panel changes colour."""
        return self.field.thresholds


@dataclass(frozen=True, slots=True, init=False)
class Row:
    """Panels under a header: one line of them, or several when `panels` is a list of lists.

    A collapsed row's panels ask nothing until it is opened; `repeat` makes one row for each value of a
    variable. `title` None is a row without a header.
    """

    title: str | None
    lines: tuple[tuple[Panel, ...], ...]
    collapsed: bool
    key: str
    id: int | None
    repeat: str
    grid: Grid | None
    extra: Mapping[str, object]
    named: bool = attribute(compare=False, repr=False)
    origin: Origin | None = attribute(compare=False, repr=False)

    def __init__(
        self,
        title: str | None,
        panels: Iterable[object] = (),
        *,
        collapsed: bool = False,
        key: str = "",
        id: int | None = None,
        repeat: Variable | str = "",
        grid: Grid | None = None,
        extra: Mapping[str, object] | None = None,
        lines: tuple[tuple[Panel, ...], ...] | None = None,
        named: bool | None = None,
        origin: Origin | None = None,
    ) -> None:
        origin = origin or here()
        if title is not None and not isinstance(title, str):
            raise DefinitionError(f"a row's title is a text, not {title!r}", at=origin)
        assign = object.__setattr__
        assign(self, "title", title)
        assign(self, "lines", lines_of(panels, origin) if lines is None else lines)
        assign(self, "collapsed", collapsed)
        assign(self, "key", key or ("" if title is None else f"row-{slug(title)}"))
        assign(self, "id", id)
        assign(self, "repeat", repeat if isinstance(repeat, str) else repeat.name)
        assign(self, "grid", grid)
        assign(self, "extra", dict(extra or {}))
        assign(self, "named", bool(key) if named is None else named)
        assign(self, "origin", origin)

    def __hash__(self) -> int:
        return hash((self.title, self.key))

    def panels(self) -> tuple[Panel, ...]:
        """The row's panels, without its header."""
        return tuple(panel for line in self.lines for panel in line)


def lines_of(panels: Iterable[object], origin: Origin | None) -> tuple[tuple[Panel, ...], ...]:
    """One line, or one for each list among `panels`."""
    lines: list[tuple[Panel, ...]] = []
    loose: list[Panel] = []
    for item in panels:
        if isinstance(item, (list, tuple)):
            if loose:
                lines.append(tuple(loose))
                loose = []
            lines.append(tuple(as_panel(each, origin) for each in item))
        else:
            loose.append(as_panel(item, origin))
    if loose:
        lines.append(tuple(loose))
    return tuple(lines)


def as_panel(item: object, origin: Origin | None) -> Panel:
    """A panel of obs, or one of grafanalib's or of Grafana's JSON read into one."""
    return item if isinstance(item, Panel) else foreign.read_panel(item, origin)
