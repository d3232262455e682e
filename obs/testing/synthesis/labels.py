"""Labels that the selectors of an expression hold for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from obs.lang import re2
from obs.lang.promql.syntax import Aggregate, Binary, Expr, Matcher, walk
from obs.testing.synthesis.series import CannotDeriveError, Wanted


def needed_labels(tree: Expr) -> tuple[str, ...]:
    """The labels by which an expression groups and joins."""
    found: dict[str, None] = {}
    for node in walk(tree):
        if isinstance(node, Aggregate) and not node.without:
            found.update(dict.fromkeys(label.name for label in node.grouping))
        if isinstance(node, Binary) and node.matching is not None:
            matching = node.matching
            listed = (*(matching.labels if matching.on else ()), *matching.include)
            found.update(dict.fromkeys(label.name for label in listed))
    return tuple(found)


def labels_of(one: Wanted, needed: Sequence[str], others: Sequence[Wanted]) -> dict[str, str]:
    """Labels that its matchers hold for; `others` are wanted too, and narrower ones must not take them for theirs."""
    from obs import catalogue

    known = catalogue.labels(one.metric)
    has = known.guaranteed | known.possible if known is not None and not known.open else None
    found = {name: _value_of(name) for name in needed if (has is None or name in has) and name != "le"}
    for label in dict.fromkeys(matcher.label for matcher in one.matchers):
        value = _fitting(label, [m for m in one.matchers if m.label == label], found.get(label))
        if value:
            found[label] = value
        else:
            found.pop(label, None)
    for other in others:
        if other.metric == one.metric and len(other.matchers) > len(one.matchers):
            found.update(_apart(one, other, found))
    return found


def _value_of(label: str) -> str:
    from obs.testing.synthesis.examples import EXAMPLES

    return EXAMPLES.get(label, f"{label}-1")


def _holds(matcher: Matcher, value: str) -> bool:
    if matcher.op in ("=", "!="):
        return (value == matcher.value) == (matcher.op == "=")
    return (re2.compile(matcher.value).fullmatch(value) is not None) == (matcher.op == "=~")


def _fitting(label: str, matchers: Sequence[Matcher], given: str | None) -> str:
    """A value that fulfils all matchers of a label; empty when the label is to be missing."""
    from obs.testing.synthesis.examples import examples

    candidates = [m.value for m in matchers if m.op == "="]
    candidates += [given] if given else []
    for matcher in matchers:
        if matcher.op == "=~":
            candidates += examples(matcher.value)
    candidates += [_value_of(label), "other", ""]
    for text in candidates:
        if all(_holds(matcher, text) for matcher in matchers):
            return text
    raise CannotDeriveError(f"no value found for {' '.join(f'{m.label}{m.op}{m.value!r}' for m in matchers)}")


def _apart(one: Wanted, narrow: Wanted, found: Mapping[str, str]) -> dict[str, str]:
    """Labels that put a series outside of a narrower selector of the same metric; none if they exclude each other."""
    own = {m.label: m for m in one.matchers}
    if all(_holds(matcher, found.get(matcher.label, "")) for matcher in narrow.matchers):
        for matcher in narrow.matchers:
            if matcher.label in own:
                continue
            values = [text for text in ("other", "") if not _holds(matcher, text)]
            if values:
                return {matcher.label: values[0]}
    return {}
