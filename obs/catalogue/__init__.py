"""The metrics of known systems: names, types, units, labels, values, releases, traps; and handles for definitions.

`obs.catalogue.<module>` has the handles of one system. Systems are read at first use, from compiled files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from obs.catalogue.library import Catalogue as Catalogue
from obs.catalogue.library import default as default
from obs.catalogue.series import Series as Series
from obs.catalogue.series import System as System

if TYPE_CHECKING:
    from collections.abc import Iterable

    from obs.catalogue.handles import CatalogueMetric
    from obs.lang.promql.labels import LabelSet


def systems() -> tuple[System, ...]:
    """Every built-in system, by id."""
    return default().systems()


def system(name: str) -> System | None:
    """A built-in system by id (`node-exporter`) or module (`node_exporter`); None when it is not known."""
    return default().system(name)


def metric(name: str, *, system: str = "", job: str = "") -> tuple[Series, ...]:
    """What a name in a query can be, one for each system that has it; see `Catalogue.metric`."""
    return default().metric(name, system=system, job=job)


def labels(
    name: str,
    target_labels: Iterable[str] | None = None,
    honor_labels: bool | None = None,
    *,
    job: str = "",
) -> LabelSet | None:
    """The labels that a query sees on a metric; see `Catalogue.labels`."""
    return default().labels(name, target_labels, honor_labels, job=job)


def values(name: str, label: str, *, job: str = "") -> tuple[str, ...] | None:
    """Every value that a label can have; None unless the list is known to be whole."""
    return default().values(name, label, job=job)


def search(text: str) -> tuple[Series, ...]:
    """The series that all words of a text fit; those with the words in their name first."""
    return default().search(text)


def close_matches(name: str, most: int = 3) -> tuple[str, ...]:
    """Known names that resemble this one, best first."""
    return default().close_matches(name, most)


def handle(name: str, *, system: str = "") -> CatalogueMetric:
    """A handle by name, also for names that are no Python names (`instance:node_cpu:ratio`)."""
    from obs.catalogue.handles import handle as made

    return made(name, system=system)
