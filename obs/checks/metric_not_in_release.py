"""A query asks for a metric that the release in use does not have: not yet, or no more.

Of Prometheus, Alertmanager, Grafana, Loki, Promtail and the operator a project declares the release. Of other systems,
what their current release has lost is told as information.

Flagged:
    - alert: ManyOpenConnections
      expr: traefik_entrypoint_open_connections > 1000
      for: 5m

Instead:
    - alert: ManyOpenConnections
      expr: traefik_open_connections > 1000
      for: 5m

Source: the systems' release notes, as the catalogue lists them.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.catalogue.series import Series
from obs.checks.base import Finding, lint
from obs.graph.selections import Selection
from obs.graph.subject import Subject
from obs.model.stack import Stack


@lint("warning", alone=True)
def metric_not_in_release(subject: Subject) -> Iterator[Finding]:
    """A query that also asks for the metric under its other name is left alone."""
    told: set[str] = set()
    for one in subject.selections:
        series = one.only
        if series is None or not (series.entry.since or series.entry.until) or one.metric in told:
            continue
        release = _release(series, subject.stack)
        if series.in_version(release or series.system.version) is False and not _asks_for_both(one, series):
            told.add(one.metric)
            yield _finding(one, series, release)


def _finding(one: Selection, series: Series, release: str) -> Finding:
    entry, title = series.entry, series.system.title
    gone = bool(entry.until)
    when = f"was removed in {title} {entry.until}" if gone else f"came with {title} {entry.since}"
    here = (
        f"; here it is {release}"
        if release
        else f"; the current release of the catalogue is {series.system.version}"
    )
    return Finding.in_rule(
        one.rule,
        f"{one.rule}: {one.metric} {when}{here}",
        one.name_span,
        fix=f"use {entry.renamed_to}" if entry.renamed_to else "use another metric, or another release",
        evidence="certain" if release else "likely",
        severity=None if release else "info",
    )


def _asks_for_both(one: Selection, series: Series) -> bool:
    other = series.entry.renamed_to
    return bool(other) and any(name.startswith(other) for name in one.parts.metrics)


def _release(series: Series, stack: Stack | None) -> str:
    """The declared release of a system; empty where nobody declares it."""
    if stack is None:
        return ""
    return {
        "prometheus": stack.prometheus.version,
        "synthetic": stack.prometheus.version,
        "alertmanager": stack.alertmanager.version,
        "grafana": stack.grafana.version,
        "loki": stack.loki,
        "promtail": stack.promtail,
        "prometheus-operator": stack.operator,
    }.get(series.system.id, "")
