"""Who makes the series that a query asks for, and what is known of them: types, labels, values, units, buckets.

Of a project everything that is scraped is declared, so that the labels of a catalogued metric are all there are.
Other people's Prometheus may add any label and scrape anything: there the catalogue only tells what is usual.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from obs.graph.known import catalogue_in, catalogue_of
from obs.graph.metric_source import Source, dropping_steps, of_counter, of_rule, of_series, relabels
from obs.graph.parts import metric_of
from obs.lang.promql.labels import LabelSet
from obs.lang.promql.syntax import Expr, Matcher, VectorSelector

if TYPE_CHECKING:
    from obs.catalogue.library import Catalogue
    from obs.catalogue.series import Series
    from obs.graph.subject import Subject
    from obs.model.service import Target

Answer = TypeVar("Answer")
Find = Callable[["VectorSelector"], "Series | None"]
"""What the catalogue knows of the one thing that a selector can ask for: `Metrics.selected` or `measured`."""
_DEEPEST = 20
"""Records of records whose labels are followed."""


class Metrics:
    """Answers for one subject, each found once."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._series: dict[tuple[str, str], tuple[Series, ...]] = {}
        self._sources: dict[tuple[str, str], tuple[Source, ...]] = {}
        self._labels: dict[tuple[str, str], LabelSet | None] = {}
        self._values: dict[tuple[str, str, str], tuple[str, ...] | None] = {}
        self._reading: set[str] = set()
        self._asked: set[tuple[object, str]] = set()

    @property
    def declared(self) -> bool:
        """Whether what is scraped is declared, so that what is not there is not there."""
        return self._subject.program is not None

    @cached_property
    def catalogue(self) -> Catalogue:
        """The built-in systems, and a project's own in `catalogue/*.yaml`; raises ObsError with their faults."""
        program = self._subject.program
        return catalogue_of(program) if program is not None else catalogue_in(self._subject.catalogue)

    def series(self, name: str, job: str = "") -> tuple[Series, ...]:
        """What the catalogue says of a name, one for each system that has it."""
        key = (name, job)
        found = self._series.get(key)
        if found is None:
            found = self._series[key] = self.catalogue.metric(name, job=self._catalogue_job(job))
        return found

    def _catalogue_job(self, job: str) -> str:
        """The chart names its jobs after the release, which is `monitoring` in the catalogue."""
        stack = self._subject.stack
        if stack is None or stack.release == "monitoring" or not job.startswith(f"{stack.release}-"):
            return job
        return f"monitoring-{job.removeprefix(f'{stack.release}-')}"

    def one(self, name: str | None, job: str = "") -> Series | None:
        """The only series of the catalogue with this name; None when there are several, or a rule here records it."""
        if name is None or name in self._subject.recorded:
            return None
        found = self.series(name, job)
        return found[0] if len(found) == 1 else None

    def selected(self, selector: VectorSelector) -> Series | None:
        """`one`, of a selector."""
        return self.one(metric_of(selector), job_of(selector.matchers))

    def measured(self, selector: VectorSelector) -> Series | None:
        """The same of a selector where several systems have the metric and agree on its type and unit."""
        name = metric_of(selector)
        if name is None or name in self._subject.recorded:
            return None
        found = self.series(name, job_of(selector.matchers))
        return found[0] if len({(one.type, one.unit, one.part) for one in found}) == 1 else None

    def followed(
        self, question: Callable[[Expr, Metrics], Answer | None], selector: VectorSelector
    ) -> Answer | None:
        """The answer to a question about the expression that a rule here records under the selector's metric.

        None where none or several rules record it, and where records read each other in a circle.
        """
        name = metric_of(selector) or ""
        rules = self._subject.recorded.get(name, ())
        query = rules[0].query if len(rules) == 1 else None
        key = (question, name)
        if query is None or key in self._asked or len(self._asked) > _DEEPEST:
            return None
        self._asked.add(key)
        try:
            return question(query.tree, self)
        finally:
            self._asked.discard(key)

    def recorded_labels(self, selector: VectorSelector) -> frozenset[str]:
        """The labels that the one rule sets which records the selector's metric."""
        rules = self._subject.recorded.get(metric_of(selector) or "", ())
        return (
            frozenset(name for name, value in rules[0].labels.items() if value)
            if len(rules) == 1
            else frozenset()
        )

    def of(self, selector: VectorSelector) -> tuple[Source, ...]:
        """Everyone who makes what a selector asks for; empty when nobody is known."""
        name = metric_of(selector)
        return self.sources(name, job_of(selector.matchers)) if name is not None else ()

    def sources(self, name: str, job: str = "") -> tuple[Source, ...]:
        """Everyone who makes a metric: recording rules here, else the pipeline, else systems and targets."""
        key = (name, job)
        if key not in self._sources:
            self._sources[key] = tuple(self._find(name, job))
        return self._sources[key]

    def _find(self, name: str, job: str) -> Iterable[Source]:
        recorded = self._subject.recorded.get(name, ())
        if recorded:
            return map(of_rule, recorded)
        counters = self._counters.get(name, ())
        if counters:
            return counters
        targets = [target for target in self._subject.targets if target.exposes_metric(name)]
        series = self.series(name, job)
        if series:
            return [self._of_system(one, targets) for one in series]
        return [self._of_target(name, target) for target in targets]

    @cached_property
    def _counters(self) -> Mapping[str, Sequence[Source]]:
        from obs.graph.provenance import LOKI, stream_labels

        program = self._subject.program
        pipeline = program.pipeline if program is not None else None
        line = stream_labels(program) if program is not None else None
        found: dict[str, list[Source]] = {}
        for counter in self._subject.counters:
            source = of_counter(
                counter, None if line is None else line - LOKI, bool(pipeline and pipeline.honor_labels)
            )
            found.setdefault(str(counter), []).append(source)
        return found

    def _of_target(self, name: str, target: Target) -> Source:
        off = self._off(name, [target])
        return Source(
            "target",
            f"target {target.name}",
            LabelSet(open=True),
            target=target,
            scraped=not off,
            off=off,
            switch_on=target.switch_on,
        )

    def _of_system(self, series: Series, targets: Sequence[Target]) -> Source:
        scrape = series.system.scrape
        live = [target for target in targets if target.enabled]
        chosen = next(iter([*live, *targets]), None)
        labels = of_series(series, chosen, closed=self._closed, more=self._synthetic(series))
        scraped: bool | None = None
        off = switch_on = ""
        if self.declared:
            off = self._off(series.name, targets)
            scraped = not off if targets else (True if scrape.in_platform else None)
            switch_on = chosen.switch_on if chosen is not None and chosen.switch_on else scrape.switch_on
        return Source("system", series.system.title, labels, series, None, chosen, scraped, off, switch_on)

    @staticmethod
    def _off(name: str, targets: Sequence[Target]) -> str:
        """Why none of the targets brings a metric; empty when one does."""
        reasons: list[str] = []
        for target in targets:
            dropped = next(dropping_steps(target, name), None) if target.enabled else None
            if target.enabled and dropped is None:
                return ""
            reasons.append(
                f"target {target.name} is switched off"
                if dropped is None
                else f"the relabelling of target {target.name} drops {dropped}"
            )
        return ", ".join(reasons)

    @cached_property
    def _closed(self) -> bool:
        program = self._subject.program
        return program is not None and not any(
            relabels(environment.values) for environment in program.definitions.environments
        )

    def _synthetic(self, series: Series) -> frozenset[str]:
        """`up` and its kin have the labels of any target."""
        if series.system.id != "synthetic" or series.entry.group != "scrape":
            return frozenset()
        return frozenset({"namespace", "service", "pod", "container", "endpoint", "node", "metrics_path"})

    def known(self, selector: VectorSelector) -> LabelSet | None:
        """The labels of what a selector asks for, for the label flow of PromQL; None for an unknown metric."""
        name = metric_of(selector)
        if (
            name is None or name in self._reading or len(self._reading) > _DEEPEST
        ):  # a record that reads itself
            return None
        key = (name, job_of(selector.matchers))
        if key not in self._labels:
            self._reading.add(name)
            try:
                self._labels[key] = union([source.labels for source in self.sources(*key)])
            finally:
                self._reading.discard(name)
        return self._labels[key]

    def values(self, name: str, label: str, job: str = "") -> tuple[str, ...] | None:
        """Every value that a label can have; None unless everyone who makes the metric has a complete list."""
        key = (name, label, job)
        if key not in self._values:
            self._values[key] = self._listed(name, label, job)
        return self._values[key]

    def _listed(self, name: str, label: str, job: str) -> tuple[str, ...] | None:
        found: dict[str, None] = {}
        sources = self.sources(name, job)
        for source in sources:
            listed = source.series.values(label) if source.series is not None else None
            if source.rule is not None and source.rule.labels.get(label):
                listed = (source.rule.labels[label],)
            if listed is None:
                return None
            found.update(dict.fromkeys(listed))
        return tuple(found) if sources else None

    def jobs(self, name: str) -> tuple[str, ...]:
        """Under which jobs a metric of the chart's own systems is scraped; empty where that cannot be known."""
        found: dict[str, None] = {}
        for source in self.sources(name):
            series, stack = source.series, self._subject.stack
            if series is None or stack is None or not series.system.scrape.jobs:
                return ()
            if not series.system.scrape.in_platform or not series.system.scrape.how.startswith(
                "ServiceMonitor"
            ):
                return ()
            for job in series.system.scrape.jobs:
                ours = job.startswith("monitoring-")
                found[f"{stack.release}-{job.removeprefix('monitoring-')}" if ours else job] = None
        return tuple(found)


def job_of(matchers: Iterable[Matcher]) -> str:
    """The job that a selector asks for; empty when it leaves that open."""
    return next(
        (one.value for one in matchers if one.label == "job" and one.op == "=" and not one.dynamic), ""
    )


def union(sets: Sequence[LabelSet]) -> LabelSet | None:
    """What a metric with several makers can have; None without any."""
    if len(sets) < 2:
        return sets[0] if sets else None
    names = frozenset[str]().union(*(one.guaranteed | one.possible for one in sets))
    sure = frozenset.intersection(*(one.guaranteed for one in sets))
    return LabelSet(
        sure,
        names - sure,
        any(one.open for one in sets),
        sets[0].because,
        all(one.certain for one in sets),
    )
