"""The index of all checks (index.json): what each is called, when it runs, and what it needs to find anything.

`obs lint` imports the module of a check when it asks the check, which it does where what the check needs is there.
`make docs-checks` writes the index; a module that is not in it, or is not the one that was read, is imported at once.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from obs.checks.base import Check

FOLDER = os.path.dirname(__file__)
FILE = os.path.join(FOLDER, "index.json")
KINDS = ("of_program", "of_artifacts", "of_subject", "of_comments")
"""What a check may be of: the fields of `Check` that hold a function."""

Load = Callable[[str], Mapping[str, Check]]


@cache
def indexed(load: Load) -> Mapping[str, Check]:
    """Every check of the package by name; `load` imports a module, by its name here, and gives its checks."""
    known = _read()
    found: dict[str, Check] = {}
    for module, size in sorted(_modules()):
        entry = known.get(module)
        if entry is None or entry["size"] != size:
            found |= load(module)
        else:
            found |= {one["name"]: _stand_in(module, one, load) for one in entry["checks"]}
    return found


def _read() -> dict[str, Any]:
    try:
        with open(FILE, encoding="utf-8") as file:
            known: dict[str, Any] = json.load(file)
    except (OSError, ValueError):
        return {}
    return known


def _modules() -> Iterator[tuple[str, int]]:
    """The modules beside this one, with their size."""
    with os.scandir(FOLDER) as entries:
        for entry in entries:
            name, _, kind = entry.name.partition(".")
            if kind == "py" and name != "__init__":
                yield name, entry.stat().st_size


def _stand_in(module: str, entry: Mapping[str, Any], load: Load) -> Check:
    """A check that imports its module when it is asked."""
    asks: dict[str, Any] = {kind: partial(_ask, load, module, entry["name"], kind) for kind in entry["of"]}
    return Check(
        entry["name"],
        entry["stage"],
        **asks,
        severity=entry["severity"],
        profile=entry["profile"],
        finds=tuple(entry.get("finds", ())),
        file=os.path.join(FOLDER, f"{module}.py"),
        alone=entry.get("alone", False),
        needs=entry.get("needs"),
        module=f"obs.checks.{module}",
    )


def _ask(load: Load, module: str, name: str, kind: str, *about: object) -> Any:
    return getattr(load(module)[name], kind)(*about)
