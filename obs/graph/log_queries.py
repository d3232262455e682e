"""Every LogQL query: of panels, and of the rules of a Loki ruler."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from obs.lang.error import LanguageError

if TYPE_CHECKING:
    from obs.graph.panel_query import PanelQuery
    from obs.graph.subject import Rule, Subject
    from obs.lang import logql
    from obs.lang.logql.syntax import LogExpr, LogRange, Pipeline


def log_queries(subject: Subject) -> Iterator[tuple[Rule | PanelQuery, logql.Query]]:
    """Those that Loki accepts, each with whose it is."""
    for query in subject.asked:
        if query.log_query is not None:
            yield query, query.log_query
    if not subject.log_rules:
        return
    from obs.lang import logql

    for rule in subject.log_rules:
        try:
            yield rule, logql.check(rule.expr)
        except LanguageError:
            continue


def pipelines(query: logql.Query) -> Iterator[tuple[Pipeline, LogRange | None]]:
    """Every selector with stages, and the range around it in a metric query."""
    from obs.lang.logql.query import sources
    from obs.lang.logql.syntax import LogRange, Pipeline, Selector

    for source in sources(query.expr):
        log: LogExpr = source.log if isinstance(source, LogRange) else source
        if isinstance(log, Pipeline):
            yield log, source if isinstance(source, LogRange) else None
        else:
            assert isinstance(log, Selector)
            yield Pipeline(log.start, log.end, log, ()), source if isinstance(source, LogRange) else None
