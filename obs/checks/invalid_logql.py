"""A LogQL query that Loki refuses, when it parses it or when it builds its stages.

The panel shows an error. Loki also refuses a selector whose every matcher can be empty, such as `{pod=~".*"}`.

Flagged:
    panels:
      - type: logs
        title: Lines
        datasource: {type: loki, uid: loki}
        targets:
          - {refId: A, datasource: {type: loki, uid: loki}, expr: '{pod=~".*"} |= "ERROR"'}

Instead:
    panels:
      - type: logs
        title: Lines
        datasource: {type: loki, uid: loki}
        targets:
          - {refId: A, datasource: {type: loki, uid: loki}, expr: '{pod=~".+"} |= "ERROR"'}

Source: Loki 3.4, LogQL: at least one matcher of a selector must not match the empty text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from obs.checks.base import Finding, also_of_files, check, found_by
from obs.diagnostic import Diagnostic, Excerpt
from obs.graph.panel_query import other_language
from obs.graph.program import Program
from obs.graph.subject import Subject
from obs.lang import logql
from obs.lang.error import LanguageError, Unsupported
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel
from obs.model.query import Query


@check()
def invalid_logql(program: Program) -> Iterator[Diagnostic]:
    """Every panel over Loki."""
    for dashboard, panel, query in program.queries:
        for found in _of_panel(dashboard, panel, query, f"Loki {program.stack.loki}"):
            yield found_by(invalid_logql, found)


@also_of_files(invalid_logql)
def in_files(subject: Subject) -> Iterator[Finding]:
    """Every panel over Loki, and every rule of its ruler."""
    for dashboard, panel, query in subject.panel_queries:
        if query.text.strip():
            for found in _of_panel(dashboard, panel, query, "Loki"):
                yield replace(found, object=f"dashboard {dashboard.uid} / {panel.title or panel.key}")
    for rule in subject.log_rules:
        error = _error(rule.expr, grafana=False)
        if error is not None:
            yield Finding(
                f"{rule}: expr is not LogQL that Loki accepts: {error.message}",
                rule.origin,
                excerpt=rule.excerpt(error.start, error.end),
                object=f"{rule.kind} {rule}",
            )


def _of_panel(dashboard: Dashboard, panel: Panel, query: Query, loki: str) -> Iterator[Finding]:
    error = (
        _error(query.text, grafana=True) if query.language == "logql" and not other_language(query) else None
    )
    if error is not None:
        what = f"{dashboard.uid} / {panel.title or panel.key}: query {query.ref_id}"
        yield Finding(
            f"{what} is not LogQL that {loki} accepts: {error.message}",
            query.origin or panel.origin,
            excerpt=Excerpt(query.text, error.start, error.end, query.place),
        )


def _error(text: str, *, grafana: bool) -> LanguageError | None:
    try:
        logql.check(text, grafana=grafana)
    except Unsupported:
        return None
    except LanguageError as error:
        return error
    return None
