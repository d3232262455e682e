"""A label filter asks for a value that the expression which captures the label can never give.

The query finds nothing, whatever is logged; where it is one of several, a part of the panel stays empty.

Flagged:
    - alert: Failures
      expr: 'sum(count_over_time({app="shop"} | regexp "HTTP (?P<status>\\\\d{3})" | status=~"5xx" [5m])) > 0'

Instead:
    - alert: Failures
      expr: 'sum(count_over_time({app="shop"} | regexp "HTTP (?P<status>\\\\d{3})" | status=~"5.." [5m])) > 0'

Source: Loki 3.4, LogQL, label filter expressions: regular expressions match the whole value.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.log_queries import log_queries, pipelines
from obs.graph.subject import Subject
from obs.lang import re2
from obs.lang.error import LanguageError
from obs.lang.logql.syntax import (
    Filter,
    Json,
    LabelFilter,
    LabelFormat,
    Logfmt,
    LogicalFilter,
    Regexp,
    StringFilter,
    Unpack,
)


@lint("warning")
def label_filter_never_true(subject: Subject) -> Iterator[Finding]:
    """Positive filters by plain values, after `| regexp`; silent where another stage may set the label too."""
    for owner, query in log_queries(subject):
        for pipeline, _around in pipelines(query):
            captured: dict[str, str] = {}
            for stage in pipeline.stages:
                if isinstance(stage, (Json, Logfmt, Unpack, LabelFormat)):
                    break
                if isinstance(stage, Regexp):
                    captured |= _groups(stage.pattern)
                for one in _strings(stage.condition) if isinstance(stage, Filter) else ():
                    group = captured.get(one.label)
                    if group is not None and _never(one, group):
                        yield Finding.in_rule(
                            owner,
                            f"{owner} finds nothing: {one.label} is never {one.value!r}",
                            (one.start, one.end),
                            why=f"it is captured by {group}",
                            fix="ask for a value of that form",
                        )


def _strings(condition: LabelFilter) -> Iterator[StringFilter]:
    if isinstance(condition, LogicalFilter):
        yield from _strings(condition.left)
        yield from _strings(condition.right)
    elif isinstance(condition, StringFilter) and condition.op in ("=", "=~"):
        yield condition


def _never(filtered: StringFilter, group: str) -> bool:
    values = [filtered.value]
    try:
        if filtered.op == "=~":
            literals = [re2.literal(part) for part in filtered.value.split("|")]
            if any(text is None for text in literals):
                return False
            values = [text for text in literals if text is not None]
        regex = re2.compile(group)
        return bool(values) and all(
            "$" not in value and value and regex.fullmatch(value) is None for value in values
        )
    except LanguageError:
        return False


def _groups(pattern: str) -> dict[str, str]:
    """What each named group matches, as the pattern writes it; nothing for one with flags."""
    if "(?i" in pattern or "(?s" in pattern:
        return {}
    found: dict[str, str] = {}
    open_groups: list[tuple[str, int]] = []
    index, in_class = 0, False
    while index < len(pattern):
        char = pattern[index]
        if char == "\\":
            index += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char == "(":
            start = pattern.find(">", index) + 1 if pattern.startswith(("(?P<", "(?<"), index) else 0
            name = pattern[index:start].strip("(?P<>") if start else ""
            open_groups.append((name, start))
        elif char == ")" and open_groups:
            name, start = open_groups.pop()
            if name:
                found[name] = pattern[start:index]
        index += 1
    return found
