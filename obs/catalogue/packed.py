"""The compiled form of a system: JSON with one metric a line, and without what is the default."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any

from obs.catalogue.entry import Entry, Group, Scrape, Trap
from obs.catalogue.series import System

_PAIRS = ("values", "usual")
_LISTS = ("labels", "buckets", "quantiles", "jobs", "target_labels", "about")


def pack(system: System) -> str:
    """The text of `data/<module>.json`; the same system gives the same bytes."""
    head = {
        "id": system.id,
        "title": system.title,
        "version": system.version,
        "module": system.module,
        "applies": system.applies,
        "scrape": _sparse(system.scrape),
        "traps": [_sparse(trap) for trap in system.traps],
        "groups": [_sparse(group) for group in system.groups.values()],
    }
    lines = [f"{_compact(key)}:{_compact(value)}" for key, value in head.items()]
    rows = ",\n".join(f"{_compact(name)}:{_compact(_row(one))}" for name, one in system.entries.items())
    return "{" + ",\n".join(lines) + ',\n"entries":{\n' + rows + "\n}}\n"


def unpack(text: str) -> System:
    """What `pack` wrote; entries are built when they are asked for."""
    tree: dict[str, Any] = json.loads(text)
    return System(
        tree["id"],
        tree["title"],
        tree["version"],
        tree["module"],
        tree["applies"],
        Scrape(**_tuples(tree["scrape"])),
        tuple(Trap(**_tuples(trap)) for trap in tree["traps"]),
        {group["name"]: Group(**group) for group in tree["groups"]},
        Rows(tree["entries"]),
    )


class Rows(Mapping[str, Entry]):
    """Entries by name, built at their first use."""

    __slots__ = ("_built", "_rows")

    def __init__(self, rows: dict[str, dict[str, Any]]) -> None:
        self._rows = rows
        self._built: dict[str, Entry] = {}

    def __getitem__(self, name: str) -> Entry:
        entry = self._built.get(name)
        if entry is None:
            entry = self._built[name] = Entry(name, **_tuples(self._rows[name]))
        return entry

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _row(entry: Entry) -> dict[str, object]:
    return {key: value for key, value in _sparse(entry).items() if key != "name"}


def _sparse(one: Entry | Scrape | Group | Trap) -> dict[str, object]:
    """The fields that differ from their default, in the order of the class."""
    found: dict[str, object] = {}
    for of in fields(one):
        default = of.default_factory() if of.default_factory is not MISSING else of.default
        value = getattr(one, of.name)
        if default is MISSING or value != default:
            found[of.name] = dict(value) if isinstance(value, Mapping) else value
    return found


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    """Lists as tuples, the lists of values included."""
    for key in _LISTS:
        if key in row:
            row[key] = tuple(row[key])
    for key in _PAIRS:
        if key in row:
            row[key] = {label: tuple(values) for label, values in row[key].items()}
    return row
