"""An alert on the increase of a counter that does not exist before its first event.

The series is born at 1. There is no earlier sample to grow from, so increase() is 0: the first event is not seen, and
with few events none ever is.

Flagged:
    from obs import Alert, Counter, Pipeline, cri, match

    errors = Counter("errors_total", help="Error lines.", match_all=True)
    pipeline = Pipeline(cri(), match('{namespace=~".+"}', errors, pattern=" ERROR "), honor_labels=True)
    alert = Alert(
        "Errors",
        expr=f"sum by (namespace) (increase({errors}[5m])) > 0",
        summary="Errors",
        description="Lines with ERROR.",
    )

Instead:
    from obs import Alert, Counter, Pipeline, cri, match, seen

    errors = Counter("errors_total", help="Error lines.", match_all=True)
    pipeline = Pipeline(cri(), match('{namespace=~".+"}', errors, pattern=" ERROR "), honor_labels=True)
    alert = Alert(
        "Errors",
        expr=seen(errors, within="5m", by=("namespace",)),
        summary="Errors",
        description="Lines with ERROR.",
    )

Flagged:
    - alert: Errors
      expr: increase(promtail_custom_errors_total[5m]) > 0

Instead:
    - alert: Errors
      expr: |
        increase(promtail_custom_errors_total[5m]) > 0
        or (promtail_custom_errors_total unless promtail_custom_errors_total offset 5m) > 0

Source: prometheus/prometheus#1673; Promtail 3.0 creates a series at its first hit.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import Parts, comparison, metric_of
from obs.graph.subject import Rule, Subject
from obs.lang.promql.syntax import Binary, Call, MatrixSelector, strip_parens
from obs.model.pipeline import PREFIX


@lint("warning", alone=True)
def first_increment_blind(subject: Subject) -> Iterator[Finding]:
    """Counters of the pipeline; in foreign rules those with Promtail's prefix."""
    own = {str(counter) for counter in subject.counters}
    for rule, parts in subject.queried:
        if rule.kind != "alert":
            continue
        for call in parts.calls:
            name = _counted(call)
            if name is None or not (name in own or name.startswith(PREFIX)):
                continue
            if _above_nothing(parts, call) and not _sees_births(parts, name):
                yield _finding(rule, call, name, known=name in own)


def _finding(rule: Rule, call: Call, name: str, *, known: bool) -> Finding:
    return Finding.in_rule(
        rule,
        f"{rule} does not see the first event: {name} is born at 1, and {call.function}() of that is 0",
        (call.start, call.end),
        fix=f"use seen({name}, ...), or add: or ({name} unless {name} offset 5m) > 0",
        evidence="certain" if known else "likely",
    )


def _counted(call: Call) -> str | None:
    if call.function not in {"increase", "rate"} or not call.args:
        return None
    ranged = strip_parens(call.args[0])
    return metric_of(ranged.selector) if isinstance(ranged, MatrixSelector) else None


def _above_nothing(parts: Parts, call: Call) -> bool:
    """Whether any increase at all is enough: `> 0`."""
    for outer in parts.above(call):
        if isinstance(outer, Binary):
            found = comparison(outer)
            return found is not None and found.op == ">" and found.threshold == 0
    return False


def _sees_births(parts: Parts, name: str) -> bool:
    """Whether another branch asks for series that were not there before."""
    return any(
        node.op == "unless" and {name} == {metric_of(one) for one in parts.within(node)}
        for node in parts.binaries
    )
