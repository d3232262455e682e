"""Links out of a dashboard: to other dashboards, to Explore, to the web."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from obs.diagnostic import DefinitionError
from obs.lang.grafana_variables import substitute
from obs.model.variable import ALL, Variable
from obs.origin import Origin, here

if TYPE_CHECKING:
    from obs.model.datasource import Datasource


class Destination(Protocol):
    """What a link can lead to: a dashboard."""

    @property
    def uid(self) -> str: ...
    @property
    def title(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Exploration:
    """A query opened in Explore."""

    text: str
    datasource: Datasource
    instant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Give `to` (a dashboard, a uid's path or a URL) or `tags` (a drop-down of the dashboards that carry
    them).

    `keep_time` and `vars` hand over the time range and the variables; `vars` may also be a mapping of the
    other dashboard's variables to values, such as `{"namespace": "${__field.labels.namespace}"}` in a data
    link.
    """

    url: str = ""
    title: str = ""
    keep_time: bool = False
    include_vars: bool = False
    new_tab: bool = False
    tags: tuple[str, ...] = ()
    tooltip: str = ""
    icon: str = "external link"
    target: Destination | None = field(default=None, compare=False, repr=False)
    exploration: Exploration | None = field(default=None, compare=False, repr=False)
    extra: Mapping[str, object] = field(default_factory=dict)
    origin: Origin | None = field(default_factory=here, compare=False, repr=False)

    def inline(self) -> Link:
        """The same link with time and variables written into the URL, as links inside a panel need it."""
        if not (self.keep_time or self.include_vars):
            return self
        parts = (["${__url_time_range}"] if self.keep_time else []) + (
            ["${__all_variables}"] if self.include_vars else []
        )
        joint = "&" if "?" in self.url else "?"
        return replace(self, url=self.url + joint + "&".join(parts), keep_time=False, include_vars=False)

    def resolved(self, variables: Iterable[Variable]) -> Link:
        """An Explore link knows no variables: they are replaced by the values that the dashboard opens
        with."""
        if self.exploration is None:
            return self
        return replace(self, url=explore_url(self.exploration, variables))


def link(
    to: Destination | str,
    title: str = "",
    *,
    keep_time: bool = True,
    vars: bool | Mapping[str, str] = True,
    new_tab: bool = False,
    tooltip: str = "",
) -> Link:
    """A link to a dashboard object, to the dashboard of a uid, or to a URL (which gets no variables)."""
    target = None if isinstance(to, str) else to
    path = to if isinstance(to, str) else f"/d/{to.uid}"
    if isinstance(to, str) and "/" not in to and ":" not in to:
        path = f"/d/{to}"
    inside = path.startswith("/")
    if isinstance(vars, Mapping):
        values = "&".join(f"var-{name}={value}" for name, value in vars.items())
        path += ("&" if "?" in path else "?") + values
    return Link(
        url=path,
        title=title or (target.title if target else to if isinstance(to, str) else ""),
        keep_time=keep_time and inside,
        include_vars=vars is True and inside,
        new_tab=new_tab,
        tooltip=tooltip,
        icon="dashboard" if path.startswith("/d/") else "external link",
        target=target,
        origin=here(),
    )


def links_by_tag(*tags: str, title: str, keep_time: bool = True, vars: bool = True) -> Link:
    """A drop-down of every dashboard that carries all the tags; it needs no list to maintain."""
    if not tags:
        raise DefinitionError("links_by_tag() without a tag would list every dashboard", at=here())
    return Link(tags=tags, title=title, keep_time=keep_time, include_vars=vars, origin=here())


def explore(text: str, data: Datasource, title: str = "Explore", *, instant: bool = False) -> Link:
    """Opens `text` in Explore over the dashboard's time range.

    `${__field.labels.x}` and the like stay for Grafana to fill in; the dashboard's variables become the
    values that it opens with, since Explore has none.
    """
    exploration = Exploration(text, data, instant)
    return Link(
        url=explore_url(exploration, ()), title=title, icon="compass", exploration=exploration, origin=here()
    )


_UNENCODED = "-_.!~*'()"
"""What JavaScript's encodeURIComponent leaves alone."""


def explore_url(exploration: Exploration, variables: Iterable[Variable]) -> str:
    """The `panes` form, which Grafana reads since 10.0 (`schemaVersion=1`)."""
    known = {variable.name: variable for variable in variables}
    text = substitute(
        exploration.text, lambda use: _value(known.get(use.name), exploration.text[use.start : use.end])
    )
    data = exploration.datasource
    query: dict[str, object] = {
        "refId": "A",
        "expr": text.text,
        "datasource": {"type": data.type, "uid": data.uid},
        "editorMode": "code",
    }
    if data.language == "logql":
        query["queryType"] = "instant" if exploration.instant else "range"
    else:
        query |= {"instant": exploration.instant, "range": not exploration.instant}
    pane = {"datasource": data.uid, "queries": [query], "range": {"from": "${__from}", "to": "${__to}"}}
    panes = json.dumps({"obs": pane}, ensure_ascii=False, separators=(",", ":"))
    return f"/explore?schemaVersion=1&panes={_percent_encoded(panes)}"


def _value(variable: Variable | None, written: str) -> str:
    if variable is None:
        return written
    values = variable.values or ((variable.query,) if variable.kind in ("textbox", "constant") else ())
    chosen = [(variable.all_value or ".+") if value == ALL else value for value in values]
    return "|".join(chosen)


def _percent_encoded(text: str) -> str:
    """`text` for a URL, except Grafana's own `${__...}`, which Grafana replaces before the browser sees
    it."""
    pieces = []
    position = 0
    for use in substitute(text, lambda use: "").variables:
        if use.name.startswith("__") and text[use.start : use.start + 2] == "${":
            pieces += [quote(text[position : use.start], safe=_UNENCODED), text[use.start : use.end]]
            position = use.end
    return "".join([*pieces, quote(text[position:], safe=_UNENCODED)])
