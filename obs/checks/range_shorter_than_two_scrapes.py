"""A range that is too short to hold two samples.

rate() and its kin need two; with fewer they return nothing, and the alert comes and goes with the luck of the timing.

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

Source: Prometheus 2.55, `rate()`; pint's promql/rate knows the server's interval only, not the target's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import metric_of
from obs.graph.scrape_interval import sample_interval
from obs.graph.subject import Subject
from obs.lang.duration import render
from obs.lang.promql.syntax import Call, MatrixSelector

_NEED_TWO = frozenset({"rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear"})


@lint("warning")
def range_shorter_than_two_scrapes(subject: Subject) -> Iterator[Finding]:
    """Against the interval of the target that exposes the metric; silent where no interval is declared."""
    for rule, parts in subject.expressions:
        for node in parts.ranges:
            outer = parts.parent(node)
            if not isinstance(node, MatrixSelector) or not isinstance(outer, Call):
                continue
            found = sample_interval(subject, metric_of(node.selector))
            length = node.range.milliseconds
            if (
                outer.function in _NEED_TWO
                and found is not None
                and length is not None
                and length < 2 * found[0]
            ):
                yield Finding.in_rule(
                    rule,
                    f"{rule}: {outer.function}() over {node.range.text or render(length)} often sees fewer than "
                    "two samples, and returns nothing",
                    (node.range.start, node.range.end),
                    why=f"{found[1]} every {render(found[0])}",
                    fix=f"use a range of at least {render(4 * found[0])}: a scrape may be missed",
                )
