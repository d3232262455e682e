"""A rule reads a metric that its scrape throws away.

Flagged:
    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: {name: gateway, namespace: gateway}
    spec:
      selector: {matchLabels: {app: gateway}}
      endpoints:
        - port: http
          metricRelabelings:
            - sourceLabels: [__name__]
              regex: jvm_.*
              action: drop
    ---
    groups:
      - name: jvm
        rules:
          - alert: HeapFull
            expr: jvm_memory_used_bytes / jvm_memory_max_bytes > 0.9

Instead:
    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: {name: gateway, namespace: gateway}
    spec:
      selector: {matchLabels: {app: gateway}}
      endpoints:
        - port: http
          metricRelabelings:
            - sourceLabels: [__name__]
              regex: jvm_gc_.*
              action: drop
    ---
    groups:
      - name: jvm
        rules:
          - alert: HeapFull
            expr: jvm_memory_used_bytes / jvm_memory_max_bytes > 0.9

Source: Prometheus 2.55, `metric_relabel_configs` with `__name__`: what is dropped is never stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from obs.checks.base import Finding, lint
from obs.graph.document import Document
from obs.graph.parts import metric_of
from obs.graph.subject import Subject
from obs.lang.matchers import Matcher
from obs.record import dataclass

_LISTS = ("endpoints", "podMetricsEndpoints")
LEVELS = 12


@dataclass(frozen=True, slots=True)
class _Drop:
    """A step that drops metrics by their name alone."""

    document: Document
    path: tuple[str | int, ...]
    regex: str

    def hits(self, name: str) -> bool:
        return Matcher("x", "=~", self.regex).matches({"x": name})


@lint("warning", alone=True)
def metric_dropped_at_scrape(subject: Subject) -> Iterator[Finding]:
    """Where only one scrape is described that could give the metric, it is certain; else likely."""
    drops = [
        one
        for document in subject.of_kind("ServiceMonitor", "PodMonitor", "prometheus")
        for one in _drops(document)
    ]
    if not drops:
        return
    for rule, parts in subject.queried:
        for selector in parts.selectors:
            name = metric_of(selector)
            if name is None or name in subject.recorded:
                continue
            drop = next((one for one in drops if one.hits(name)), None)
            if drop is not None:
                yield Finding.in_rule(
                    rule,
                    f"{rule} reads {name}, which {drop.document.name or 'the scrape'} drops",
                    (selector.start, selector.end),
                    why=f"regex {drop.regex} at {drop.document.source.file}:{drop.document.at(*drop.path).line}",
                    fix="let the metric through, or remove the rule",
                    evidence="likely",
                )


def _drops(document: Document) -> Iterator[_Drop]:
    if document.kind == "prometheus":
        for index, _ in enumerate(_list(document.get("scrape_configs"))):
            yield from _steps(document, ("scrape_configs", index, "metric_relabel_configs"), "source_labels")
        return
    for name in _LISTS:
        for index, _ in enumerate(_list(document.get("spec", name))):
            yield from _steps(document, ("spec", name, index, "metricRelabelings"), "sourceLabels")


def _steps(document: Document, path: tuple[str | int, ...], sources: str) -> Iterator[_Drop]:
    for index, step in enumerate(_list(document.get(*path))):
        if not isinstance(step, Mapping) or str(step.get("action", "")).lower() != "drop":
            continue
        regex = step.get("regex")
        if step.get(sources) == ["__name__"] and isinstance(regex, str) and _is_regex(regex):
            yield _Drop(document, (*path, index), regex)


def _is_regex(text: str) -> bool:
    from obs.lang import re2
    from obs.lang.error import LanguageError

    try:
        re2.check(text)
    except LanguageError:
        return False
    return True


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
