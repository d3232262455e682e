"""A panel or rule reads a metric whose only targets are switched off.

It shows nothing, and an alert over it can never fire, until somebody switches the target on.

Flagged:
    shop = Target("shop", provided_by="charts/shop", exposes=["shop_*"], enabled=False, switch_on="metrics: true")
    orders = RecordingRule("job:shop_orders:rate5m", expr="sum by (job) (rate(shop_orders_total[5m]))")

Instead:
    shop = Target("shop", provided_by="charts/shop", exposes=["shop_*"])
    orders = RecordingRule("job:shop_orders:rate5m", expr="sum by (job) (rate(shop_orders_total[5m]))")

Source: Prometheus operator, ServiceMonitor: without one, nothing of a service is scraped.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program
from obs.graph.queries import query_facts
from obs.model.service import Target
from obs.origin import Origin


@check()
def switched_off_target(program: Program) -> Iterator[Diagnostic]:
    """One finding for a dashboard or rule and a target, however many queries share them."""
    readers: dict[tuple[str, str], tuple[Target, Origin | None, list[str]]] = {}
    for reader, text, origin, grafana in _texts(program):
        for metric in query_facts(program, text, grafana=grafana).metrics:
            targets = program.targets_of(metric)
            if targets and not any(target.enabled for target in targets):
                entry = readers.setdefault((reader, targets[0].name), (targets[0], origin, []))
                if metric not in entry[2]:
                    entry[2].append(metric)
    for (reader, _), (target, origin, metrics) in readers.items():
        yield Diagnostic(
            "switched-off-target",
            f"{reader} shows nothing: target {target.name} is switched off, and only it has "
            f"{', '.join(sorted(metrics))}",
            origin,
            severity="warning",
            fix=target.switch_on,
            also=((target.origin, "switched off here"),),
        )


def _texts(program: Program) -> Iterator[tuple[str, str, Origin | None, bool]]:
    for rule in program.rules:
        yield str(rule), rule.expr, rule.origin, False
    for dashboard, _panel, query in program.queries:
        if query.language == "promql":
            yield f"dashboard {dashboard.uid}", query.text, dashboard.origin, True
