"""PromQL as the target Prometheus reads it: `check` gives a typed `Query` or a LanguageError at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.lang.promql.query import Query, Selector
    from obs.lang.promql.syntax import Matcher

__all__ = ["Matcher", "Query", "Selector", "check", "format"]


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


def format(
    expr: str,
    *,
    width: int = 100,
    version: tuple[int, int] = (2, 55),
    features: frozenset[str] = frozenset(),
    grafana: bool = False,
) -> str:
    """The expression in Prometheus's own layout: what is longer than `width` is broken at its operators.

    Numbers and durations stay as written. An expression with comments is returned as it is, less outer space.
    Raises LanguageError as `check` does.
    """
    from obs.lang.promql.query import format_expression

    return format_expression(expr, width=width, version=version, features=features, grafana=grafana)


def __getattr__(name: str) -> object:
    if name in {"Query", "Selector"}:
        from obs.lang.promql import query

        return getattr(query, name)
    if name == "Matcher":
        from obs.lang.promql import syntax

        return syntax.Matcher
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
