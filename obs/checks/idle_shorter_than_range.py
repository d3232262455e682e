"""A rule looks further back than Promtail keeps the counter.

After `max_idle_duration` without a hit the series is removed, and it starts anew at the next: the rule never sees the
increase between the two.

Flagged:
    errors = Counter("errors_total", help="Error lines.", match_all=True, idle="5m")
    pipeline = Pipeline(cri(), match('{namespace=~".+"}', errors, pattern=" ERROR "), honor_labels=True)
    often = Alert(
        "OftenErrors", expr=f"increase({errors}[1h]) > 3", summary="Errors", description="More than three in an hour."
    )

Instead:
    errors = Counter("errors_total", help="Error lines.", match_all=True, idle="24h")
    pipeline = Pipeline(cri(), match('{namespace=~".+"}', errors, pattern=" ERROR "), honor_labels=True)
    often = Alert(
        "OftenErrors", expr=f"increase({errors}[1h]) > 3", summary="Errors", description="More than three in an hour."
    )

Source: Promtail 3.0, metrics stage, `max_idle_duration` (5m where it is not given).
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import metric_of
from obs.graph.subject import Subject
from obs.lang import duration
from obs.lang.error import LanguageError
from obs.lang.promql.syntax import MatrixSelector


@lint("warning")
def idle_shorter_than_range(subject: Subject) -> Iterator[Finding]:
    """Counters of the pipeline at hand, and the ranges over them."""
    idle = {str(counter): (counter, _milliseconds(counter.idle)) for counter in subject.counters}
    for rule, parts in subject.queried if idle else ():
        for ranged in parts.ranges:
            if not isinstance(ranged, MatrixSelector):
                continue
            name = metric_of(ranged.selector) or ""
            counter, kept = idle.get(name, (None, None))
            span = ranged.range.milliseconds
            if counter is None or kept is None or span is None or span <= kept:
                continue
            yield Finding.in_rule(
                rule,
                f"{rule} looks back {duration.render(span)}, and Promtail forgets {name} after {counter.idle} without a hit",
                (ranged.start, ranged.end),
                fix=f'max_idle_duration of at least {duration.render(span)}: idle="24h"',
            )


def _milliseconds(text: str) -> int | None:
    try:
        return duration.parse(text)
    except LanguageError:
        return None
