"""A PromQL expression that the stack's Prometheus refuses.

A rule file with one such expression is refused whole, and no rule of it runs; a panel shows an error.

Flagged:
    - alert: Errors
      expr: sum by (job (rate(errors_total[5m])) > 1

Instead:
    - alert: Errors
      expr: sum by (job) (rate(errors_total[5m])) > 1

Source: Prometheus 2.55, its parser; rule files are checked when they are loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from obs.checks.base import Finding, also_of_files, check, found_by
from obs.diagnostic import Diagnostic, Excerpt
from obs.graph.panel_query import other_language
from obs.graph.program import Program
from obs.graph.queries import query_facts
from obs.graph.subject import Subject
from obs.lang.error import LanguageError, Unsupported
from obs.origin import Origin


@check()
def invalid_promql(program: Program) -> Iterator[Diagnostic]:
    """Every rule and every panel, as the declared version of Prometheus reads them."""
    version = program.stack.prometheus.version
    for rule in program.rules:
        error = query_facts(program, rule.expr).error
        if error is not None:
            excerpt = Excerpt(rule.expr, error.start, error.end)
            yield found_by(invalid_promql, _finding(error, f"{rule}: expr", rule.origin, excerpt, version))
    for dashboard, panel, query in program.queries:
        read = query.language == "promql" and not other_language(query)
        error = query_facts(program, query.text, grafana=True).error if read else None
        if error is not None:
            what = f"{dashboard.uid} / {panel.title or panel.key}: query {query.ref_id}"
            excerpt = Excerpt(query.text, error.start, error.end)
            found = _finding(error, what, query.origin or panel.origin, excerpt, version)
            yield found_by(invalid_promql, found)


@also_of_files(invalid_promql, alone=True)
def in_files(subject: Subject) -> Iterator[Finding]:
    """The same of files; a Prometheus of no declared version is taken for 2.55.

    What another release, or a flag, would take is told by experimental-function-without-flag.
    """
    from obs.graph.feature_gates import gated
    from obs.lang import promql

    server = subject.server
    unknown = server is None or server.version is None
    version = (server.version if server is not None else None) or (2, 55)
    features = server.features if server is not None else frozenset[str]()
    for rule in subject.rules:
        if rule.error is not None and not gated(rule.expr):
            excerpt = rule.excerpt(rule.error.start, rule.error.end)
            read_by = ".".join(map(str, rule.version))
            found = _finding(rule.error, f"{rule}: expr", rule.origin, excerpt, read_by)
            yield replace(found, object=f"{rule.kind} {rule}")
    for dashboard, panel, query in subject.panel_queries:
        if query.language != "promql" or not query.text.strip() or other_language(query):
            continue
        try:
            promql.check(query.text, version=version, features=features, grafana=True)
        except LanguageError as error:
            if unknown and gated(query.text, grafana=True):
                continue
            what = f"{dashboard.uid} / {panel.title or panel.key}"
            excerpt = Excerpt(query.text, error.start, error.end, query.place)
            at = query.origin or panel.origin
            found = _finding(error, f"{what}: query {query.ref_id}", at, excerpt, ".".join(map(str, version)))
            yield replace(found, object=f"dashboard {what}")


def _finding(error: LanguageError, what: str, at: Origin | None, excerpt: Excerpt, version: str) -> Finding:
    found = Finding(
        f"{what} is not PromQL that Prometheus {version} accepts: {error.message}", at, excerpt=excerpt
    )
    return replace(found, severity="info", evidence="assumed") if isinstance(error, Unsupported) else found
