"""A panel or rule reads a metric of a system that nothing in this project scrapes.

It shows nothing, and an alert over it can never fire, until the system is scraped. One finding for each system.

Flagged:
    node = Target("node", provided_by="kube-prometheus-stack", exposes=["node_*"])
    down = Alert("RedisDown", expr="redis_up == 0", for_="5m", summary="Redis is down", description="It does not answer.")

Instead:
    node = Target("node", provided_by="kube-prometheus-stack", exposes=["node_*"])
    redis = Target("redis", provided_by="charts/redis", exposes=["redis_*"])
    down = Alert("RedisDown", expr="redis_up == 0", for_="5m", summary="Redis is down", description="It does not answer.")

A target that is declared and switched off is told by switched-off-target.

Source: Prometheus operator, ServiceMonitor and PodMonitor: without one, nothing of a service is scraped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.catalogue.series import System
from obs.checks.base import check
from obs.checks.readers import Readers, boards, texts
from obs.diagnostic import Diagnostic
from obs.graph.known import catalogue_of
from obs.graph.program import Program
from obs.graph.queries import query_facts


@check(severity="warning")
def unscraped_metric(program: Program) -> Iterator[Diagnostic]:
    """Only where targets are declared; what a chart of the stack brings by itself is taken to be scraped."""
    if not program.definitions.targets:
        return
    known = boards(program)
    made = {str(counter) for counter in program.counters()} | {
        record.name for record in program.definitions.records
    }
    missing: dict[str, tuple[System, Readers]] = {}
    for reader, text, origin, grafana in texts(program):
        for metric in query_facts(program, text, grafana=grafana).metrics:
            if metric not in made and not program.targets_of(metric):
                found = catalogue_of(program).metric(metric)
                if found and not any(series.system.scrape.in_platform for series in found):
                    system = found[0].system
                    entry = missing.setdefault(system.title, (system, Readers(known)))
                    entry[1].add(reader, text, origin, metric)
    yield from _told(missing)


def _told(missing: Mapping[str, tuple[System, Readers]]) -> Iterator[Diagnostic]:
    for title, (system, readers) in missing.items():
        first, *others = readers.places or (None,)
        prefix = next(iter(readers.metrics)).split("_", 1)[0]
        how = system.scrape.switch_on
        yield Diagnostic(
            "unscraped-metric",
            f"{readers.told()}: no target exposes {_named(list(readers.metrics))} of {title}",
            first,
            severity="warning",
            evidence="likely",
            why=readers.titles(),
            fix=f'add a Target(..., exposes=["{prefix}_*"]) once it is scraped{f": {how}" if how else ""}',
            also=tuple((place, "reads it") for place in others if place is not None),
            cause=title,
        )


def _named(metrics: list[str]) -> str:
    """A few of them."""
    more = f" and {len(metrics) - 3} more metrics" if len(metrics) > 4 else ""
    return ", ".join(metrics[: 3 if more else 4]) + more
