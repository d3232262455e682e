"""A target is scraped less often than Prometheus looks back.

A query sees the last sample of the last five minutes. Where samples come every five minutes or less often, every graph
has holes and every alert resolves and fires again, depending on the moment of its evaluation.

Flagged:
    global: {scrape_interval: 30s}
    scrape_configs:
      - job_name: batch
        scrape_interval: 10m

Instead:
    global: {scrape_interval: 30s}
    scrape_configs:
      - job_name: batch
        scrape_interval: 2m

Flagged:
    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: {name: batch}
    spec:
      selector: {matchLabels: {app: batch}}
      endpoints: [{port: http, interval: 5m}]

Instead:
    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: {name: batch}
    spec:
      selector: {matchLabels: {app: batch}}
      endpoints: [{port: http, interval: 2m}]

Flagged:
    batch = Target("batch", provided_by="charts/batch", exposes=["batch_*"], interval="10m")

Instead:
    batch = Target("batch", provided_by="charts/batch", exposes=["batch_*"], interval="2m")

Source: Prometheus 2.55, `--query.lookback-delta` (default 5m); promtool check config --lint=too-long-scrape-interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.checks.base import Finding, lint
from obs.graph.document import Document
from obs.graph.subject import Subject
from obs.lang.duration import parse
from obs.lang.error import LanguageError

LOOKBACK = 5 * 60 * 1000
"""Milliseconds; the default of --query.lookback-delta."""
_MONITORS = {"ServiceMonitor": "endpoints", "PodMonitor": "podMetricsEndpoints"}


@lint("warning")
def scrape_interval_too_long(subject: Subject) -> Iterator[Finding]:
    """Jobs, monitors, the server's own default, and the targets of a project."""
    for target in subject.targets:
        if _is_long(target.interval):
            yield Finding(_problem(f"target {target.name}", target.interval), target.origin, fix=_FIX)
    for document in subject.of_kind("prometheus"):
        yield from _found(document, "global", "scrape_interval", what="everything by default")
        listed = document.get("scrape_configs")
        for index, job in enumerate(listed if isinstance(listed, list) else ()):
            name = job.get("job_name") if isinstance(job, Mapping) else ""
            yield from _found(document, "scrape_configs", index, "scrape_interval", what=f"job {name}")
    for document in subject.of_kind("Prometheus"):
        yield from _found(document, "spec", "scrapeInterval", what=f"Prometheus {document.name}")
    for kind, key in _MONITORS.items():
        for document in subject.of_kind(kind):
            listed = document.get("spec", key)
            for index in range(len(listed) if isinstance(listed, list) else 0):
                yield from _found(document, "spec", key, index, "interval", what=f"{kind} {document.name}")


_FIX = "2m at most: a scrape may be missed"


def _found(document: Document, *path: str | int, what: str) -> Iterator[Finding]:
    text = document.get(*path)
    if _is_long(text):
        yield Finding(
            _problem(what, str(text)),
            document.at(*path),
            fix=_FIX,
            excerpt=document.excerpt(*path),
            object=what,
        )


def _problem(what: str, interval: str) -> str:
    return f"{what} is scraped every {interval}, and a query looks back 5m: its graphs have holes, its alerts flap"


def _is_long(text: object) -> bool:
    if not isinstance(text, str) or not text:
        return False
    try:
        return parse(text) >= LOOKBACK
    except LanguageError:
        return False
