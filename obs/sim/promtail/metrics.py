"""The metrics of a pipeline over time: series that are born at their first hit and die of idleness.

Every metric is a family of series, one for each label set it was hit with. A scrape that finds a series idle
for `max_idle_duration` exports it a last time and deletes it.

Source: Promtail 3.0 metrics stage; client_golang for the text form, the sort order and the failures.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from obs.lang.gotemplate.quote import quote
from obs.record import dataclass, field
from obs.sim.promtail.entry import Stream, is_label_name
from obs.sim.promtail.error import GatherError, Panic
from obs.sim.promtail.go_values import general_float_text

Kind = Literal["counter", "gauge", "histogram"]
DEFAULT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One line of `/metrics`. `name` carries `_bucket`, `_sum` or `_count` for a histogram."""

    name: str
    labels: Mapping[str, str]
    value: float

    def __str__(self) -> str:
        pairs = ",".join(f'{name}="{_escape(value)}"' for name, value in self.labels.items())
        return f"{self.name}{f'{{{pairs}}}' if pairs else ''} {general_float_text(self.value or 0.0)}"


@dataclass(slots=True)
class Series:
    """A metric with one set of labels. `created` and `last_hit` are in nanoseconds since 1970."""

    labels: dict[str, str]
    created: int
    last_hit: int
    value: float = 0.0
    counts: list[int] = field(default_factory=list)

    def samples(self, family: Family) -> Iterator[Sample]:
        if family.kind != "histogram":
            yield Sample(family.name, self.labels, self.value)
            return
        total = 0
        for bound, count in zip(family.buckets, self.counts, strict=False):
            total += count
            le = general_float_text(bound)
            yield Sample(f"{family.name}_bucket", {**self.labels, "le": le}, float(total))
        total += self.counts[-1]
        yield Sample(f"{family.name}_bucket", {**self.labels, "le": "+Inf"}, float(total))
        yield Sample(f"{family.name}_sum", self.labels, self.value)
        yield Sample(f"{family.name}_count", self.labels, float(total))


@dataclass(slots=True)
class Family:
    """All series of one metric of one stage. `max_idle` is in seconds; None keeps series for ever."""

    name: str
    kind: Kind
    help: str = ""
    max_idle: int | None = 300
    buckets: tuple[float, ...] = ()
    series: dict[Stream, Series] = field(default_factory=dict)

    def hit(self, labels: dict[str, str], now: int) -> Series:
        """The series of these labels, made if it is new, and touched."""
        key = frozenset(labels.items())
        found = self.series.get(key)
        if found is None:
            found = self.series[key] = self._create(labels, now)
        found.last_hit = now
        return found

    def _create(self, labels: dict[str, str], now: int) -> Series:
        clean = {name: labels[name] for name in sorted(labels) if is_label_name(name) and name[:2] != "__"}
        if self.kind != "histogram":
            return Series(clean, now, now)
        if "le" in clean:
            raise Panic("`le` is not allowed as label name in histograms")
        for before, bound in zip(self.buckets, self.buckets[1:], strict=False):
            if before >= bound:
                shown = f"{before:f} >= {bound:f}"
                raise Panic(f"histogram buckets must be in increasing order: {shown}")
        return Series(clean, now, now, counts=[0] * (len(self.buckets) + 1))

    def add(self, labels: dict[str, str], amount: float, now: int) -> None:
        if self.kind == "counter" and amount < 0:
            raise Panic("counter cannot decrease in value")
        self.hit(labels, now).value += amount

    def set(self, labels: dict[str, str], value: float, now: int) -> None:
        self.hit(labels, now).value = value

    def observe(self, labels: dict[str, str], value: float, now: int) -> None:
        series = self.hit(labels, now)
        place = len(self.buckets) if math.isnan(value) else bisect_left(self.buckets, value)
        series.counts[place] += 1
        series.value += value

    def prune(self, now: int) -> None:
        """Forget the series that have been idle too long."""
        if self.max_idle is None:
            return
        for key, series in list(self.series.items()):
            if now // _SECOND - series.last_hit // _SECOND >= self.max_idle:
                del self.series[key]


class Metrics:
    """The registry that `/metrics` shows: pipeline metrics and the counters of dropped lines."""

    def __init__(self) -> None:
        self.families: list[Family] = []
        self._dropped: Tally[str] = Tally()
        self._dropped_by_label: Tally[tuple[str, str]] = Tally()

    def register(self, family: Family) -> Family:
        self.families.append(family)
        return family

    def dropped(self, reason: str) -> None:
        self._dropped[reason] += 1

    def dropped_by_label(self, name: str, value: str) -> None:
        self._dropped_by_label[name, value] += 1

    def forget_dropped_by_label(self) -> None:
        self._dropped_by_label.clear()

    def samples(self) -> list[Sample]:
        """Every sample in the order of `/metrics`. Raises GatherError when the real endpoint answers 500."""
        return [
            sample
            for families in self._by_name().values()
            for family, series in _sorted_series(families)
            for sample in series.samples(family)
        ]

    def expose(self, now: int) -> str:
        """The text of `/metrics` at `now` (nanoseconds since 1970); idle series go after this scrape."""
        lines: list[str] = []
        for name, families in self._by_name().items():
            pairs = _sorted_series(families)
            if families[0].help:
                lines.append(f"# HELP {name} {_escape_help(families[0].help)}")
            lines.append(f"# TYPE {name} {families[0].kind}")
            lines += [str(sample) for family, series in pairs for sample in series.samples(family)]
        for family in self.families:
            family.prune(now)
        return "".join(f"{line}\n" for line in lines)

    def _by_name(self) -> dict[str, list[Family]]:
        grouped: dict[str, list[Family]] = {}
        for family in [*self.families, *self._drop_families()]:
            if family.series:
                grouped.setdefault(family.name, []).append(family)
        for name, families in grouped.items():
            _check_consistent(name, families)
        return dict(sorted(grouped.items()))

    def _drop_families(self) -> Iterator[Family]:
        help_text = "A count of all log lines dropped as a result of a pipeline stage"
        by_reason = {(("reason", reason),): count for reason, count in self._dropped.items()}
        by_label = {
            (("label_name", name), ("label_value", value)): count
            for (name, value), count in self._dropped_by_label.items()
        }
        for name, counts in (("total", by_reason), ("by_label_total", by_label)):
            series = {
                frozenset(labels): Series(dict(labels), 0, 0, float(count))
                for labels, count in counts.items()
            }
            yield Family(f"logentry_dropped_lines_{name}", "counter", help_text, None, series=series)


def _sorted_series(families: Sequence[Family]) -> list[tuple[Family, Series]]:
    pairs = [(family, series) for family in families for series in family.series.values()]
    return sorted(pairs, key=lambda pair: (len(pair[1].labels), list(pair[1].labels.values())))


def _check_consistent(name: str, families: Sequence[Family]) -> None:
    if not _is_metric_name(name):
        raise GatherError(f"{quote(name)} is not a valid metric name")
    first = families[0]
    seen: set[Stream] = set()
    for family in families:
        if family.kind != first.kind:
            raise GatherError(f"collected metric {name} should be a {first.kind.capitalize()}")
        if family.help != first.help:
            raise GatherError(
                f"collected metric {name} has help {quote(family.help)} but should have {quote(first.help)}"
            )
        for series in family.series.values():
            key = frozenset(series.labels.items())
            if key in seen:
                raise GatherError(
                    f"collected metric {name} was collected before with the same name and label values"
                )
            seen.add(key)


def _is_metric_name(name: str) -> bool:
    return is_label_name(name.replace(":", "_"))


def _escape_help(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _escape(value: str) -> str:
    return _escape_help(value).replace('"', '\\"')
