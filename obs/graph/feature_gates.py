"""Whether an expression is PromQL on some server, though not on the one at hand."""

from __future__ import annotations

from obs.lang import promql
from obs.lang.error import LanguageError
from obs.lang.promql.functions import (
    DURATION_ARITHMETIC,
    EXPERIMENTAL_FUNCTIONS,
    EXTENDED_RANGES,
    FILL_MODIFIERS,
    UTF8_NAMES,
)

_EVERYTHING = frozenset(
    {DURATION_ARITHMETIC, EXPERIMENTAL_FUNCTIONS, EXTENDED_RANGES, FILL_MODIFIERS, UTF8_NAMES}
)
_VERSIONS = ((3, 16), (2, 55))


def gated(expr: str, *, grafana: bool = False) -> bool:
    """True for what the newest server, or the last of major version 2, takes with every feature switched on."""
    for version in _VERSIONS:
        try:
            promql.check(expr, version=version, features=_EVERYTHING, grafana=grafana)
        except LanguageError:
            continue
        return True
    return False
