"""A counter and a panel look for the same lines by different patterns, and one sees what the other does not.

The alert fires and the dashboard that it leads to is empty, or the other way round.

Flagged:
    from obs import Counter, Dashboard, Pipeline, cri, logs, match

    errors = Counter("errors_total", help="ERROR lines.", match_all=True)
    pipeline = Pipeline(cri(), match('{namespace=~".+"}', errors, pattern=" ERROR [0-9]+ --- "), honor_labels=True)
    dashboard = Dashboard(
        uid="errors",
        title="Errors",
        data=loki,
        rows=[[logs("Lines", '{namespace=~".+"} |~ " ERROR [0-9]+ --- .[a-z]+-[a-z0-9-]+. "')]],
    )

Instead:
    from obs import Counter, Dashboard, Pattern, Pipeline, cri, logs, match

    error = Pattern(" ERROR [0-9]+ --- ")
    errors = Counter("errors_total", help="ERROR lines.", match_all=True)
    pipeline = Pipeline(cri(), match('{namespace=~".+"}', errors, pattern=error), honor_labels=True)
    dashboard = Dashboard(
        uid="errors",
        title="Errors",
        data=loki,
        rows=[[logs("Lines", f'{{namespace=~".+"}} {error.line_filter}')]],
    )

Source: Spring Boot 2.7 to 3.5 and Reactor Netty, whose lines are sent through both.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.log_survival import COLOUR, LogPattern, log_patterns
from obs.graph.subject import Subject

_COLOUR = frozenset({COLOUR})
"""A pipeline takes colours off before Loki gets the line, so that a query needs not see them."""


@lint("warning")
def patterns_disagree(subject: Subject) -> Iterator[Finding]:
    """Counters of a pipeline against the queries of panels."""
    if not subject.log_stages:
        return
    patterns = tuple(log_patterns(subject))
    counters = [one for one in patterns if one.of_stage and one.title.startswith("counter ")]
    for counter in counters:
        for query in patterns:
            if query.of_stage or query.family != counter.family:
                continue
            only_counted = counter.seen - query.seen - _COLOUR
            only_shown = query.seen - counter.seen - _COLOUR
            if only_counted or only_shown:
                yield _finding(counter, query, only_counted, only_shown)


def _finding(
    counter: LogPattern, query: LogPattern, counted: frozenset[str], shown: frozenset[str]
) -> Finding:
    parts = [
        f"{what} {', '.join(sorted(names))}"
        for what, names in (("only the counter sees", counted), ("only the panel sees", shown))
        if names
    ]
    return Finding(
        f"{query.title} and {counter.title} disagree about the same lines",
        query.origin,
        why="; ".join(parts),
        fix="use one pattern for both",
        also=((counter.origin, counter.title),) if counter.origin is not None else (),
        object=query.title,
        evidence="likely",
        cause=f"{counter.title} {sorted(query.seen)}",
    )
