"""Two LogQL queries: what differs in the lines they take and in what they count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from obs.lang import logql
from obs.lang.error import LanguageError
from obs.lang.logql.printer import render, render_stage
from obs.lang.logql.syntax import (
    BinaryOperation,
    Expr,
    LineFilter,
    LogExpr,
    Matcher,
    Number,
    Pipeline,
    RangeAggregation,
    Selector,
    Stage,
    VectorAggregation,
)
from obs.lang.promql.syntax import Matcher as PromMatcher
from obs.review.change import Meaning
from obs.review.differences.promql import matchers
from obs.review.wording import number, quoted, short, span

_MOST = 6
_LINES = {
    "|=": "containing",
    "!=": "without",
    "|~": "matching",
    "!~": "not matching",
    "|>": "like",
    "!>": "unlike",
}


def compare(before: str, after: str) -> list[Meaning]:
    """Nothing where both mean the same; layout and comments mean nothing."""
    if before == after:
        return []
    old, new = _read(before), _read(after)
    if old is None or new is None:
        what = (
            "is no LogQL any more" if old is not None else "can be read now" if new is not None else "changed"
        )
        lost = new is None and old is not None
        return [Meaning(f"the query {what}", "breaking" if lost else "behaviour", "", before, after)]
    if render(old) == render(new):
        return []
    found = {meaning.sentence: meaning for meaning in _differences(old, new)}
    if not found or len(found) > _MOST:
        return [Meaning(f"the query is rewritten: {short(render(new), 100)}", "behaviour", "", before, after)]
    return [Meaning(one.sentence, one.risk, one.why, before, after) for one in found.values()]


def reads(text: str) -> bool:
    """Whether a panel's query is LogQL."""
    return _read(text) is not None


def _read(text: str) -> Expr | None:
    try:
        return logql.check(text, grafana=True).expr
    except LanguageError:
        return None


def _differences(old: Expr, new: Expr) -> Iterator[Meaning]:
    if render(old) == render(new):
        return
    if isinstance(old, (Selector, Pipeline)) and isinstance(new, (Selector, Pipeline)):
        yield from _logs(old, new)
    elif isinstance(old, RangeAggregation) and isinstance(new, RangeAggregation):
        yield from _ranges(old, new)
    elif isinstance(old, VectorAggregation) and isinstance(new, VectorAggregation):
        yield from _vectors(old, new)
    elif isinstance(old, BinaryOperation) and isinstance(new, BinaryOperation):
        if old.op != new.op:
            yield Meaning(f"operator {old.op} -> {new.op}")
        if old.matching != new.matching:
            yield Meaning("the two sides are matched by other labels")
        yield from _differences(old.left, new.left)
        yield from _differences(old.right, new.right)
    elif isinstance(old, Number) and isinstance(new, Number):
        yield Meaning(f"threshold {number(old.value)} -> {number(new.value)}")
    else:
        yield from _wrapped(old, new)


def _wrapped(old: Expr, new: Expr) -> Iterator[Meaning]:
    for outer, inner, word in ((new, old, "now"), (old, new, "no longer")):
        if isinstance(outer, VectorAggregation) and render(outer.inner) == render(inner):
            yield Meaning(f"{word} aggregated with {_head(outer)}")
            return
        if isinstance(outer, BinaryOperation):
            for side, other in ((outer.left, outer.right), (outer.right, outer.left)):
                if render(side) == render(inner):
                    yield Meaning(f"{word} {outer.op} {quoted(render(other))}")
                    return
    yield Meaning(f"{short(render(old))} became {short(render(new))}")


def _head(node: VectorAggregation | RangeAggregation) -> str:
    labels = ", ".join(label.label for label in node.grouping.labels) if node.grouping else ""
    if node.grouping is None:
        return node.op
    return f"{node.op} {'without' if node.grouping.without else 'by'} ({labels})"


def _vectors(old: VectorAggregation, new: VectorAggregation) -> Iterator[Meaning]:
    if old.op != new.op:
        yield Meaning(f"{old.op} -> {new.op}")
    if old.parameter != new.parameter:
        yield Meaning(f"number of series {old.parameter} -> {new.parameter}")
    yield from _groupings(old, new)
    yield from _differences(old.inner, new.inner)


def _groupings(
    old: VectorAggregation | RangeAggregation, new: VectorAggregation | RangeAggregation
) -> Iterator[Meaning]:
    sides = [(bool(one.grouping and one.grouping.without),
              {label.label for label in one.grouping.labels} if one.grouping else set()) for one in (old, new)]  # fmt: skip
    (without, before), (without2, after) = sides
    if without != without2 and (before or after):
        yield Meaning(f"grouped as {_head(new)} instead of {_head(old)}")
        return
    word = "without()" if without2 else "by()"
    for label in sorted(before - after):
        why = f"one result for each {label}" if without2 else f"one result instead of one for each {label}"
        yield Meaning(f"label `{label}` dropped from {word}", "behaviour", why)
    for label in sorted(after - before):
        why = f"one result instead of one for each {label}" if without2 else f"one result for each {label}"
        yield Meaning(f"label `{label}` added to {word}", "behaviour", why)


def _ranges(old: RangeAggregation, new: RangeAggregation) -> Iterator[Meaning]:
    if old.op != new.op:
        yield Meaning(f"{old.op}() -> {new.op}()")
    if old.parameter != new.parameter and old.parameter is not None and new.parameter is not None:
        yield Meaning(f"quantile {number(old.parameter)} -> {number(new.parameter)}")
    yield from _groupings(old, new)
    windows = [_window(one) for one in (old, new)]
    if windows[0] != windows[1]:
        yield Meaning(f"window {windows[0]} -> {windows[1]}")
    if old.range.offset != new.range.offset:
        yield Meaning(f"looks at another time: offset {span(old.range.offset // 1_000_000)} -> "
                      f"{span(new.range.offset // 1_000_000)}")  # fmt: skip
    first, second = old.range.unwrap, new.range.unwrap
    if (first and first.name.label) != (second and second.name.label):
        yield Meaning(
            f"unwraps {second.name.label if second else 'nothing'} instead of {first.name.label if first else 'nothing'}"
        )
    elif first is not None and second is not None and first.conversion != second.conversion:
        yield Meaning(
            f"reads {second.name.label} as {second.conversion or 'a number'} instead of {first.conversion or 'a number'}"
        )
    yield from _logs(old.range.log, new.range.log)


def _window(node: RangeAggregation) -> str:
    """As it is printed, so that a Grafana variable stays one."""
    text = render(node)
    return (
        text[text.rfind("[") + 1 : text.rfind("]")] if "[" in text else span(node.range.interval // 1_000_000)
    )


def _logs(old: LogExpr, new: LogExpr) -> Iterator[Meaning]:
    yield from matchers(_as_promql(_selector(old).matchers), _as_promql(_selector(new).matchers))
    before, after = _stages(old), _stages(new)
    texts = {render_stage(one) for one in before}, {render_stage(one) for one in after}
    gone = [one for one in before if render_stage(one) not in texts[1]]
    come = [one for one in after if render_stage(one) not in texts[0]]
    for one in gone:
        twin = next((other for other in come if _replaces(other, one)), None)
        if isinstance(one, LineFilter) and isinstance(twin, LineFilter):
            come.remove(twin)
            yield Meaning(f"now {_stage(twin)} instead of {_wanted(one)}")
        elif twin is not None:
            come.remove(twin)
            yield Meaning(f"stage {short(render_stage(one))} became {short(render_stage(twin))}")
        else:
            yield Meaning(f"no longer {_stage(one)}")
    for one in come:
        yield Meaning(f"now {_stage(one)}")
    if not gone and not come and [*map(render_stage, before)] != [*map(render_stage, after)]:
        yield Meaning("the stages run in another order")


def _replaces(new: Stage, old: Stage) -> bool:
    """Whether a stage stands for one that is gone; of line filters only one that looks in the same way."""
    if isinstance(new, LineFilter) and isinstance(old, LineFilter):
        return new.op == old.op
    return type(new) is type(old)


def _selector(node: LogExpr) -> Selector:
    return node.selector if isinstance(node, Pipeline) else node


def _stages(node: LogExpr) -> Sequence[Stage]:
    return node.stages if isinstance(node, Pipeline) else ()


def _as_promql(found: Sequence[Matcher]) -> list[PromMatcher]:
    return [PromMatcher(one.label, one.op, one.value, dynamic="$" in one.value) for one in found]


def _stage(node: Stage) -> str:
    if isinstance(node, LineFilter):
        return f"only lines {_LINES.get(node.op, node.op)} {_wanted(node)}"
    return f"runs {short(render_stage(node))}"


def _wanted(node: LineFilter) -> str:
    return " or ".join(f'"{short(value.value, 60)}"' for value in node.alternatives)
