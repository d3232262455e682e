"""Metrics that are scraped and that nothing reads: what a scrape can throw away, and what that saves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from obs.lang.promql import regexes
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.catalogue.series import System
    from obs.graph.subject import Subject

_WORD = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
OF_THE_CHART = "ServiceMonitor of kube-prometheus-stack"
"""How the catalogue tells what the chart itself scrapes: its rules and dashboards read that, and nobody lists what."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Of one scrape: the series names that nothing reads, those that something does, and how many series each has.

    `series` is empty where only the names are known. `kept` says why nothing may be thrown away; empty when it may.
    """

    title: str
    names: tuple[str, ...]
    read: tuple[str, ...]
    series: Mapping[str, int]
    kept: str = ""

    @property
    def saved(self) -> tuple[int, int]:
        """How many series of how many; names where no page of metrics was seen."""
        if not self.series:
            return len(self.names), len(self.names) + len(self.read)
        return sum(self.series.get(name, 0) for name in self.names), sum(self.series.values())


class Reads:
    """What the rules, dashboards and messages of a subject read; a word that could be a metric counts as one."""

    def __init__(self, subject: Subject) -> None:
        self._words = {word for text in _texts(subject) for word in _WORD.findall(text)}
        self._patterns: list[str] = []
        self.everything = ""
        for owner, parts in subject.expressions:
            for selector in parts.selectors:
                named = [one for one in selector.matchers if one.label == "__name__"]
                if selector.name is None and not named:
                    self.everything = f"{owner} selects metrics of any name"
                self._patterns += [one.value for one in named if one.op == "=~"]
                if any(one.op in ("!=", "!~") for one in named):
                    self.everything = f"{owner} selects every name but some"

    def has(self, name: str) -> bool:
        """Whether something reads a series of this name."""
        return name in self._words or any(regexes.matches(one, name) for one in self._patterns)


def _texts(subject: Subject) -> Iterator[str]:
    for rule in (*subject.rules, *subject.log_rules):
        yield from (rule.expr, *rule.annotations.values(), *rule.labels.values())
    for dashboard in subject.dashboards:
        for panel in dashboard.panels():
            yield from (query.text for query in panel.queries)
        for variable in dashboard.variables:
            yield from (variable.query, variable.series)
        yield from (annotation.query for annotation in dashboard.annotations)


def of_targets(subject: Subject) -> list[Unread]:
    """For each target of a project that is scraped and whose metrics the catalogue knows."""
    reads, found = Reads(subject), []
    for target in subject.targets:
        if not target.enabled or target.provided_by == "push":
            continue
        systems = [one for one in subject.metrics.catalogue.systems() if one.id != "synthetic"]
        exposed = [
            (system, [one.name for one in system.series() if target.exposes_metric(one.name)])
            for system in systems
        ]
        names = sorted({name for _, listed in exposed for name in listed})
        if names:
            kept = next((_kept(system) for system, listed in exposed if listed and _kept(system)), "")
            found.append(_divided(f"target {target.name}", names, {}, reads, kept))
    return found


def of_page(subject: Subject, title: str, series: Mapping[str, int]) -> Unread:
    """For a page of metrics: how many series it has of each name."""
    from obs.catalogue.library import default

    owners = (one.system for name in series for one in default().metric(name))
    kept = next((_kept(system) for system in owners if _kept(system)), "")
    return _divided(title, sorted(series), series, Reads(subject), kept)


def _kept(system: System) -> str:
    of_chart = system.scrape.how.startswith(OF_THE_CHART)
    return f"the rules and dashboards of kube-prometheus-stack read {system.title}" if of_chart else ""


def _divided(title: str, names: Sequence[str], series: Mapping[str, int], reads: Reads, kept: str) -> Unread:
    read = tuple(filter(reads.has, names))
    return Unread(
        title, tuple(one for one in names if one not in read), read, series, kept or reads.everything
    )


def pattern(names: Iterable[str]) -> str:
    """A regular expression for exactly these names, the series of a histogram together."""
    ends: dict[str, list[str]] = {}
    for name in names:
        base, end = next(((name[: -len(one)], one) for one in _ENDS if name.endswith(one)), (name, ""))
        ends.setdefault(base, []).append(end)
    return "|".join(f"{base}{_group(listed)}" for base, listed in sorted(ends.items()))


_ENDS = ("_bucket", "_count", "_sum")


def _group(ends: Sequence[str]) -> str:
    if len(ends) == 1:
        return ends[0]
    return f"({'|'.join(sorted(ends))})"
