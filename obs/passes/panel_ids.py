"""Gives every panel an id that survives edits: links with `viewPanel`, alert annotations and bookmarks hold
it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from zlib import crc32

from obs.diagnostic import DefinitionError, Diagnostic, ObsError
from obs.model.dashboard import Dashboard
from obs.model.key import slug
from obs.model.panel import Panel, Row

_RANGE = 9999
"""Ids are 1 to this, so that they stay readable in a URL."""

Ids = Mapping[str, Mapping[str, int]]


def assign(
    dashboards: Iterable[Dashboard], lock: Ids
) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
    """(ids, new lock), both uid -> key -> id; a header's key is its row's.

    An id derives from the key alone, not from the place or the neighbours, and the lock keeps it for good:
    also through a collision, a rename declared with `moved`, and a merge of two branches. Raises ObsError
    with one diagnostic for each clash.
    """
    faults: list[Diagnostic] = []
    ids: dict[str, dict[str, int]] = {}
    for dashboard in dashboards:
        try:
            ids[dashboard.uid] = _assign(dashboard, lock.get(dashboard.uid, {}))
        except DefinitionError as error:
            faults += error.diagnostics
    if faults:
        raise ObsError(faults)
    return ids, {uid: dict(sorted(found.items())) for uid, found in sorted(ids.items()) if found}


def _assign(dashboard: Dashboard, locked: Mapping[str, int]) -> dict[str, int]:
    items = {item.key: item for item in dashboard.items()}
    kept = _moved(dashboard, items, locked)
    ids = _explicit(dashboard, items)
    owner = {number: key for key, number in ids.items()}
    for key, item in items.items():
        number = kept.get(key)
        if key in ids or number is None:
            continue
        if number in owner:
            raise _clash(item, items[owner[number]], number)
        ids[key] = number
        owner[number] = key
    for key in sorted(set(items) - set(ids)):
        number = _free(key, owner)
        ids[key] = number
        owner[number] = key
    return {key: ids[key] for key in items}


def _free(key: str, taken: Mapping[int, str]) -> int:
    number = crc32(key.encode("utf-8", "surrogatepass")) % _RANGE + 1
    while number in taken:
        number = number % _RANGE + 1 if len(taken) < _RANGE else number + 1
    return number


def _explicit(dashboard: Dashboard, items: Mapping[str, Panel | Row]) -> dict[str, int]:
    ids: dict[str, int] = {}
    seen: dict[int, Panel | Row] = {}
    for key, item in items.items():
        if item.id is None:
            continue
        if item.id in seen:
            raise _clash(item, seen[item.id], item.id)
        if not isinstance(item.id, int) or isinstance(item.id, bool) or not 0 < item.id < 2**31:
            raise DefinitionError(
                f"{item.id!r} cannot be a panel's id: Grafana takes whole numbers from 1",
                check="invalid-panel-id",
                at=item.origin,
            )
        seen[item.id] = item
        ids[key] = item.id
    return ids


def _clash(item: Panel | Row, other: Panel | Row, number: int) -> DefinitionError:
    error = DefinitionError(
        f"panels {other.title or other.key!r} and {item.title or item.key!r} have the same id {number}",
        check="duplicate-panel-id",
        at=item.origin,
        why="Grafana shows one of them in the place of the other",
        fix="leave the id out: it then derives from the panel's key",
    )
    if other.origin is not None:
        first = error.diagnostics[0]
        also = ((other.origin, "the other panel"),)
        error.diagnostics = (
            Diagnostic(first.check, first.problem, first.at, why=first.why, fix=first.fix, also=also),
        )
    return error


def _moved(
    dashboard: Dashboard, items: Mapping[str, Panel | Row], locked: Mapping[str, int]
) -> dict[str, int]:
    """The locked ids under the keys that the panels have now. A rename that is done already changes
    nothing."""
    kept = dict(locked)
    for old, new in dashboard.moved.items():
        before = old if old in locked or old in items else slug(old)
        after = new if new in items else slug(new)
        if after not in items:
            raise _bad_move(dashboard, f"moved says {old!r} became {new!r}, but no panel has that key")
        if before in items:
            raise _bad_move(dashboard, f"moved says {old!r} became {new!r}, but {old!r} is still there")
        if before in kept and after not in locked:
            kept[after] = kept.pop(before)
    return kept


def _bad_move(dashboard: Dashboard, problem: str) -> DefinitionError:
    return DefinitionError(
        f"{problem} (dashboard {dashboard.uid})", check="invalid-move", at=dashboard.origin
    )
