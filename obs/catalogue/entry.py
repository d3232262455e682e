"""What the catalogue knows of one metric, and the series that a query can name because of it.

Source of the rules on suffixes: Prometheus, exposition formats; Micrometer 1.13 for `_max` and long task timers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from obs.record import dataclass, field

Type = Literal["counter", "gauge", "histogram", "summary", "untyped"]
"""What the `# TYPE` line says, whatever the name suggests."""
Kind = Literal["", "info", "stateset"]
Part = Literal["", "family", "bucket", "sum", "count", "max", "quantile"]
"""Which series of a metric: `""` its only one, `family` the name of a histogram or summary that no series has."""

SUFFIXES: Mapping[str, Part] = {"_bucket": "bucket", "_sum": "sum", "_count": "count", "_max": "max"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One metric of one system; histograms and summaries under their name without suffix.

    `values` holds complete lists of a label's values, `usual` the well-known ones where others are possible. `labels`
    are the metric's own, without those of the target; with `open` it can have more. `buckets` are upper bounds;
    `opt_in` says that `_bucket` exists only when configured, `max` that there is also a gauge `<name>_max`, `native`
    that the histogram has no classic series. `since` is the first release with it, `until` the first without.
    """

    name: str
    type: Type
    labels: tuple[str, ...] = ()
    help: str = ""
    unit: str = ""
    kind: Kind = ""
    state_label: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    usual: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    buckets: tuple[float, ...] = ()
    opt_in: bool = False
    quantiles: tuple[float, ...] = ()
    max: bool = False
    native: bool = False
    long_task: bool = False
    open: bool = False
    dropped: bool = False
    default: Literal["", "disabled", "enabled"] = ""
    when: str = ""
    since: str = ""
    until: str = ""
    renamed_to: str = ""
    alias_of: str = ""
    group: str = ""

    def parts(self) -> tuple[Part, ...]:
        """The series that exist, in the order in which a page lists them; never `family`."""
        largest: tuple[Part, ...] = ("max",) if self.max else ()
        if self.type == "histogram" and not self.native:
            return ("bucket", "sum", "count", *largest)
        if self.type == "summary":
            return (*(("quantile",) if self.quantiles else ()), "sum", "count", *largest)
        return ("", *largest)

    def series_names(self) -> Iterator[str]:
        """Every name that a query can select."""
        for part in self.parts():
            yield self.name if part in ("", "quantile") else f"{self.name}_{part}"

    def part_of(self, name: str) -> Part | None:
        """Which part of this metric a name is; None for a name that is none of it."""
        parts = self.parts()
        if name == self.name:
            return "" if "" in parts else "quantile" if "quantile" in parts else "family"
        part = SUFFIXES.get(name[len(self.name) :]) if name.startswith(self.name) else None
        return part if part in parts else None


@dataclass(frozen=True, slots=True)
class Scrape:
    """How the metrics of a system come into Prometheus. `jobs` are the usual values of the label `job`."""

    job: str = ""
    jobs: tuple[str, ...] = ()
    port: str = ""
    path: str = "/metrics"
    how: str = ""
    honor_labels: bool = False
    target_labels: tuple[str, ...] = (
        "job",
        "instance",
        "namespace",
        "service",
        "pod",
        "container",
        "endpoint",
    )
    target_labels_open: bool = False
    in_platform: bool = True
    in_platform_why: str = ""
    switch_on: str = ""


CAPTURED = "captured from a page"
LEARNED = "learned from what a server answered"
"""How systems came in whose metrics were seen at work, rather than read about."""


@dataclass(frozen=True, slots=True)
class Group:
    """Metrics that share a source, and perhaps a condition (`when`)."""

    name: str
    source: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Trap:
    """Something to know before using a metric. `about` are glob patterns of names; none: the whole system."""

    says: str
    about: tuple[str, ...] = ()
