"""One target's scrapes: how what it exposes becomes stored series, and what is stored when it is silent.

Source: Prometheus 2.55, `scrape`: labels of the target against those exposed, metric relabelling, stale markers
for a series that a scrape no longer finds and for every series of a scrape that fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from obs.record import dataclass, field
from obs.sim import relabel

Labels = Mapping[str, str]
Key = frozenset[tuple[str, str]]
STALE = "stale"
"""The value that marks the end of a series."""

Value = float | str
"""A number, `stale`, or a native histogram as promtool writes it."""

NAME = "__name__"


@dataclass(frozen=True, slots=True)
class Exposed:
    """A line of a page of metrics; `created` is when a counter began, milliseconds since 1970."""

    name: str
    labels: Labels
    value: float
    created: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A sample as it is written; `at` is in milliseconds."""

    labels: Key
    at: int
    value: Value


@dataclass(frozen=True, slots=True)
class TargetConfig:
    """What decides about the labels of a target's series; `labels` are those that the target itself has."""

    labels: Labels
    honor_labels: bool = False
    metric_relabelings: tuple[relabel.Step, ...] = ()
    zero_ingestion: bool = False
    """Whether a 0 is stored where a counter was created (`created-timestamp-zero-ingestion`)."""

    def stored_labels(self, one: Exposed) -> dict[str, str] | None:
        """The labels that a sample is stored with; None when relabelling drops it."""
        named = {NAME: one.name, **self._joined(one.labels)}
        return relabel.relabel(named, self.metric_relabelings)

    def _joined(self, exposed: Labels) -> dict[str, str]:
        out = {name: value for name, value in exposed.items() if value}
        if self.honor_labels:
            return {**self.labels, **out}
        clashing = {name: out.pop(name) for name in sorted(self.labels) if name in out}
        out.update(self.labels)
        for name, value in clashing.items():
            new = f"exported_{name}"
            while new in out:
                new = f"exported_{new}"
            out[new] = value
        return out


@dataclass(slots=True)
class Scraper:
    """The scrapes of one target in order of time."""

    config: TargetConfig
    before: set[Key] = field(default_factory=set)
    known: dict[tuple[str, Key], Key | None] = field(default_factory=dict)
    """What the labels of exposed series become; a target shows the same ones each time."""
    created: dict[Key, int] = field(default_factory=dict)

    def forget(self) -> None:
        """Prometheus was away: it knows no series that it could end."""
        self.before = set()

    def scrape(self, exposed: Sequence[Exposed], at: int) -> list[Stored]:
        """What an answered scrape stores."""
        found: dict[Key, float] = {}
        out: list[Stored] = []
        for one in exposed:
            key = self._stored(one)
            if key is not None:
                found.setdefault(key, one.value)
                out += self._zero(key, one.created, at)
        out += [Stored(key, at, value) for key, value in found.items()]
        out += [Stored(key, at, STALE) for key in _ordered(self.before - found.keys())]
        out += self._report(
            at, up=True, exposed=len(exposed), kept=len(found), new=found.keys() - self.before
        )
        self.before = set(found)
        return out

    def _stored(self, one: Exposed) -> Key | None:
        """The labels that a series is stored with; None when relabelling drops it."""
        exposed = one.name, frozenset(one.labels.items())
        if exposed not in self.known:
            labels = self.config.stored_labels(one)
            self.known[exposed] = None if labels is None else frozenset(labels.items())
        return self.known[exposed]

    def _zero(self, key: Key, created: int | None, at: int) -> list[Stored]:
        """The 0 of a counter that was created since the last scrape."""
        if not self.config.zero_ingestion or created is None or self.created.get(key) == created:
            return []
        self.created[key] = created
        return [Stored(key, created, 0.0)] if created < at else []

    def failed(self, at: int) -> list[Stored]:
        """What a scrape without an answer stores."""
        out = [Stored(key, at, STALE) for key in _ordered(self.before)]
        self.before = set()
        return out + self._report(at, up=False)

    def gone(self, at: int) -> list[Stored]:
        """What is stored when the target is no longer to be scraped: the end of all, `up` too."""
        out = [Stored(key, at, STALE) for key in _ordered(self.before)]
        self.before = set()
        return out + [Stored(one.labels, at, STALE) for one in self._report(at, up=True)]

    def _report(
        self, at: int, *, up: bool, exposed: int = 0, kept: int = 0, new: Iterable[Key] = ()
    ) -> list[Stored]:
        values = {
            "up": float(up),
            "scrape_samples_scraped": float(exposed),
            "scrape_samples_post_metric_relabeling": float(kept),
            "scrape_series_added": float(len(list(new))),
        }
        return [
            Stored(frozenset({NAME: name, **self.config.labels}.items()), at, value)
            for name, value in values.items()
        ]


def _ordered(keys: Iterable[Key]) -> list[Key]:
    return sorted(keys, key=sorted)
