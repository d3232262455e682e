"""Links out of a dashboard: to other dashboards, to Explore, to the web."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from obs.diagnostic import DefinitionError
from obs.lang.grafana_variables import substitute
from obs.model.variable import ALL, Variable
from obs.origin import Origin, here
from obs.record import dataclass, field

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


@dataclass(frozen=True, slots=True, init=False)
class Link:
    """A link to a dashboard (the object, or its uid), to a URL, or to all dashboards that carry some tags.

    `keep_time` and `vars` hand over time and variables, by default to dashboards only. `vars` may
    also map the other dashboard's variables to values, such as `{"namespace": "${__field.labels.namespace}"}`
    in a data link.
    """

    url: str
    title: str
    keep_time: bool
    vars: bool
    new_tab: bool
    tags: tuple[str, ...]
    tooltip: str
    icon: str
    extra: Mapping[str, object]
    target: Destination | None = field(compare=False, repr=False)
    exploration: Exploration | None = field(compare=False, repr=False)
    origin: Origin | None = field(compare=False, repr=False)

    def __init__(
        self,
        to: Destination | str = "",
        title: str = "",
        *,
        keep_time: bool | None = None,
        vars: bool | Mapping[str, str] | None = None,
        new_tab: bool = False,
        tags: Sequence[str] = (),
        tooltip: str = "",
        icon: str | None = None,
        url: str = "",
        extra: Mapping[str, object] | None = None,
        target: Destination | None = None,
        exploration: Exploration | None = None,
        origin: Origin | None = None,
    ) -> None:
        origin = origin or here()
        if to:
            target = None if isinstance(to, str) else to
            url, title = _address(to, origin), title or (to if isinstance(to, str) else to.title)
        inside = bool(tags) or url.startswith("/d/")
        if isinstance(vars, Mapping):
            url += ("&" if "?" in url else "?") + "&".join(f"var-{name}={vars[name]}" for name in vars)
            vars = False
        assign = object.__setattr__
        assign(self, "url", url)
        assign(self, "title", title)
        assign(self, "keep_time", inside if keep_time is None else keep_time)
        assign(self, "vars", inside if vars is None else vars)
        assign(self, "new_tab", new_tab)
        assign(self, "tags", tuple(tags))
        assign(self, "tooltip", tooltip)
        dashboard = url.startswith("/d/")
        assign(self, "icon", ("dashboard" if dashboard else "external link") if icon is None else icon)
        assign(self, "extra", dict(extra or {}))
        assign(self, "target", target)
        assign(self, "exploration", exploration)
        assign(self, "origin", origin)

    def inline(self) -> Link:
        """The same link with time and variables written into the URL, as links inside a panel need it."""
        parts = (["${__url_time_range}"] if self.keep_time else []) + (
            ["${__all_variables}"] if self.vars else []
        )
        joint = "&" if "?" in self.url else "?"
        url = self.url + joint + "&".join(parts) if parts else self.url
        return Link(
            url=url,
            title=self.title,
            keep_time=False,
            vars=False,
            new_tab=self.new_tab,
            icon="external link",
            extra=self.extra,
            target=self.target,
            exploration=self.exploration,
            origin=self.origin,
        )

    def resolved(self, variables: Iterable[Variable]) -> Link:
        """An Explore link knows no variables: they become the values that the dashboard opens with."""
        if self.exploration is None:
            return self
        return replace(self, url=explore_url(self.exploration, variables))


def _address(to: Destination | str, origin: Origin) -> str:
    if not isinstance(to, str):
        if not isinstance(getattr(to, "uid", None), str):
            raise DefinitionError(f"a link leads to a dashboard, a uid or a URL, not to {to!r}", at=origin)
        return f"/d/{to.uid}"
    return to if "/" in to or ":" in to else f"/d/{to}"


def explore(text: str, data: Datasource, title: str = "Explore", *, instant: bool = False) -> Link:
    """Opens `text` in Explore over the dashboard's time range.

    `${__field.labels.x}` and the like stay for Grafana to fill in; the dashboard's variables become the
    values that it opens with, since Explore has none.
    """
    exploration = Exploration(text, data, instant)
    return Link(url=explore_url(exploration, ()), title=title, exploration=exploration)


_UNENCODED = "-_.!~*'()"
"""What JavaScript's encodeURIComponent leaves alone."""


def explore_url(exploration: Exploration, variables: Iterable[Variable]) -> str:
    """The `panes` form, which Grafana reads since 10.0 (`schemaVersion=1`)."""
    import json

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
    from urllib.parse import quote

    pieces = []
    position = 0
    for use in substitute(text, lambda use: "").variables:
        if use.name.startswith("__") and text[use.start : use.start + 2] == "${":
            pieces += [quote(text[position : use.start], safe=_UNENCODED), text[use.start : use.end]]
            position = use.end
    return "".join([*pieces, quote(text[position:], safe=_UNENCODED)])
