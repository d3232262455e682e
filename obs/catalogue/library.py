"""All systems that are known, built in and a project's own, and the questions asked of them.

A system is read when it is first needed; names are found through one small index.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from obs.catalogue.entry import SUFFIXES
from obs.catalogue.packed import unpack
from obs.catalogue.series import Labels, Series, System
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.lang.promql.labels import LabelSet
    from obs.lang.promql.syntax import VectorSelector

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Index:
    """Of the built-in systems: module by id, and the modules that have each metric name (without suffix)."""

    modules: dict[str, str]
    names: dict[str, list[str]]


@cache
def index() -> Index:
    """The index of the built-in systems, read once."""
    tree = json.loads((DATA / "index.json").read_text(encoding="utf-8"))
    return Index(tree["modules"], tree["names"])


@cache
def built_in(module: str) -> System:
    """A built-in system by its module's name; KeyError when there is none."""
    if module not in index().modules.values():
        raise KeyError(module)
    return unpack((DATA / f"{module}.json").read_text(encoding="utf-8"))


class Catalogue:
    """The built-in systems and `own`; one of `own` takes the place of a built-in system with the same id."""

    def __init__(self, own: Iterable[System] = ()) -> None:
        self._own = {system.id: system for system in own}
        self._replaced = {index().modules[id] for id in self._own if id in index().modules}
        self._names: list[str] | None = None

    def seen(self, name: str) -> System | None:
        """The own system that was seen at work and whose metrics begin with the same word as a name."""
        word = name.partition("_")[0] + "_"
        return next(
            (
                own
                for own in self._own.values()
                if own.seen and any(entry.startswith(word) for entry in own.entries)
            ),
            None,
        )

    def systems(self) -> tuple[System, ...]:
        """Every system, by id."""
        ids = sorted({*index().modules, *self._own})
        return tuple(self._own.get(id) or built_in(index().modules[id]) for id in ids)

    def system(self, name: str) -> System | None:
        """A system by id (`node-exporter`) or module (`node_exporter`); None when it is not known."""
        for own in self._own.values():
            if name in (own.id, own.module):
                return own
        module = index().modules.get(name, name)
        known = module in index().modules.values() and module not in self._replaced
        return built_in(module) if known else None

    def metric(self, name: str, *, system: str = "", job: str = "") -> tuple[Series, ...]:
        """What a name in a query can be, one for each system that has it; empty when nobody knows it.

        `_bucket`, `_sum`, `_count` and `_max` lead to their metric. `job` narrows to the systems that usually have that
        value, if any do. The bare name of a classic histogram is found, and its `exists` is False.
        """
        found = [one for of in self._having(name) for one in of.resolve(name)]
        if system:
            found = [one for one in found if system in (one.system.id, one.system.module)]
        if job:
            found = [one for one in found if job in one.system.scrape.jobs] or found
        return tuple([one for one in found if one.exists] or found)

    def _having(self, name: str) -> Iterator[System]:
        bases = [name, *(name[: -len(end)] for end in SUFFIXES if name.endswith(end))]
        modules = {module: None for base in bases for module in index().names.get(base, ())}
        for module in modules:
            if module not in self._replaced:
                yield built_in(module)
        for own in self._own.values():
            if any(base in own.entries for base in bases):
                yield own

    def labels(
        self,
        name: str,
        target_labels: Iterable[str] | None = None,
        honor_labels: bool | None = None,
        *,
        job: str = "",
    ) -> LabelSet | None:
        """The labels that a query sees on a metric; the union where several systems have it, None when none has.

        What is None is as the system is usually scraped.
        """
        target = None if target_labels is None else tuple(target_labels)
        found = self.metric(name, job=job)
        return _union([one.labels(target, honor_labels) for one in found]) if found else None

    def known(self, selector: VectorSelector) -> LabelSet | None:
        """`labels` in the form that the label flow of PromQL asks in; a matcher `job="..."` narrows the systems."""
        if selector.name is None:
            return None
        job = next((one.value for one in selector.matchers if one.label == "job" and one.op == "="), "")
        return self.labels(selector.name, job=job)

    def values(self, name: str, label: str, *, job: str = "") -> tuple[str, ...] | None:
        """Every value that the label can have; None unless all systems with the metric have a complete list."""
        listed = [one.values(label) for one in self.metric(name, job=job)]
        whole = [one for one in listed if one is not None]
        if not listed or len(whole) < len(listed):
            return None
        return tuple(dict.fromkeys(value for one in whole for value in one))

    def matching(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """The series names that some of these glob patterns cover (`Target(exposes=...)`), sorted."""
        return tuple(name for name in self.names() if any(fnmatchcase(name, pattern) for pattern in patterns))

    def names(self) -> tuple[str, ...]:
        """Every series name that a query can use, sorted; this reads all systems."""
        if self._names is None:
            self._names = sorted({one.name for system in self.systems() for one in system.series()})
        return tuple(self._names)

    def close_matches(self, name: str, most: int = 3) -> tuple[str, ...]:
        """Known names that resemble this one, best first, for "did you mean".

        A suffix is kept apart from the rest, so that `_bucket` does not make unlike names alike.
        """
        end = next((end for end in SUFFIXES if name.endswith(end)), "")
        direct = close(name, self.names(), most, 0.85)
        if not end or direct:
            return tuple(direct)
        bases = close(name.removesuffix(end), self._bases(), most, 0.8)
        return tuple(base + end for base in bases if self.metric(base + end))

    def _bases(self) -> tuple[str, ...]:
        own = (name for system in self._own.values() for name in system.entries)
        return tuple(sorted({*index().names, *own}))

    def search(self, text: str) -> tuple[Series, ...]:
        """The series whose name, description, labels or system hold every word; those with it in the name first."""
        words = text.lower().split()
        scored: list[tuple[int, str, str, Series]] = []
        for system in self.systems():
            about = f"{system.id} {system.title}".lower()
            for series in system.series() if words else ():
                name = series.name.lower()
                rest = f"{series.entry.help} {' '.join(series.own_labels)} {about}".lower()
                if all(word in name or word in rest for word in words):
                    score = sum(word not in name for word in words)
                    scored.append((score, series.name, system.id, series))
        return tuple(one for *_, one in sorted(scored, key=lambda row: row[:3]))


def _union(found: Sequence[Labels]) -> LabelSet:
    from obs.lang.promql.labels import LabelSet

    names = frozenset[str]().union(*(one.names for one in found))
    certain = frozenset.intersection(*(one.guaranteed for one in found))
    return LabelSet(certain, names - certain, any(one.open for one in found))


def close(name: str, names: Iterable[str], most: int, cutoff: float) -> list[str]:
    """Those of the names that resemble one, best first; the others of very different length are not even compared."""
    from difflib import get_close_matches

    name = name[:200]
    slack = max(3, len(name) // 4)
    near = [one for one in names if abs(len(one) - len(name)) <= slack]
    return get_close_matches(name, near, most, cutoff)


@cache
def default() -> Catalogue:
    """The built-in catalogue."""
    return Catalogue()
