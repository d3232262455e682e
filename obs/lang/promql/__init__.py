"""PromQL as the target Prometheus reads it: `check` gives a typed `Query`, or a `LanguageError` at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.lang.promql.query import Matcher, Query, Selector

__all__ = ["Matcher", "Query", "Selector", "check"]


def check(
    expr: str,
    *,
    version: tuple[int, int] = (2, 55),
    features: frozenset[str] = frozenset(),
    grafana: bool = False,
) -> Query:
    """Parses and type-checks an expression the way Prometheus `version` does.

    `features` holds the server's `--enable-feature` names (`promql-experimental-functions` ...). With
    `grafana`, variables may stand where Grafana fills them in. Raises LanguageError with the exact span.
    """
    from obs.lang.promql.query import check as checked

    return checked(expr, version=version, features=features, grafana=grafana)


def __getattr__(name: str) -> object:
    if name in {"Matcher", "Query", "Selector"}:
        from obs.lang.promql import query

        return getattr(query, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
