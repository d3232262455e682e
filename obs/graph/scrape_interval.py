"""How often the samples of a metric come: its own target's interval, the rule's that records it, or the server's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from obs.graph.metrics import job_of
from obs.graph.parts import metric_of
from obs.lang.duration import parse
from obs.lang.error import LanguageError

if TYPE_CHECKING:
    from obs.graph.dark_targets import Target
    from obs.graph.subject import Subject
    from obs.lang.promql.syntax import VectorSelector

Interval = tuple[int, str]
"""Milliseconds between two samples, and whose interval that is."""


class Intervals:
    """Answers for one subject, whose documents are read once."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    def of(self, selector: VectorSelector) -> Interval | None:
        """Of what a selector asks for; None where nothing declares it."""
        return self.of_metric(metric_of(selector), job_of(selector.matchers))

    def of_metric(self, metric: str | None, job: str = "") -> Interval | None:
        """Of a metric, and the job that is asked for."""
        subject = self._subject
        recording = subject.recorded.get(metric or "", ())
        if recording:
            return max((rule.interval, f"{rule} is recorded") for rule in recording)
        own = max(self._declared(metric or "", job), default=None)
        if own is not None:
            return own
        server = subject.scrape_interval
        return (server, "Prometheus scrapes") if server is not None else None

    def _declared(self, metric: str, job: str) -> Iterator[Interval]:
        for target in self._subject.targets:
            if target.enabled and target.exposes_metric(metric):
                yield parse(target.interval), f"target {target.name} is scraped"
        if job in self._jobs:
            yield self._jobs[job], f"job {job} is scraped"
        for monitor in self._monitors:
            if monitor.interval is not None and (job == monitor.name or monitor.has(metric) == "certain"):
                yield monitor.interval, f"target {monitor.name} is scraped"

    @cached_property
    def _monitors(self) -> tuple[Target, ...]:
        if not any(self._subject.of_kind("ServiceMonitor", "PodMonitor")):
            return ()
        from obs.graph.dark_targets import targets

        return targets(self._subject)

    @cached_property
    def _jobs(self) -> Mapping[str, int]:
        """The jobs of prometheus.yml that set an interval of their own."""
        found: dict[str, int] = {}
        for document in self._subject.of_kind("prometheus"):
            listed = document.get("scrape_configs")
            for config in listed if isinstance(listed, list) else ():
                interval = _own(config)
                if interval is not None:
                    found[str(config.get("job_name"))] = interval
        return found


def _own(config: Any) -> int | None:
    if not isinstance(config, Mapping) or not config.get("scrape_interval"):
        return None
    try:
        return parse(str(config["scrape_interval"]))
    except LanguageError:
        return None
