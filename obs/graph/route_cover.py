"""Whether one set of matchers lets through everything that another lets through."""

from __future__ import annotations

import re
from collections.abc import Iterable

from obs.lang.matchers import Matcher

_PLAIN = re.compile(r"[\w\- :/@]*\Z")


def covers(wide: Iterable[Matcher], narrow: Iterable[Matcher]) -> bool:
    """Whether every alert that fulfils `narrow` fulfils `wide` too; False where that cannot be told."""
    inner = tuple(narrow)
    return all(any(_implies(one, outer) for one in inner) for outer in wide if _asks(outer))


def _asks(matcher: Matcher) -> bool:
    """Whether it ever keeps an alert out."""
    return not (matcher.operator == "=~" and matcher.value == ".*")


def _implies(inner: Matcher, outer: Matcher) -> bool:
    if inner.name != outer.name:
        return False
    if (inner.operator, inner.value) == (outer.operator, outer.value):
        return True
    values = literals(inner)
    return values is not None and all(outer.matches({outer.name: value}) for value in values)


def literals(matcher: Matcher) -> tuple[str, ...] | None:
    """The only values that fulfil a matcher, where it lists them: `=` and alternatives without patterns."""
    if matcher.operator == "=":
        return (matcher.value,)
    if matcher.operator == "=~":
        parts = matcher.value.removeprefix("^").removesuffix("$")
        if parts.startswith("(") and parts.endswith(")"):
            parts = parts[1:-1].removeprefix("?:")
        found = tuple(parts.split("|"))
        if all(_PLAIN.match(one) for one in found):
            return found
    return None
