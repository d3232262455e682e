"""One system of the catalogue (an exporter, a component), the series it exposes, and the labels they arrive with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property

from obs.catalogue.entry import CAPTURED, LEARNED, SUFFIXES, Entry, Group, Part, Scrape, Trap, Type
from obs.catalogue.version import exists, within
from obs.record import dataclass, field


@dataclass(frozen=True, slots=True)
class System:
    """What one component exposes. `module` is its name in Python, `applies` the releases that the entries hold for."""

    id: str
    title: str
    version: str
    module: str = ""
    applies: str = ""
    scrape: Scrape = field(default_factory=Scrape)
    traps: tuple[Trap, ...] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)
    entries: Mapping[str, Entry] = field(default_factory=dict, repr=False)

    def resolve(self, name: str) -> tuple[Series, ...]:
        """The series of this system with this name; nearly always one or none."""
        found = [Series(name, part, self, entry) for entry, part in self._parts(name)]
        existing = [one for one in found if one.exists]
        return tuple(existing or found)

    def _parts(self, name: str) -> Iterator[tuple[Entry, Part]]:
        for base in (name, *(name[: -len(end)] for end in SUFFIXES if name.endswith(end))):
            entry = self.entries.get(base)
            part = entry.part_of(name) if entry is not None else None
            if entry is not None and part is not None:
                yield entry, part

    def series(self) -> Iterator[Series]:
        """Every series that a query can select, entry by entry."""
        for entry in self.entries.values():
            for name in entry.series_names():
                yield from (one for one in self.resolve(name) if one.entry is entry)

    @property
    def seen(self) -> bool:
        """Whether its metrics were seen at work, rather than read about."""
        return self.scrape.how in (CAPTURED, LEARNED)

    def covers(self, version: str) -> bool | None:
        """Whether the entries hold for this release; None when it floats."""
        return within(version, self.applies)


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels that a query sees on a series.

    `own` maps each label of the metric to the name that it arrives under, which differs where the target has a label
    of that name; `target` are the target's. `open` says that there can be more.
    """

    own: Mapping[str, str]
    target: tuple[str, ...] = ()
    guaranteed: frozenset[str] = frozenset()
    open: bool = False

    @property
    def names(self) -> frozenset[str]:
        """All names, as a query writes them."""
        return frozenset(self.own.values()) | frozenset(self.target)

    @property
    def renamed(self) -> dict[str, str]:
        """The metric's own labels that arrive as `exported_...`."""
        return {own: seen for own, seen in self.own.items() if own != seen}

    def own_label(self, seen: str) -> str | None:
        """The metric's label behind a name that a query uses; None for a label of the target or an unknown one."""
        return next((own for own, name in self.own.items() if name == seen), None)


@dataclass(frozen=True)
class Series:
    """A name that a query can use, and what it means in one system."""

    name: str
    part: Part
    system: System
    entry: Entry

    @property
    def exists(self) -> bool:
        """False for the bare name of a histogram or summary that only has series with a suffix."""
        return self.part != "family"

    @property
    def type(self) -> Type:
        """The type by which to judge `rate()` and its kin; `_bucket`, `_sum` and `_count` are counters."""
        if self.part in ("bucket", "sum", "count"):
            return "gauge" if self.entry.long_task else "counter"
        if self.part in ("max", "quantile"):
            return "gauge"
        return self.entry.type

    @property
    def cumulative(self) -> bool:
        """Whether `rate()` is right: counters, what `_bucket` and the like count, and untyped ones."""
        return self.type in ("counter", "untyped") or (self.entry.native and self.part == "")

    @property
    def unit(self) -> str:
        """The unit of its value; buckets and counts are plain counts."""
        return "count" if self.part in ("bucket", "count") else self.entry.unit

    @property
    def own_labels(self) -> tuple[str, ...]:
        """The metric's own labels, `le` and `quantile` included."""
        extra = {"bucket": "le", "quantile": "quantile"}.get(self.part)
        return (*self.entry.labels, extra) if extra else self.entry.labels

    @property
    def conditions(self) -> tuple[str, ...]:
        """What must be so for the series to be there, in words; empty when it always is."""
        group = self.system.groups.get(self.entry.group)
        found = [group.when if group else "", self.entry.when]
        if self.part == "bucket" and self.entry.opt_in:
            found.append("buckets are configured for this meter")
        if self.entry.default == "disabled" and not self.entry.when:
            found.append("it is enabled: it is off by default")
        return tuple(dict.fromkeys(one for one in found if one))

    @property
    def dropped(self) -> bool:
        """Whether the stack's own relabelling removes it before it is stored."""
        return self.entry.dropped

    @property
    def traps(self) -> tuple[str, ...]:
        """What is said of this series by name; `system.traps` has the rest."""
        names = (self.name, self.entry.name)
        return tuple(
            trap.says
            for trap in self.system.traps
            if any(fnmatchcase(name, pattern) for pattern in trap.about for name in names)
        )

    def in_version(self, version: str) -> bool | None:
        """Whether this release of the system has it; None when the version floats and it matters."""
        return exists(version, self.entry.since, self.entry.until)

    def labels(
        self,
        target_labels: Iterable[str] | None = None,
        honor_labels: bool | None = None,
        target_labels_open: bool | None = None,
    ) -> Labels:
        """The labels on the stored series; what is None is as the system is usually scraped.

        Source: Prometheus, `honor_labels`: a label in both becomes `exported_<name>` unless it is honoured.
        """
        scrape = self.system.scrape
        target = tuple(scrape.target_labels if target_labels is None else target_labels)
        honor = scrape.honor_labels if honor_labels is None else honor_labels
        more = target_labels_open if target_labels_open is not None else scrape.target_labels_open
        own = arriving(self.own_labels, () if honor else target)
        certain = {"le", "quantile", self.entry.state_label} & set(own)
        return Labels(
            own,
            target,
            frozenset({own[label] for label in certain} | ({"job", "instance"} & set(target))),
            self.entry.open or more,
        )

    @cached_property
    def usual_labels(self) -> Labels:
        """The labels on the stored series as the system is usually scraped."""
        return self.labels()

    def values(self, label: str, labels: Labels | None = None) -> tuple[str, ...] | None:
        """Every value that a label (as the query names it) can have; None when the list is not known to be whole.

        An absent label matches the empty string, which no list holds.
        """
        own = (labels or self.usual_labels).own_label(label)
        return self.entry.values.get(own) if own is not None else None

    def usual_values(self, label: str, labels: Labels | None = None) -> tuple[str, ...]:
        """Well-known values, complete or not."""
        own = (labels or self.usual_labels).own_label(label)
        return self.entry.values.get(own, self.entry.usual.get(own, ())) if own is not None else ()


def arriving(own: Sequence[str], target: Iterable[str]) -> dict[str, str]:
    """Each of a metric's labels and its name beside the target's labels, which are never overwritten."""
    taken = set(own)
    kept = set(target)
    found: dict[str, str] = {}
    for label in own:
        name = label
        while name in kept or (name != label and name in taken):
            name = f"exported_{name}"
        taken.add(name)
        found[label] = name
    return found
