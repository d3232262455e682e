"""A range that is too short to hold two samples.

rate() and its kin need two; with fewer they return nothing, and the alert comes and goes with the luck of the timing.
In a panel, fewer than four scrapes are told as `info`: one missed scrape leaves a gap.

Flagged:
    from obs import Alert

    alert = Alert(
        "Errors", expr="rate(errors_total[30s]) > 1", for_="5m", summary="Errors", description="Many errors."
    )

Instead:
    from obs import Alert

    alert = Alert(
        "Errors", expr="rate(errors_total[2m]) > 1", for_="5m", summary="Errors", description="Many errors."
    )

Flagged:
    global: {scrape_interval: 15s}
    scrape_configs:
      - job_name: batch
        scrape_interval: 2m
    ---
    groups:
      - name: batch
        rules:
          - alert: BatchFails
            expr: rate(batch_failures_total{job="batch"}[2m]) > 0
            for: 5m

Instead:
    global: {scrape_interval: 15s}
    scrape_configs:
      - job_name: batch
        scrape_interval: 2m
    ---
    groups:
      - name: batch
        rules:
          - alert: BatchFails
            expr: rate(batch_failures_total{job="batch"}[10m]) > 0
            for: 5m

Flagged:
    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: {name: node-exporter, namespace: monitoring}
    spec:
      selector: {matchLabels: {app: node-exporter}}
      endpoints: [{port: http, interval: 1m}]
    ---
    groups:
      - name: nodes
        rules:
          - alert: NetworkErrors
            expr: rate(node_network_receive_errs_total[1m]) > 1
            for: 5m

Instead:
    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: {name: node-exporter, namespace: monitoring}
    spec:
      selector: {matchLabels: {app: node-exporter}}
      endpoints: [{port: http, interval: 1m}]
    ---
    groups:
      - name: nodes
        rules:
          - alert: NetworkErrors
            expr: rate(node_network_receive_errs_total[5m]) > 1
            for: 5m

Flagged:
    - alert: Restarts
      expr: delta(sum(kube_pod_container_status_restarts_total)[5m:5m]) > 1

Instead:
    - alert: Restarts
      expr: delta(sum(kube_pod_container_status_restarts_total)[5m:1m]) > 1

Source: Prometheus 2.55, `rate()`; 3.0, migration guide: range selectors are left-open; pint's promql/rate knows the server's interval only, not the target's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import PanelQuery
from obs.graph.scrape_interval import Intervals
from obs.graph.subject import Rule, Subject
from obs.lang.duration import render
from obs.lang.promql.syntax import Call, MatrixSelector, Subquery


def _too_few_steps(rule: Rule | PanelQuery, node: Subquery, function: str) -> Iterator[Finding]:
    length, step = node.range.milliseconds, node.step.milliseconds if node.step is not None else None
    if length is not None and step and length < 2 * step:
        assert node.step is not None
        yield Finding.in_rule(
            rule,
            f"{rule}: {function}() over a subquery of {node.range.text} with a step of {node.step.text} sees one value, "
            "and returns nothing",
            (node.range.start, node.step.end),
            why="Prometheus 3 leaves the start of a range out; before, it depended on the moment",
            fix=f"a step of at most {render(length // 2)}",
        )


_NEED_TWO = frozenset({"rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear"})


@lint("warning", alone=True)
def range_shorter_than_two_scrapes(subject: Subject) -> Iterator[Finding]:
    """Against the interval of the target that exposes the metric; silent where no interval is declared."""
    intervals = Intervals(subject)
    for rule, parts in subject.expressions:
        for node in parts.ranges:
            outer = parts.parent(node)
            if isinstance(node, Subquery) and isinstance(outer, Call) and outer.function in _NEED_TWO:
                yield from _too_few_steps(rule, node, outer.function)
            if not isinstance(node, MatrixSelector) or not isinstance(outer, Call):
                continue
            length = node.range.milliseconds
            if outer.function not in _NEED_TWO or length is None:
                continue
            found = intervals.of(node.selector)
            if found is None:
                continue
            if length < 2 * found[0]:
                yield Finding.in_rule(
                    rule,
                    f"{rule}: {outer.function}() over {node.range.text or render(length)} often sees fewer than "
                    "two samples, and returns nothing",
                    (node.range.start, node.range.end),
                    why=f"{found[1]} every {render(found[0])}",
                    fix=f"use a range of at least {render(4 * found[0])}: a scrape may be missed",
                )
            elif length < 4 * found[0] and isinstance(rule, PanelQuery):
                yield Finding.in_rule(
                    rule,
                    f"{rule}: {outer.function}() over {node.range.text or render(length)} has a gap after a missed scrape",
                    (node.range.start, node.range.end),
                    why=f"{found[1]} every {render(found[0])}",
                    fix=f"[$__rate_interval] is never shorter than four scrapes, here {render(4 * found[0])}",
                    severity="info",
                )
