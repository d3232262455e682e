"""JSON of unknown make: values as the type that the reader needs, and nothing where they are of another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import isfinite
from typing import Any

from obs.diagnostic import TextPlace
from obs.origin import Origin
from obs.record import dataclass, field

MARK = "\0mark"
"""The member under which a document that was read from a file says where an object stands; it is never written."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The line of an object, and where its texts stand (`expr`)."""

    origin: Origin
    texts: Mapping[str, TextPlace] = field(default_factory=dict)


def origin_of(value: Mapping[str, Any], fallback: Origin | None) -> Origin | None:
    """The line of an object, where the document knows it."""
    mark = value.get(MARK)
    return mark.origin if isinstance(mark, Mark) else fallback


def place_of(value: Mapping[str, Any], name: str) -> TextPlace | None:
    """Where a text of an object stands, where the document knows it."""
    mark = value.get(MARK)
    return mark.texts.get(name) if isinstance(mark, Mark) else None


def as_map(value: object) -> dict[str, Any]:
    """A copy of an object; empty for anything else."""
    return dict(value) if isinstance(value, Mapping) else {}


def as_list(value: object) -> list[Any]:
    """A copy of an array; empty for anything else."""
    return list(value) if isinstance(value, (list, tuple)) else []


def objects(value: object) -> list[dict[str, Any]]:
    """The objects among an array's items."""
    return [dict(item) for item in as_list(value) if isinstance(item, Mapping)]


def text(value: object) -> str:
    """A text; empty for null and for anything that is no scalar."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return ""


def number(value: object) -> float | None:
    """A finite number, or one written as a text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value if isfinite(value) else None
    if isinstance(value, str):
        try:
            found = float(value)
        except ValueError:
            return None
        return found if isfinite(found) else None
    return None


def whole(value: object) -> int | None:
    """A whole number."""
    found = number(value)
    return int(found) if found is not None and found == int(found) else None


def rest(value: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The members that have no place in the model; null says nothing and is left out."""
    return {
        name: item for name, item in value.items() if name not in known and item is not None and name != MARK
    }
