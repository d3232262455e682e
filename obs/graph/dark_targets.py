"""Scrape targets of files that others wrote which are switched off, and the metrics that only they would give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from obs.catalogue.library import default
from obs.diagnostic import Evidence
from obs.graph.document import PLACEHOLDER, Document
from obs.graph.helm_switches import STACK, Switch, chart_of, switched_off, switched_off_parts
from obs.graph.subject import Subject
from obs.lang.duration import parse
from obs.lang.error import LanguageError
from obs.lang.promql.syntax import VectorSelector
from obs.record import dataclass

KPS = ("kube-prometheus-stack", "prometheus-operator", "kube_prometheus_stack")
_SPRING = ("spring-boot", "spring-cloud-gateway", "eureka")


@dataclass(frozen=True, slots=True)
class Target:
    """A target: the systems of the catalogue that it has, and the words that its metrics' names begin with.

    `interval` are the milliseconds between its scrapes, where it says them itself.
    """

    name: str
    systems: frozenset[str]
    words: frozenset[str]
    switch: Switch | None = None
    interval: int | None = None

    def has(self, metric: str) -> Evidence | None:
        """How sure it is that the metric would come from there; None when it would not."""
        systems = {series.system.id for series in default().metric(metric)}
        if systems:
            return "certain" if systems <= self.systems else None
        return "likely" if any(metric.startswith(f"{word}_") for word in self.words) else None

    def selects(self, selector: VectorSelector) -> bool:
        """Whether a matcher of the selector names the target."""
        return any(
            matcher.op == "=" and matcher.label in ("job", "service") and matcher.value == self.name
            for matcher in selector.matchers
        )


def targets(subject: Subject) -> tuple[Target, ...]:
    """Every target that is told of, on or off; none where a scrape configuration may find others by itself."""
    values = tuple(subject.of_kind("values"))
    if _scrapes_more(subject):
        return ()
    kinds = [f"{kind}{end}" for kind in ("ServiceMonitor", "PodMonitor") for end in ("", " template")]
    found = [_of_monitor(one, values) for one in subject.of_kind(*kinds)]
    return (*found, *(one for document in values for one in _of_stack(document)))


def _scrapes_more(subject: Subject) -> bool:
    if any(True for _ in subject.of_kind("ScrapeConfig", "Probe")):
        return True
    if any(document.get("scrape_configs") for document in subject.of_kind("prometheus")):
        return True
    return any("additionalScrapeConfigs" in str(document.value) for document in subject.of_kind("values"))


def _of_monitor(document: Document, values: tuple[Document, ...]) -> Target:
    chart = chart_of(document)
    name = document.name.replace(PLACEHOLDER, "").strip("-") or (chart.name if chart else "monitor")
    listed = document.get("spec", "endpoints") or document.get("spec", "podMetricsEndpoints")
    paths = (
        [str(one.get("path", "")) for one in listed if isinstance(one, Mapping)] if _is_list(listed) else []
    )
    about = {*_words(name), *_words(str(document.get("spec", "selector", "matchLabels") or ""))}
    systems = {id for id in _systems() if set(_words(id)) <= about}
    if any("actuator" in path for path in paths):
        systems |= set(_SPRING)
    called = [*_words(name), *_words(chart.name if chart is not None else "")]
    words = frozenset({re.sub(r"\W", "_", name), *(word for word in called if len(word) > 3)})
    intervals = [_milliseconds(one) for one in listed if isinstance(one, Mapping)] if _is_list(listed) else []
    known = [one for one in intervals if one is not None]
    interval = max(known) if known and len(known) == len(intervals) else None
    return Target(name, frozenset(systems), words, switched_off(document, values), interval)


def _milliseconds(endpoint: Mapping[str, Any]) -> int | None:
    try:
        return parse(str(endpoint.get("interval") or ""))
    except LanguageError:
        return None


def _of_stack(document: Document) -> Iterator[Target]:
    under = tuple((name,) for name in KPS if isinstance(document.get(name), Mapping)) or ((),)
    if under == ((),) and document.get("prometheus", "prometheusSpec") is None:
        return
    for systems, switch in switched_off_parts(document, STACK, under):
        yield Target(systems[0], frozenset(systems), frozenset(), switch)


def _systems() -> tuple[str, ...]:
    from obs.catalogue.library import index

    return tuple(index().modules)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", text.lower()) if word]


def _is_list(value: Any) -> bool:
    return isinstance(value, list)
