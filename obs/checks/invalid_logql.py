"""A LogQL query that Loki refuses, when it parses it or when it builds its stages.

The panel shows an error. Loki also refuses a selector whose every matcher can be empty, such as `{pod=~".*"}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import check
from obs.diagnostic import Diagnostic, Excerpt
from obs.graph.program import Program
from obs.lang import logql
from obs.lang.error import LanguageError, Unsupported


@check()
def invalid_logql(program: Program) -> Iterator[Diagnostic]:
    """Every panel over Loki."""
    for dashboard, panel, query in program.queries:
        if query.language != "logql":
            continue
        try:
            logql.check(query.text, grafana=True)
        except Unsupported:
            continue
        except LanguageError as error:
            yield Diagnostic(
                "invalid-logql",
                f"{dashboard.uid} / {panel.title or panel.key}: query {query.ref_id} is not LogQL that Loki "
                f"{program.stack.loki} accepts: {error.message}",
                query.origin or panel.origin,
                excerpt=Excerpt(query.text, error.start, error.end),
            )
