"""Where a dashboard uses its variables: in every text in which Grafana fills them in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from obs.diagnostic import Excerpt, TextPlace
from obs.lang.grafana_variables import Variable as Use
from obs.lang.grafana_variables import variables as uses_in
from obs.model.dashboard import Dashboard
from obs.model.datasource import SPECIAL_UIDS, Datasource
from obs.model.link import Link
from obs.model.panel import Panel
from obs.model.variable import Variable
from obs.origin import Origin
from obs.record import dataclass

_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_CAPTURE = re.compile(r"\d+")
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class VariableUse:
    """A variable in a text; `what` names the text's owner, `excerpt` is there where the text is a query."""

    name: str
    what: str
    panel: Panel | None
    at: Origin | None
    meant: bool
    excerpt: Excerpt | None = None


def variable_uses(dashboard: Dashboard) -> Iterator[VariableUse]:
    """Every use, in the order of the page. `meant` is False where the `$` may be something else's."""
    for text in _texts(dashboard):
        uses = uses_in(text.text)
        templates = _go_templates(text.text) if uses else []
        for use in uses:
            inside = any(start <= use.start < end for start, end in templates)
            excerpt = Excerpt(text.text, use.start, use.end, text.place) if text.is_query else None
            meant = not inside and _is_meant(use, text.text)
            yield VariableUse(use.name, text.what, text.panel, text.at, meant, excerpt)


def variables_in(variable: Variable) -> frozenset[str]:
    """The names of the variables that another asks for its values with."""
    data = _uid(variable.datasource)
    texts = f"{variable.query} {variable.series} {variable.regex} {data}"
    return frozenset(use.name for use in uses_in(texts) if _is_meant(use, texts))


def unused_names(dashboard: Dashboard) -> frozenset[str]:
    """The names of the variables that nothing on the dashboard may use, parts that obs does not read included."""
    left = {variable.name for variable in dashboard.variables}
    left -= {use.name for use in variable_uses(dashboard)}
    for value in _unread(dashboard) if left else ():
        left -= {use.name for text in _strings(value) for use in uses_in(text)}
    return frozenset(left)


def _is_meant(use: Use, text: str) -> bool:
    """`$1` is a capture of `label_replace`, `[[a]]` may be part of a regular expression."""
    written = text[use.start : use.end]
    return not (
        use.built_in or use.name.startswith("__") or _CAPTURE.fullmatch(use.name) or written[0] == "["
    )


def _go_templates(text: str) -> list[tuple[int, int]]:
    """The actions of a `line_format`, whose own variables look like Grafana's."""
    return [found.span() for found in _ACTION.finditer(text)] if "{{" in text else []


@dataclass(frozen=True, slots=True)
class _Text:
    what: str
    text: str
    at: Origin | None
    panel: Panel | None = None
    is_query: bool = False
    place: TextPlace | None = None


def _texts(dashboard: Dashboard) -> Iterator[_Text]:
    """Everything in which Grafana fills in variables."""
    yield _Text("the title", dashboard.title, dashboard.origin)
    for variable in dashboard.variables:
        what = f"variable {variable.name}"
        yield _Text(what, f"{variable.query} {variable.series} {variable.regex}", variable.origin)
        yield _Text(what, _uid(variable.datasource), variable.origin)
    for link in dashboard.links:
        yield _link_text(f"link {link.title!r}", link, dashboard.origin)
    for annotation in dashboard.annotations:
        what = f"annotation {annotation.name!r}"
        yield _Text(what, annotation.query, annotation.origin)
        yield _Text(what, _uid(annotation.datasource), annotation.origin)
    for row in dashboard.rows:
        yield _Text(f"row {row.title!r}", f"{row.title or ''} {_reference(row.repeat)}", row.origin)
    for panel in dashboard.panels():
        yield from _panel_texts(panel)


def _panel_texts(panel: Panel) -> Iterator[_Text]:
    what, at = f"panel {panel.title or panel.key!r}", panel.origin
    yield _Text(what, f"{panel.title} {panel.description} {_reference(panel.repeat)}", at, panel)
    times = f"{panel.min_interval} {panel.time_from} {panel.time_shift} {panel.field.display_name}"
    yield _Text(what, times, at, panel)
    yield _Text(what, _uid(panel.datasource), at, panel)
    for query in panel.queries:
        named, line = f"{what}: query {query.ref_id}", query.origin or at
        yield _Text(named, query.text, line, panel, True, query.place)
        yield _Text(named, f"{query.legend} {query.min_step} {_uid(query.datasource)}", line, panel)
    for link in (*panel.links, *panel.field.links):
        yield _link_text(f"{what}: link {link.title!r}", link, at, panel)
    if panel.type == "text":
        yield _Text(what, str(panel.options.get("content", "")), at, panel)


def _link_text(what: str, link: Link, at: Origin | None, panel: Panel | None = None) -> _Text:
    return _Text(what, f"{link.title} {link.url} {link.tooltip}", link.origin or at, panel)


def _reference(name: str) -> str:
    return f"${name}" if name else ""


def _uid(data: Datasource | None) -> str:
    return data.uid if data is not None and data.uid not in SPECIAL_UIDS else ""


def _unread(dashboard: Dashboard) -> Iterator[object]:
    """What is passed through, or belongs to a panel's type: variables count there too."""
    yield dashboard.extra
    yield [one.extra for one in dashboard.variables]
    yield [one.extra for one in dashboard.annotations]
    yield [one.extra for one in dashboard.links]
    for panel in dashboard.panels():
        yield panel.options
        yield panel.extra
        yield panel.transformations
        yield [query.extra for query in panel.queries]
        yield [list(override.properties) for override in panel.overrides]
        yield [override.matches for override in panel.overrides]
        yield [panel.field.unit, panel.field.custom, panel.field.mappings, panel.field.extra]
        yield [link.extra for link in (*panel.links, *panel.field.links)]


def _strings(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < _DEEPEST:
        inner: list[object] = []
        if isinstance(value, Mapping):
            inner = list(value.values())
        elif isinstance(value, list | tuple):
            inner = list(value)
        for one in inner:
            yield from _strings(one, depth + 1)
