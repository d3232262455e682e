"""How Prometheus scrapes Promtail where others wrote the configuration, and what that does to the labels of a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from obs.graph.document import Document
from obs.graph.subject import Subject
from obs.origin import Origin
from obs.record import dataclass

BY_OPERATOR = frozenset(("container", "endpoint", "instance", "job", "namespace", "pod", "service"))
"""What the operator sets on every series of a ServiceMonitor. Source: prometheus-operator 0.77, promcfg.go."""
BY_PROMETHEUS = frozenset(("instance", "job"))


@dataclass(frozen=True, slots=True)
class Scrape:
    """One way in which Promtail is scraped; `sets` are the labels that the scrape sets on every series.

    `honors` says that a series keeps its own; `mends` that it gets them back by relabelling.
    """

    at: Origin
    sets: frozenset[str]
    honors: bool
    mends: bool = False


def promtail_scrapes(subject: Subject) -> tuple[Scrape, ...]:
    """Every scrape of Promtail that the files tell of; empty where nothing is known."""
    return tuple(
        scrape
        for document in subject.documents
        for scrape in (
            _of_monitor(document)
            if document.kind in ("ServiceMonitor", "PodMonitor")
            else _of_prometheus(document)
            if document.kind == "prometheus"
            else _of_chart(document)
            if document.kind == "values"
            else ()
        )
    )


def _of_monitor(document: Document) -> Iterator[Scrape]:
    about = f"{document.name} {document.get('spec', 'selector')}".lower()
    if "promtail" not in about:
        return
    for kind in ("endpoints", "podMetricsEndpoints"):
        listed = document.get("spec", kind)
        for index, endpoint in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(endpoint, Mapping):
                yield Scrape(
                    document.at("spec", kind, index),
                    BY_OPERATOR,
                    endpoint.get("honorLabels") is True,
                    _mends(endpoint.get("metricRelabelings")),
                )


def _of_prometheus(document: Document) -> Iterator[Scrape]:
    jobs = document.get("scrape_configs")
    for index, job in enumerate(jobs if isinstance(jobs, list) else ()):
        if not isinstance(job, Mapping) or "promtail" not in str(job.get("job_name", "")).lower():
            continue
        listed = job.get("relabel_configs")
        targets = {str(one.get("target_label")) for one in listed or () if isinstance(one, Mapping)}
        yield Scrape(
            document.at("scrape_configs", index),
            BY_PROMETHEUS | targets,
            job.get("honor_labels") is True,
            _mends(job.get("metric_relabel_configs")),
        )


def _of_chart(document: Document) -> Iterator[Scrape]:
    """The ServiceMonitor of the promtail chart, whose template knows no honorLabels (6.16.6)."""
    for path in (("promtail",), ()):
        monitor = document.get(*path, "serviceMonitor")
        pipeline = document.get(*path, "config", "snippets")
        if isinstance(monitor, Mapping) and monitor.get("enabled") is True and isinstance(pipeline, Mapping):
            yield Scrape(
                document.at(*path, "serviceMonitor"),
                BY_OPERATOR,
                False,
                _mends(monitor.get("metricRelabelings")),
            )


def _mends(relabelings: Any) -> bool:
    """Whether some step reads what the scrape put aside; or nothing is known of the steps."""
    return "exported_" in str(relabelings or "")
