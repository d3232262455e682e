"""A PromQL expression that the stack's Prometheus refuses.

A rule file with one such expression is refused whole, and no rule of it runs; a panel shows an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from obs.checks.base import check
from obs.diagnostic import Diagnostic, Excerpt
from obs.graph.program import Program
from obs.graph.queries import query_facts
from obs.lang.error import Unsupported
from obs.origin import Origin


@check()
def invalid_promql(program: Program) -> Iterator[Diagnostic]:
    """Every rule and every panel, as the declared version of Prometheus reads them."""
    for rule in program.rules:
        yield from _problem(program, rule.expr, f"{rule}: expr", rule.origin, grafana=False)
    for dashboard, panel, query in program.queries:
        if query.language == "promql":
            what = f"{dashboard.uid} / {panel.title or panel.key}: query {query.ref_id}"
            yield from _problem(program, query.text, what, query.origin or panel.origin, grafana=True)


def _problem(
    program: Program, text: str, what: str, at: Origin | None, *, grafana: bool
) -> Iterator[Diagnostic]:
    error = query_facts(program, text, grafana=grafana).error
    if error is None:
        return
    version = program.stack.prometheus.version
    found = Diagnostic(
        "invalid-promql",
        f"{what} is not PromQL that Prometheus {version} accepts: {error.message}",
        at,
        excerpt=Excerpt(text, error.start, error.end),
    )
    yield replace(found, severity="info", evidence="assumed") if isinstance(error, Unsupported) else found
