"""A query asks for a metric that exists only once something is switched on, which is off by default.

One finding for each switch, at the target that would bring the metric. Whether it is on, only the program that is scraped
knows: a metric whose whole name stands in `exposes` of a target is taken to be there.

Flagged:
    cart = Service("cart", namespace="cart", port=8080)
    actuator = Target("cart", service=cart, path="/actuator/prometheus", exposes=["http_server_requests_*"])
    board = Dashboard(uid="x", title="X", data=prometheus, rows=[[
        timeseries("p95", "histogram_quantile(0.95, sum by (le) (rate(http_server_requests_seconds_bucket[5m])))"),
    ]])

Instead:
    cart = Service("cart", namespace="cart", port=8080)
    exposed = ["http_server_requests_*", "http_server_requests_seconds_bucket"]  # its application.yaml switches it on
    actuator = Target("cart", service=cart, path="/actuator/prometheus", exposes=exposed)
    board = Dashboard(uid="x", title="X", data=prometheus, rows=[[
        timeseries("p95", "histogram_quantile(0.95, sum by (le) (rate(http_server_requests_seconds_bucket[5m])))"),
    ]])

The buckets of a Micrometer timer are there only for meters with a configured histogram; a target that is off is told by
switched-off-target instead.

Source: the exporters' own flags and defaults, as the catalogue lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import check
from obs.checks.readers import Readers, boards, texts
from obs.diagnostic import Diagnostic
from obs.graph.chart_values import is_set
from obs.graph.known import catalogue_of
from obs.graph.off_by_default import claimed, condition, setting
from obs.graph.program import Program
from obs.graph.queries import query_facts
from obs.graph.subject import of_program
from obs.model.service import Target

_SETTING = re.compile(r"([\w.-]+)=true\b")


@check(severity="warning")
def conditional_metric(program: Program) -> Iterator[Diagnostic]:
    """Silent where the values of an environment switch it on."""
    known = boards(program)
    missing: dict[tuple[str, str], tuple[Target, Readers]] = {}
    for reader, text, origin, grafana in texts(program):
        for metric in query_facts(program, text, grafana=grafana).metrics:
            found = catalogue_of(program).metric(metric)
            on = [target for target in program.targets_of(metric) if target.enabled]
            if len(found) == 1 and condition(found[0]) and on and not claimed(program, metric):
                entry = missing.setdefault((setting(found[0]), on[0].name), (on[0], Readers(known)))
                entry[1].add(reader, text, origin, metric)
    for (needed, _), (target, readers) in missing.items():
        switch = _SETTING.match(needed)
        if switch is None or not is_set(of_program(program), switch[1], True):
            yield _told(needed, target, readers)


def _told(needed: str, target: Target, readers: Readers) -> Diagnostic:
    metrics = ", ".join(readers.metrics)
    exist = "exists" if len(readers.metrics) == 1 else "exist"
    names = [name for name in readers.queries if name not in readers.boards]
    panels = readers.panels()
    whom = [*(["panels " + ", ".join(panels)] if panels else []), *names]
    return Diagnostic(
        "conditional-metric",
        f"{' and '.join(whom)} may be empty: {metrics} {exist} only with {needed}",
        target.origin,
        severity="warning",
        evidence="assumed",
        why="it is off by default, and nothing here says that it is on",
        fix=f"set it, then name {metrics} in exposes= of target {target.name}",
        also=tuple((place, "reads it") for place in readers.places if place != target.origin),
    )
