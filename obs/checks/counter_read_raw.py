"""An alert or a panel reads a counter as if it were a gauge.

A counter only tells how much has happened since its process started: the alert fires sooner or later, stays on until
a restart, and says nothing of what happens now.

Flagged:
    - alert: Errors
      expr: errors_total > 10

Instead:
    - alert: Errors
      expr: increase(errors_total[1h]) > 10

Records count: what stores the sum of a counter is one too.

Flagged:
    groups:
      - name: shop
        rules:
          - record: job:errors:sum
            expr: sum by (job) (errors_total)
          - alert: Errors
            expr: job:errors:sum > 10

Instead:
    groups:
      - name: shop
        rules:
          - record: job:errors:increase1h
            expr: sum by (job) (increase(errors_total[1h]))
          - alert: Errors
            expr: job:errors:increase1h > 10

A panel that draws a counter draws a line that only rises, and falls to zero when a process restarts. One that shows
a single number of it is told as information only: the total since the start may be meant.

Flagged:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum by (job) (errors_total{job="shop"})'}]

Instead:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum by (job) (rate(errors_total{job="shop"}[$__rate_interval]))'}]

The difference of two counters is what is on the way between them, and `> 0 and` only asks whether it ever happened.

Flagged:
    - alert: ManySent
      expr: queue_sent_total > 1000

Instead:
    - alert: ManyWaiting
      expr: queue_sent_total - queue_received_total > 1000
    - alert: NothingReceivedAnyMore
      expr: queue_received_total > 0 and rate(queue_received_total[5m]) == 0

Source: Prometheus, metric types; pint's promql/counter asks a server for the type.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import INSTANT_PANELS, PanelQuery
from obs.graph.parts import Parts, number
from obs.graph.subject import Subject
from obs.lang.promql.syntax import Binary, Call, Paren, strip_parens


@lint("warning", alone=True)
def counter_read_raw(subject: Subject) -> Iterator[Finding]:
    """In alerts and panels; what a record stores is judged where one of them reads it."""
    for found in subject.type_misuses:
        rule, misuse = found.rule, found.misuse
        if misuse.kind != "counter-read-raw" or rule.kind == "record" or rule.parts is None:
            continue
        if not _is_compared_with_itself(rule.parts, misuse.metric, misuse.start):
            yield Finding.in_rule(
                rule,
                f"{rule}: {misuse.problem}",
                (misuse.start, misuse.end),
                fix=misuse.fix,
                evidence=found.evidence,
                severity="info" if isinstance(rule, PanelQuery) and _is_number(rule) else None,
            )


def _is_number(query: PanelQuery) -> bool:
    return query.instant or query.panel.type in INSTANT_PANELS


def _is_compared_with_itself(parts: Parts, metric: str | None, start: int) -> bool:
    """`x - x offset 1h`, `x unless x offset 1h`, `0 * x`: the value itself is not what counts.

    Nor is it in `sent - received`, which is what is on the way, and in `x > 0 and ...`, which only asks if it ever was.
    """
    selector = next(node for node in parts.selectors if node.start == start)
    compared = False
    for outer in parts.above(selector):
        if isinstance(outer, Binary):
            other = outer.right if start < outer.op_start else outer.left
            if outer.op == "*" and number(other) == 0:
                return True
            if outer.op == "-" and parts.within(other):
                return True
            if outer.op in {"and", "unless"} and compared:
                return True
            compared = compared or (outer.op in {">", "==", "!="} and number(other) == 0)
            if outer.op == "and" and outer.matching is not None and outer.right.end > start > outer.op_start:
                return True
            if isinstance(strip_parens(other), Call):
                continue  # absent(x) and the like do not compare the value
            names = {one.name for one in parts.within(other)}
            if outer.op == "-" and any((name or "").endswith("_total") for name in names):
                return True  # received minus done: what is waiting
            if metric in names and outer.op in {"-", "unless", ">", "<", "==", "!=", "/"}:
                return True
        elif not isinstance(outer, Paren):
            continue
    return False
