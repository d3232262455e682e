"""grafanalib's objects, and Grafana's JSON, as the model. grafanalib itself is never imported here.

An object is recognised by the module of its type and read through its own `to_json_data`; its JSON is one
of the old dialects that `formats.grafana_json` reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from obs.diagnostic import DefinitionError, Diagnostic
from obs.formats import grafana_json
from obs.formats.grafana_json.lift import Dialect
from obs.model.dashboard import Dashboard
from obs.model.datasource import Datasource
from obs.model.panel import Panel
from obs.model.variable import Variable
from obs.origin import Origin

_DEPTH = 100


def is_grafanalib(item: object) -> bool:
    """Whether grafanalib, or a class derived from its, made the object."""
    return any(kind.__module__.partition(".")[0] == "grafanalib" for kind in type(item).__mro__)


def is_dashboard(item: object) -> bool:
    """Whether it is a dashboard of grafanalib's."""
    return is_grafanalib(item) and any(kind.__name__ == "Dashboard" for kind in type(item).__mro__)


def read_dashboard(
    item: object,
    origin: Origin | None = None,
    *,
    datasources: Iterable[Datasource] = (),
    data: Datasource | None = None,
) -> tuple[Dashboard, tuple[Diagnostic, ...]]:
    """A grafanalib Dashboard, another object with `to_json_data`, or Grafana's JSON; and what was mended."""
    found = dashboard(item, origin, datasources=datasources, data=data)
    return found.without_notes(), found.notes


def dashboard(
    item: object,
    origin: Origin | None = None,
    *,
    ids: Mapping[str, int] | None = None,
    datasources: Iterable[Datasource] = (),
    data: Datasource | None = None,
) -> Dashboard:
    """The same with the notes left in `Dashboard.notes`."""
    panels = getattr(item, "panels", None) if is_dashboard(item) else None
    if panels and getattr(item, "rows", None):
        # grafanalib prints a warning and drops the panels when there are rows too
        bare: Any = copy(item)
        bare.panels = []
        json = _json(bare, origin, "dashboard") | {"panels": _plain(panels, origin, 0)}
    else:
        json = _json(item, origin, "dashboard")
    return grafana_json.read(
        json, ids, datasources=datasources, data=data, dialect=_dialect(item), origin=origin
    )


def panel(item: object, origin: Origin | None = None, *, datasources: Iterable[Datasource] = ()) -> Panel:
    """A grafanalib panel, another object with `to_json_data`, or a panel's JSON."""
    json = _json(item, origin, "panel")
    if not isinstance(json.get("type"), str):
        raise DefinitionError(f"{_described(item)} is no panel: it has no type", at=origin)
    return grafana_json.read_panel(json, datasources=datasources, dialect=_dialect(item), origin=origin)


def variable(item: object, origin: Origin | None = None) -> Variable:
    """A grafanalib Template, another object with `to_json_data`, or an entry of `templating.list`."""
    json = _json(item, origin, "variable")
    return grafana_json.read_variable(json, dialect=_dialect(item), origin=origin)


def _dialect(item: object) -> Dialect | None:
    return "grafanalib" if is_grafanalib(item) else None


def _described(item: object) -> str:
    return f"a {type(item).__module__}.{type(item).__name__}"


def _json(item: object, origin: Origin | None, wanted: str) -> dict[str, Any]:
    json = _plain(item, origin, 0)
    if isinstance(json, dict):
        return json
    raise DefinitionError(f"{_described(item)} is no {wanted}", at=origin)


def _plain(item: object, origin: Origin | None, depth: int) -> Any:
    """JSON's own types, with every object asked for its `to_json_data`; new containers throughout."""
    if item is None or isinstance(item, (str, int, float, bool)):
        return item
    if depth > _DEPTH:
        raise DefinitionError(
            f"a dashboard is nested deeper than {_DEPTH} levels, or contains itself", at=origin
        )
    if isinstance(item, Mapping):
        return {str(name): _plain(value, origin, depth + 1) for name, value in item.items()}
    if isinstance(item, (list, tuple, set, frozenset)):
        return [_plain(value, origin, depth + 1) for value in item]
    if isinstance(item, Datasource):
        return {"type": item.type, "uid": item.uid}
    convert = getattr(item, "to_json_data", None)
    if not callable(convert):
        raise DefinitionError(f"{_described(item)} cannot stand in a dashboard", at=origin)
    return _plain(_converted(item, convert, origin), origin, depth + 1)


def _converted(item: object, convert: Any, origin: Origin | None) -> object:
    try:
        if is_grafanalib(item) and getattr(item, "extraJson", None):
            return _with_extra(item, origin)
        return convert()
    except DefinitionError:
        raise
    except Exception as error:  # whatever foreign code raises is the definition's fault
        raise DefinitionError(f"{_described(item)} cannot be turned into JSON: {error}", at=origin) from error


def _with_extra(item: Any, origin: Origin | None) -> object:
    """`extraJson` laid over the panel; grafanalib's own way replaces lists, so that overrides are lost."""
    bare = copy(item)
    bare.extraJson = None
    return _merged(_plain(bare.to_json_data(), origin, 0), _plain(item.extraJson, origin, 0))


def _merged(base: Any, extra: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(extra, dict):
        return extra
    found = dict(base)
    for name, value in extra.items():
        if name == "overrides" and isinstance(found.get(name), list) and isinstance(value, list):
            found[name] = _merged_overrides(found[name], value)
        else:
            found[name] = _merged(found[name], value) if name in found else value
    return found


def _merged_overrides(base: list[Any], extra: list[Any]) -> list[Any]:
    """By matcher: the same matcher's properties are joined, the later ones win."""
    found = list(base)
    for override in extra:
        same = next((one for one in found if one.get("matcher") == override.get("matcher")), None)
        if same is None:
            found.append(override)
            continue
        properties = {
            one.get("id"): one for one in (*same.get("properties", ()), *override.get("properties", ()))
        }
        found[found.index(same)] = {**same, **override, "properties": list(properties.values())}
    return found
