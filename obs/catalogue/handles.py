"""Handles that definitions import: `from obs.catalogue.node_exporter import node_cpu_seconds_total as cpu`.

A handle knows its type, and refuses a label or a value that its metric cannot have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import field

from obs.catalogue.library import Catalogue, built_in, close, default
from obs.catalogue.series import Series, System
from obs.diagnostic import DefinitionError
from obs.model.definition import definition
from obs.model.metric import Metric, MetricType
from obs.origin import here

_UNNAMED = re.compile(r"[^a-zA-Z0-9_]")


@definition
class CatalogueMetric(Metric):
    """A series of the catalogue. In an f-string it is its name; called, a selector whose labels are checked.

    `more` are labels that the metric has on this stack beyond those of the catalogue.
    """

    series: Series = field(kw_only=True, repr=False)
    more: frozenset[str] = field(default=frozenset(), kw_only=True, repr=False)

    def __format__(self, spec: str) -> str:
        self._exists()
        return format(self.name, spec)

    def __call__(self, **matchers: str) -> str:
        """The selector; DefinitionError for a label or a value that the metric cannot have.

        A label that is a word of Python is written with `_` behind it (`from_`).
        """
        self._exists()
        labels = self.series.labels()
        seen = labels.names | set(labels.own) | set(_possible_renames(self.series)) | self.more
        for given, value in matchers.items():
            label = given if given in seen else given.removesuffix("_")
            if label not in seen and not labels.open:
                raise self._unknown_label(label, seen)
            self._check_value(label, value)
        return Metric.__call__(self, **matchers)

    def also(self, *labels: str) -> CatalogueMetric:
        """This handle with further labels, which relabelling on this stack adds (`cluster`, `node`)."""
        return type(self)(
            self.name,
            type=self.type,
            origin=self.origin,
            series=self.series,
            more=self.more | frozenset(labels),
        )

    @property
    def bucket(self) -> CatalogueMetric:
        """The series `_bucket` of a histogram."""
        return self._part("_bucket")

    @property
    def sum(self) -> CatalogueMetric:
        """The series `_sum` of a histogram or summary."""
        return self._part("_sum")

    @property
    def count(self) -> CatalogueMetric:
        """The series `_count` of a histogram or summary."""
        return self._part("_count")

    @property
    def max(self) -> CatalogueMetric:
        """The gauge `_max` of a Micrometer timer."""
        return self._part("_max")

    def _part(self, suffix: str) -> CatalogueMetric:
        name = self.series.entry.name + suffix
        found = [one for one in self.series.system.resolve(name) if one.entry is self.series.entry]
        if not found:
            raise DefinitionError(
                f"{self.series.entry.name} has no series {name}: it is a {self.series.entry.type}",
                check="unknown-metric",
                at=here(),
                fix=f"it has {', '.join(self.series.entry.series_names())}",
            )
        return _made(found[0], self.more)

    def _exists(self) -> None:
        if not self.series.exists:
            kind = "classic histogram" if self.type == "histogram" else self.type
            names = [name.removeprefix(self.name + "_") for name in self.series.entry.series_names()]
            raise DefinitionError(
                f"no series is called {self.name}: it is a {kind}",
                check="unknown-metric",
                at=here(),
                fix=f"use one of {', '.join(f'.{name}' for name in names)}",
            )

    def _unknown_label(self, label: str, seen: Iterable[str]) -> DefinitionError:
        names = sorted(seen)
        near = close(label, names, 1, 0.6)
        listed = ", ".join(names) or "no labels"
        return DefinitionError(
            f"{self.name} has no label {label!r}; it has {listed}",
            check="unknown-label",
            at=here(),
            why=f"catalogue of {self.series.system.title} {self.series.system.version}",
            fix=f"did you mean {near[0]!r}?" if near else f'.also("{label}") if relabelling adds it here',
        )

    def _check_value(self, label: str, value: str) -> None:
        """Only of an equality, and only where the list of values is whole."""
        bare = value.removeprefix("=") if not value.startswith("=~") else value
        known = self.series.values(label)
        if known is None and label in self.series.entry.values:
            collides = label in self.series.labels().target  # then the label may be the target's
            known = None if collides else self.series.entry.values[label]
        if known is None or not bare or bare in known or value.startswith(("=~", "!~", "!=")):
            return
        near = close(bare, known, 1, 0.6)
        raise DefinitionError(
            f"{self.name}: the label {label} is never {bare!r}",
            check="unknown-label-value",
            at=here(),
            why=f"its values are {', '.join(known)}",
            fix=f"did you mean {near[0]!r}?" if near else "",
        )


def _possible_renames(series: Series) -> Iterable[str]:
    """How the labels arrive where the target honours them, and where it does not."""
    for honor in (False, True):
        yield from series.labels(honor_labels=honor).names


def _made(series: Series, more: frozenset[str] = frozenset()) -> CatalogueMetric:
    own: MetricType = "unknown" if series.type == "untyped" else series.type
    return CatalogueMetric(series.name, type=own, series=series, more=more)


def handle(name: str, *, system: str = "", catalogue: Catalogue | None = None) -> CatalogueMetric:
    """The handle of a name; DefinitionError for one that is not known, or that several systems know differently.

    `system` says whose it is, `catalogue` where to look (the built-in one).
    """
    source = catalogue or default()
    found = source.metric(name, system=system)
    if not found:
        near = source.close_matches(name)
        raise DefinitionError(
            f"the catalogue{f' of {system}' if system else ''} has no metric {name!r}",
            check="unknown-metric",
            at=here(),
            fix=f"did you mean {' or '.join(near)}?"
            if near
            else "`obs catalogue search` finds names by words",
        )
    if len(found) > 1:
        ids = [one.system.id for one in found]
        raise DefinitionError(
            f"{name} is exposed by several systems: {', '.join(ids)}",
            check="ambiguous-metric",
            at=here(),
            fix=f'system="{ids[0]}"',
        )
    return _made(found[0])


def python_name(name: str) -> str:
    """What a metric is called in Python: recording rules have colons, which become `_` between words."""
    return _UNNAMED.sub("_", name.strip(":"))


def exported(system: System) -> dict[str, str]:
    """The names that the module of a system offers, and the metric name of each."""
    names = {series.name for series in system.series()} | set(system.entries)
    return {python_name(name): name for name in sorted(names)}


def module_attributes(module: str) -> tuple[Callable[[str], CatalogueMetric], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of the module of a system: a handle is made when it is imported."""

    def attribute(name: str) -> CatalogueMetric:
        if name.startswith("_"):  # what tools ask any module for
            raise AttributeError(f"module 'obs.catalogue.{module}' has no attribute {name!r}")
        system = built_in(module)
        found = system.resolve(name) or _by_python_name(system, name)
        if not found:  # not AttributeError: `from ... import` would put its own, poorer message in its place
            near = close(name, exported(system), 1, 0.6)
            raise DefinitionError(
                f"the catalogue of {system.title} has no metric {name}",
                check="unknown-metric",
                at=here(),
                fix=f"did you mean {near[0]}?" if near else "",
            )
        return _made(found[0])

    def names() -> list[str]:
        return list(exported(built_in(module)))

    return attribute, names


def _by_python_name(system: System, name: str) -> tuple[Series, ...]:
    real = exported(system).get(name)
    return system.resolve(real) if real is not None else ()
