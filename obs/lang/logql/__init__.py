"""LogQL as Loki 3.4 understands it: parsing, checking, printing, and where each label comes from.

    query = check('sum by (pod) (count_over_time({app="api"} |= "error" [5m]))')
    query.kind            # "metric"
    query.canonical       # Loki's own print
    query.labels_out()    # the labels of the result
    query.reads()         # which labels it reads, and whether they can exist there

Everything is loaded at the first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.lang.logql.error import ParseError, StageError
    from obs.lang.logql.query import Query, check, parse

__all__ = ["ParseError", "Query", "StageError", "check", "parse"]


def __getattr__(name: str) -> object:
    if name in {"Query", "check", "parse"}:
        from obs.lang.logql import query

        return getattr(query, name)
    if name in {"ParseError", "StageError"}:
        from obs.lang.logql import error

        return getattr(error, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
