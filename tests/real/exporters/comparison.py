"""What real pages show beside what the catalogue says: the differences, and which of them are explained."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from obs.catalogue.capture import capture
from obs.catalogue.compare import compare
from obs.catalogue.entry import Entry
from obs.catalogue.exposition import Sample, read_page
from obs.catalogue.library import default
from obs.catalogue.series import System
from obs.catalogue.version import exists
from obs.formats import yaml

SPRING = {"eureka": ("spring-boot",), "spring-boot": (), "spring-cloud-gateway": ("spring-boot",)}
"""Systems whose metrics are on the pages of others too; those of Go programs have go-runtime."""
RELEASES = {"eureka": "4.3", "spring-boot": "3.5", "spring-cloud-gateway": "4.3"}
"""The release of systems whose pages do not tell it."""


@dataclass(frozen=True)
class Page:
    """One answer of a `/metrics` address; `open_metrics` as its content type says."""

    text: str
    open_metrics: bool | None = None

    @cached_property
    def system(self) -> System:
        return capture(self.text, name="page", open_metrics=self.open_metrics)

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        read = read_page(self.text, open_metrics=self.open_metrics)
        return tuple(one for one in read if isinstance(one, Sample))


@dataclass(frozen=True)
class Explained:
    """Reasons by pattern of a line of `obs catalogue diff`. `depends`: on the machine, so it need not occur."""

    always: Mapping[str, str] = field(default_factory=dict)
    depends: Mapping[str, str] = field(default_factory=dict)


def explanations(system: str) -> Explained:
    """What is written down for a system."""
    tree = yaml.loads((Path(__file__).parent / "explained.yaml").read_text(encoding="utf-8"))
    assert isinstance(tree, Mapping)
    own = tree.get(system) or {}
    assert set(own) <= {"always", "depends"}, own
    return Explained(own.get("always") or {}, own.get("depends") or {})


def merged(pages: Sequence[Page]) -> System:
    """One system out of pages that together show what a component exposes."""
    entries: dict[str, Entry] = {}
    for page in pages:
        for name, entry in page.system.entries.items():
            entries[name] = _both(entries[name], entry) if name in entries else entry
    return replace(pages[0].system, entries={name: entries[name] for name in sorted(entries)})


def _both(one: Entry, other: Entry) -> Entry:
    assert one.type == other.type, (one, other)
    usual = {
        label: tuple(sorted({*one.usual.get(label, ()), *other.usual.get(label, ())}))
        for label in {*one.usual, *other.usual}
    }
    return replace(
        one,
        labels=tuple(sorted({*one.labels, *other.labels})),
        kind=one.kind if one.kind == other.kind else "",
        usual=usual,
        open=one.open and other.open,
        buckets=one.buckets or other.buckets,
        quantiles=one.quantiles or other.quantiles,
    )


def known(id: str, page: System) -> System:
    """The system of the catalogue in the page's release, with what of shared systems the page shows."""
    system = default().system(id)
    assert system is not None, id
    version = RELEASES.get(id, page.version)
    entries = {
        name: entry
        for name, entry in system.entries.items()
        if name in page.entries or exists(version, entry.since, entry.until) is not False
    }
    for other in SPRING.get(id, ("go-runtime",)):
        of = default().system(other)
        assert of is not None
        shared = {name: of.entries[name] for name in page.entries if name in of.entries}
        entries = shared | entries
    return replace(system, version=version, entries=entries)


def differences(id: str, pages: Sequence[Page]) -> list[str]:
    """The lines that `obs catalogue diff` prints for the catalogue's system and the pages."""
    page = merged(pages)
    return [str(one) for one in compare(known(id, page), page)]


def shared_differences(pages: Sequence[Page]) -> list[str]:
    """As `differences`, for what Go programs share: of each page only that."""
    system = default().system("go-runtime")
    assert system is not None
    own = [
        {name: entry for name, entry in page.system.entries.items() if name in system.entries}
        for page in pages
    ]
    lines = {
        str(one)
        for entries in own
        for one in compare(system, replace(pages[0].system, entries=entries))
        if one.what != "removed"
    }
    shown = {name for entries in own for name in entries}
    return [*sorted(lines), *(f"- {name}" for name in system.entries if name not in shown)]


def unexplained(lines: Iterable[str], explained: Explained) -> list[str]:
    """The differences that nothing explains."""
    patterns = (*explained.always, *explained.depends)
    return [line for line in lines if not any(fnmatchcase(line, pattern) for pattern in patterns)]


def outlived(lines: Sequence[str], explained: Explained) -> list[str]:
    """The explanations that no difference needs."""
    return [one for one in explained.always if not any(fnmatchcase(line, one) for line in lines)]


def too_early(id: str, pages: Sequence[Page]) -> Iterator[str]:
    """Metrics on the pages that the catalogue believes to be of other releases."""
    page = merged(pages)
    system = known(id, page)
    for series in system.series():
        own = series.entry.name in page.entries and id not in SPRING
        if own and series.in_version(system.version) is False:
            yield f"{series.name} is there in {page.version}"


def misfits(id: str, pages: Sequence[Page]) -> Iterator[str]:
    """Values that the unit or kind of their entry rules out."""
    system = known(id, merged(pages))
    for page in pages:
        for sample in page.samples:
            for series in system.resolve(sample.name):
                fits = _fits(series.entry, series.unit, sample.value)
                if series.exists and not fits:
                    yield f"{sample.name} is {sample.value:g}, which is no {series.unit}"


def _fits(entry: Entry, unit: str, value: float) -> bool:
    if math.isnan(value):
        return True
    if entry.kind == "info":
        return value == 1
    if entry.kind == "stateset" or unit == "bool":
        return value in (0, 1)
    if unit == "timestamp_seconds":
        # 0 and less stand for "never".
        return value <= 0 or 1e9 < value < 1e10
    if unit == "ratio":
        return value <= 1.0000001
    return unit not in ("percent", "bytes") or value >= -1
