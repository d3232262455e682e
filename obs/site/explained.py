"""A query of a panel in words."""

from __future__ import annotations

from obs.lang.error import LanguageError
from obs.model.query import Query


def explained(query: Query) -> str:
    """What it asks for; of one that is refused, why; nothing of a language that is not known here."""
    if not query.text.strip():
        return "Asks for nothing."
    try:
        if query.language == "promql":
            from obs.lang import promql
            from obs.lang.promql.explain import explain

            return explain(promql.check(query.text, grafana=True, version=(3, 9)).tree)
        if query.language == "logql":
            from obs.lang import logql
            from obs.lang.logql.explain import explain as explain_log

            return explain_log(logql.check(query.text, grafana=True))
    except LanguageError as error:
        return f"Refused: {error.message}"
    return ""
