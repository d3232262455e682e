"""Matchers with a regular expression, and what is needless in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from obs.lang.duration import quote
from obs.lang.promql.syntax import Matcher

if TYPE_CHECKING:
    from obs.graph.subject import Rule, Subject

_ESCAPED = re.compile(r"\\([^\w\s])")
_EMPTY_GROUPS = re.compile(r"\((?:\?:)?\)")
_UNESCAPED_SIGN = re.compile(r"[\\.+*?()\[\]{}^$|]")


def regex_matchers(subject: Subject) -> Iterator[tuple[Rule, Matcher]]:
    """Every `=~` and `!~` of all rules."""
    for rule, parts in subject.queried:
        if "~" not in rule.expr:
            continue
        for selector in parts.selectors:
            for matcher in selector.matchers:
                if matcher.op in {"=~", "!~"} and not matcher.dynamic and not matcher.templated:
                    yield rule, matcher


def source(matcher: Matcher) -> str:
    """The matcher as it is written: what is wrong with it is told once in a rule, however often it stands there."""
    return f"{matcher.label}{matcher.op}{matcher.value}"


def literal(pattern: str) -> str | None:
    """The one string that a pattern matches; None when it can match others."""
    pattern = _EMPTY_GROUPS.sub("", pattern)
    without = _ESCAPED.sub("", pattern)
    if _UNESCAPED_SIGN.search(without):
        return None
    return _ESCAPED.sub(r"\1", pattern)


def unanchored(pattern: str) -> str:
    """The pattern without the anchors that Prometheus adds itself."""
    inner = pattern.removeprefix("^")
    if inner.endswith("$") and not inner.endswith("\\$"):
        inner = inner[:-1]
    return inner


def written(label: str, op: str, value: str) -> str:
    """The matcher as text."""
    name = label if re.fullmatch("[a-zA-Z_][a-zA-Z0-9_]*", label) else quote(label)
    return f"{name}{op}{quote(value)}"


EQUALITY = {"=~": "=", "!~": "!="}
