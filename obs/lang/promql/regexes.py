"""Regular expressions of label matchers: anchored at both ends, in Go's syntax.

Source: Prometheus 2.55, labels.NewFastRegexMatcher: `a|b|c` without other signs is compared as strings, so it
may even hold bytes that are not UTF-8; all else must be valid for Go's regexp/syntax.
"""

from __future__ import annotations

import re

from obs.lang import re2

GoVersion = tuple[int, int]

_SIGNS = re.compile(r"[\\.+*?()\[\]{}^$]")
_PLAIN = re.compile(r"(?:[^\\.+*?()\[\]{}^$\ud800-\udfff]|\.[*+]?|\\[.])*")


def check(pattern: str, go: GoVersion) -> None:
    """Raises LanguageError with the place in the pattern when Go refuses it."""
    if not _PLAIN.fullmatch(pattern) and _SIGNS.search(pattern):
        re2.check(pattern, go)


def literals(pattern: str) -> tuple[str, ...] | None:
    """The strings that a pattern of mere alternatives matches; None for any other pattern."""
    return None if _SIGNS.search(pattern) else tuple(pattern.split("|"))


def matches(pattern: str, value: str) -> bool:
    """Whether a valid pattern matches the whole value."""
    alternatives = literals(pattern)
    if alternatives is not None:
        return value in alternatives
    if any("\ud800" <= char <= "\udfff" for char in value):
        return pattern in {".*", ".+"}
    return re2.compile(pattern).fullmatch(value) is not None


def matches_empty(pattern: str) -> bool:
    """Whether a valid pattern accepts a series without the label."""
    alternatives = literals(pattern)
    return "" in alternatives if alternatives is not None else re2.matches_empty(pattern)
