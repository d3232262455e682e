"""An address inside of the cluster names a service that the stack does not have, or a path that it does not answer.

The push of log lines, or a datasource, then fails in silence: lines are dropped, panels stay empty.

Flagged:
    logs = Loki(uid="logs", name="Logs", url="http://monitoring-lokl.monitoring.svc.cluster.local:3100")

Instead:
    logs = Loki(uid="logs", name="Logs", url="http://monitoring-loki.monitoring.svc.cluster.local:3100")

Source: the Service names that the charts kube-prometheus-stack 65, loki 6 and promtail 6 make; Loki 3, push API.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from obs.checks.base import check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program
from obs.origin import Origin

PUSH = "/loki/api/v1/push"
_OF_CHARTS = {
    "kube-prometheus-stack": (
        "kube-prometheus-prometheus", "kube-prometheus-alertmanager", "kube-prometheus-operator",
        "kube-prometheus-thanos-discovery", "kube-prometheus-thanos-ruler", "grafana", "kube-state-metrics",
        "prometheus-node-exporter",
    ),
    "loki": (
        "loki", "loki-gateway", "loki-headless", "loki-memberlist", "loki-canary", "loki-read", "loki-write",
        "loki-backend", "loki-query-frontend", "loki-distributor", "loki-querier", "loki-chunks-cache",
        "loki-results-cache",
    ),
    "promtail": ("promtail", "promtail-metrics"),
}  # fmt: skip
"""Services by chart, after the release's name."""
_ADDRESS = re.compile(
    r"https?://(?P<host>[a-z0-9-]+)\.(?P<namespace>[a-z0-9-]+)(?:\.svc[\w.]*)?(?::\d+)?(?P<path>/.*)?\Z"
)


@check(severity="warning")
def wrong_address(program: Program) -> Iterator[Diagnostic]:
    """The address that Promtail pushes to, and those of the datasources."""
    stack = program.stack
    if stack.loki_push_url:
        yield from _host(program, "Promtail pushes to", stack.loki_push_url, stack.origin)
        if not stack.loki_push_url.split("?")[0].endswith(PUSH):
            yield Diagnostic(
                "wrong-address",
                f"Promtail pushes to {stack.loki_push_url}, where Loki takes no lines",
                stack.origin,
                severity="warning",
                why=f"Loki answers 404 everywhere but at {PUSH}, and Promtail drops the lines",
                fix=f"end it in {PUSH}",
            )
    for source in program.definitions.datasources:
        yield from _host(program, f"datasource {source.uid} asks", source.url, source.origin)


def _host(program: Program, what: str, url: str, at: Origin | None) -> Iterator[Diagnostic]:
    """One for a host in the stack's own namespace that none of its charts, and no service, is called."""
    stack, found = program.stack, _ADDRESS.match(url)
    charts = [chart.name for chart in stack.charts]
    if found is None or found["namespace"] != stack.namespace or not set(charts) <= _OF_CHARTS.keys():
        return
    names = {f"{stack.release}-{name}" for chart in charts for name in _OF_CHARTS[chart]}
    names |= {
        service.name for service in program.definitions.services if service.namespace == stack.namespace
    }
    names |= {"prometheus-operated", "alertmanager-operated"}
    if found["host"] in names or _renamed(program):
        return
    close = get_close_matches(found["host"], sorted(names), 1, 0.4)
    yield Diagnostic(
        "wrong-address",
        f"{what} {found['host']} in namespace {stack.namespace}, where release {stack.release} has no such service",
        at,
        severity="warning",
        fix=f"did you mean {close[0]}?" if close else "define it as a Service, or mend the name",
    )


def _renamed(program: Program) -> bool:
    """Whether an environment gives the charts' objects other names."""
    texts = [str(one.values) for one in program.definitions.environments]
    return any("nameOverride" in text or "fullnameOverride" in text for text in texts)
