"""Changes to rules: thresholds, comparisons, matchers, groupings, `for`, windows, branches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from obs.lang import duration, promql, re2
from obs.lang.error import LanguageError
from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Expr,
    MatrixSelector,
    NumberLiteral,
    VectorSelector,
    strip_parens,
    walk,
)
from obs.testing.alternatives import alternations
from obs.testing.coverage.places import Places
from obs.testing.mutation.mutant import Mutant, shown
from obs.testing.scenario.platform import Platform
from obs.testing.synthesis.conditions import COMPARISONS
from obs.testing.synthesis.series import number

Edit = tuple[str, str, str, str]
"""Kind, what stood there, what stands there now, and the whole expression."""

OPERATORS = {
    ">": (">=", "<"),
    "<": ("<=", ">"),
    ">=": (">", "<"),
    "<=": ("<", ">"),
    "==": ("!=",),
    "!=": ("==",),
}
MATCHERS = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}


def mutants(platform: Platform, places: Places) -> Iterator[Mutant]:
    """Every change to every rule."""
    for group, rule in platform.rules():
        name = str(rule.get("alert") or rule.get("record"))
        for kind, before, after, changed in _changes(rule):
            yield Mutant(
                kind,
                "rules",
                name,
                before,
                after,
                places.rule(name, before if len(before) > 3 else ""),
                _with(platform, group, rule, changed),
            )


def _with(platform: Platform, group: str, old: Mapping[str, object], new: Mapping[str, object]) -> Platform:
    groups = tuple(
        {**one, "rules": [new if rule is old else rule for rule in one["rules"]]}  # type: ignore[attr-defined]
        if one["name"] == group
        else one
        for one in platform.groups
    )
    return replace(platform, groups=groups)


def _changes(rule: Mapping[str, object]) -> Iterator[tuple[str, str, str, Mapping[str, object]]]:
    text = str(rule["expr"])
    try:
        tree = promql.check(text).tree
    except LanguageError:
        return
    for kind, before, after, changed in _edits(tree, text):
        try:
            if promql.check(changed).tree == tree:
                continue  # it says the same
        except LanguageError:
            continue
        yield kind, before, after, {**rule, "expr": changed}
    if rule.get("for"):
        asked = str(rule["for"])
        double = duration.render(2 * duration.parse(asked))
        yield "for", f"for: {asked}", f"for: {double}", {**rule, "for": double}
        yield "for", f"for: {asked}", "no for", _without(rule, "for")
    if rule.get("keep_firing_for"):
        asked = f"keep_firing_for: {rule['keep_firing_for']}"
        yield "keep_firing_for", asked, "nothing", _without(rule, "keep_firing_for")


def _without(rule: Mapping[str, object], key: str) -> Mapping[str, object]:
    return {name: value for name, value in rule.items() if name != key}


def _edits(tree: Expr, text: str) -> Iterator[Edit]:
    for node in walk(tree):
        if isinstance(node, Binary):
            yield from _binary(node, text)
        elif isinstance(node, VectorSelector):
            yield from _matchers(node, text)
        elif isinstance(node, Aggregate):
            yield from _grouping(node, text)
        elif isinstance(node, MatrixSelector) and node.range.milliseconds:
            wide = duration.render(2 * node.range.milliseconds)
            yield _edit("window", text, node.range.start, node.range.end, wide)


def _edit(kind: str, text: str, start: int, end: int, new: str) -> Edit:
    return kind, shown(text[start:end]), shown(new) or "nothing", text[:start] + new + text[end:]


def _binary(node: Binary, text: str) -> Iterator[Edit]:
    start, end = node.op_start, node.op_start + len(node.op)
    if node.op in COMPARISONS:
        yield from (_edit("comparison", text, start, end, other) for other in OPERATORS[node.op])
        for side in (strip_parens(node.left), strip_parens(node.right)):
            if isinstance(side, NumberLiteral):
                for factor in (1.25, 0.8) if side.value else ():
                    yield _edit("threshold", text, side.start, side.end, number(side.value * factor))
                if not side.value:
                    yield _edit("threshold", text, side.start, side.end, "1")
    elif node.op in ("or", "and", "unless"):
        left, right = text[node.left.start : node.left.end], text[node.right.start : node.right.end]
        yield _edit(f"{node.op} left out", text, node.start, node.end, left)
        if node.op == "or":
            yield _edit("or left out", text, node.start, node.end, right)


def _matchers(node: VectorSelector, text: str) -> Iterator[Edit]:
    for matcher in node.matchers:
        if matcher.label == "__name__" or matcher.end <= matcher.start:
            continue
        written = text[matcher.start : matcher.end]
        other = written.replace(matcher.op, MATCHERS[matcher.op], 1)
        yield _edit("matcher", text, matcher.start, matcher.end, other)
        if matcher.op in ("=~", "!~"):
            for value in fewer_alternatives(matcher.value):
                if matcher.value in written:
                    changed = written.replace(matcher.value, value)
                    yield _edit("alternative left out", text, matcher.start, matcher.end, changed)


def fewer_alternatives(pattern: str) -> Iterator[str]:
    """A pattern without one of its alternatives."""
    for one in alternations(pattern):
        for index in range(len(one.parts)):
            changed = one.without(pattern, index)
            try:
                re2.check(changed)
            except LanguageError:
                continue
            yield changed


def _grouping(node: Aggregate, text: str) -> Iterator[Edit]:
    if node.without or not node.grouping:
        return
    for label in node.grouping:
        kept = [one.name for one in node.grouping if one is not label]
        first, last = node.grouping[0].start, node.grouping[-1].end
        yield _edit("label of by", text, first, last, ", ".join(kept))
