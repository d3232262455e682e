"""Which known metric or label was meant by a name that is one slip of the keyboard away from it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from obs.catalogue.library import default, index
from obs.catalogue.typos import Typos

SERIES = ("_bucket", "_sum", "_count")
_ADDED_OFTEN = frozenset(
    {"cluster", "environment", "env", "region", "zone", "team", "tenant", "stage", "hostname"}
)


def meant_metric(name: str) -> str:
    """The metric of the catalogue, or the series of one; empty where none is near."""
    direct = _metrics().meant(name)
    if direct:
        return direct
    for end in SERIES:
        if name.endswith(end):
            meant = _metrics().meant(name.removesuffix(end))
            return meant + end if meant else ""
    return ""


def meant_label(label: str, names: Iterable[str]) -> str:
    """The one of a metric's labels; empty for a label that anybody could have added, or that other metrics have."""
    if len(label) < 4 or label in _ADDED_OFTEN:
        return ""
    meant = Typos(names, shortest=4).meant(label)
    return meant if meant and label not in _labels() else ""


@cache
def _metrics() -> Typos:
    return Typos(index().names)


@cache
def _labels() -> frozenset[str]:
    """Every label of the catalogue: one of them is no slip of another."""
    systems = default().systems()
    own = (label for system in systems for entry in system.entries.values() for label in entry.labels)
    target = (label for system in systems for label in system.scrape.target_labels)
    return frozenset({*own, *target})
