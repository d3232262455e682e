"""Two PromQL expressions: what differs in what they ask, read off their trees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from obs.lang import promql
from obs.lang.error import LanguageError
from obs.lang.promql.functions import COMPARISONS
from obs.lang.promql.printing import canonical
from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Call,
    Duration,
    Expr,
    Matcher,
    MatrixSelector,
    NumberLiteral,
    Subquery,
    Unary,
    VectorSelector,
    children,
    strip_parens,
    walk,
)
from obs.review.change import Meaning, Risk
from obs.review.wording import listed, number, quoted, short

Asker = Literal["panel", "alert", "record"]
_FLIPPED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}
_LITERALS = re.compile(r"[\w /:-]+(?:\|[\w /:-]+)*")
_MOST = 6
"""Differences that are told one by one; beyond them the expression is called rewritten."""


def compare(before: str, after: str, asker: Asker = "panel") -> list[Meaning]:
    """Nothing where both mean the same; layout, order of matchers and redundant brackets mean nothing."""
    if before == after:
        return []
    old, new = _read(before, asker), _read(after, asker)
    if old is None or new is None:
        what = (
            "is no PromQL any more"
            if old is not None
            else "can be read now"
            if new is not None
            else "changed"
        )
        return [Meaning(f"the query {what}", "breaking" if new is None and old is not None else "behaviour", "",
                        before, after)]  # fmt: skip
    old, new = plain(old), plain(new)
    if old == new:
        return []
    found = list(_differences(old, new, asker))
    if not found or len(found) > _MOST:
        return [
            Meaning(
                f"the expression is rewritten: {short(canonical(new), 100)}", "behaviour", "", before, after
            )
        ]
    unique = {meaning.sentence: meaning for meaning in found}
    return [Meaning(one.sentence, one.risk, one.why, before, after) for one in unique.values()]


def reads(text: str) -> bool:
    """Whether a panel's query is PromQL."""
    return _read(text, "panel") is not None


def _read(text: str, asker: Asker) -> Expr | None:
    try:
        return promql.check(text, grafana=asker == "panel", version=(3, 9), features=_EVERYTHING).tree
    except LanguageError:
        return None


def plain(node: Expr) -> Expr:
    """The same expression without brackets, numbers on the right of comparisons: what looks different only is equal."""
    node = strip_parens(node)
    if isinstance(node, Binary):
        left, right = plain(node.left), plain(node.right)
        if isinstance(left, NumberLiteral) and node.op in _FLIPPED and not isinstance(right, NumberLiteral):
            left, right, op = right, left, _FLIPPED[node.op]
            return replace(node, left=left, right=right, op=op)
        return replace(node, left=left, right=right)
    if isinstance(node, Call):
        return replace(node, args=tuple(map(plain, node.args)))
    if isinstance(node, Aggregate):
        grouping = tuple(sorted(node.grouping, key=lambda label: label.name))
        return replace(node, expr=plain(node.expr), grouping=grouping)
    if isinstance(node, (Unary, Subquery)):
        return replace(node, expr=plain(node.expr))
    return node


_EVERYTHING = frozenset({"promql-experimental-functions", "promql-delayed-name-removal"})


def _differences(old: Expr, new: Expr, asker: Asker, top: bool = True) -> Iterator[Meaning]:
    if old == new:
        return
    if old in children(new) or new in children(old):
        yield from _wrapped(old, new, asker, top)
        return
    if type(old) is type(new):
        handler = _HANDLERS.get(type(old))
        if handler is not None:
            yield from handler(old, new, asker, top)
            return
    yield from _wrapped(old, new, asker, top)


def _wrapped(old: Expr, new: Expr, asker: Asker, top: bool) -> Iterator[Meaning]:
    """One side holds the other: something was put around it, or taken away."""
    inner = next((node for node in _near(new) if _alike(old, node)), None)
    if inner is not None:
        yield Meaning(_put_around(new, inner, asker, top))
        yield from _differences(old, inner, asker, False)
        return
    inner = next((node for node in _near(old) if _alike(new, node)), None)
    if inner is not None:
        risk: Risk = "breaking" if _stops_filtering(old, asker, top) else "behaviour"
        unrated = isinstance(old, Call) and old.function in ("rate", "irate", "increase")
        why = "a counter that is read as it is only grows" if unrated else ""
        yield Meaning(_taken_away(old, inner), risk, why)
        yield from _differences(inner, new, asker, False)
        return
    yield Meaning(f"{short(canonical(old))} became {short(canonical(new))}")


def _near(tree: Expr) -> Iterator[Expr]:
    """The operands of the outermost two layers."""
    yield from children(tree)
    for child in children(tree):
        yield from children(child)


def _alike(one: Expr, other: Expr) -> bool:
    """The same expression, or the same kind over the same metrics."""
    if one == other:
        return True
    if type(one) is not type(other) or isinstance(one, NumberLiteral):
        return False
    if isinstance(one, Call) and isinstance(other, Call) and one.function != other.function:
        return False
    if isinstance(one, Aggregate) and isinstance(other, Aggregate) and one.op != other.op:
        return False
    return bool(_metrics(one)) and _metrics(one) == _metrics(other)


def _metrics(tree: Expr) -> list[str | None]:
    return [node.name for node in walk(tree) if isinstance(node, VectorSelector)]


def _put_around(new: Expr, inner: Expr, asker: Asker, top: bool) -> str:
    if isinstance(new, Call):
        return f"now inside {new.function}()"
    if isinstance(new, Aggregate):
        return f"now aggregated: {_head(new)}"
    if isinstance(new, Binary):
        other = new.right if new.left is inner or inner in children(new.left) else new.left
        if new.op in COMPARISONS and top and isinstance(other, NumberLiteral):
            verb = "fires only if" if asker == "alert" else "shows only values"
            return f"{verb} {new.op} {short(canonical(other))}"
        return f"now also {_OPERATIONS.get(new.op, new.op)} {quoted(canonical(other))}"
    return f"now {short(canonical(new))}"


_OPERATIONS = {
    "or": "with `or`", "and": "only together with", "unless": "except for", "/": "divided by", "*": "times", "+": "plus",
    "-": "minus", "%": "modulo", "^": "to the power of",
}  # fmt: skip


def _taken_away(old: Expr, inner: Expr) -> str:
    if isinstance(old, Call):
        return f"no longer inside {old.function}()"
    if isinstance(old, Aggregate):
        return f"no longer aggregated with {_head(old)}"
    if isinstance(old, Binary):
        other = old.right if old.left is inner or inner in children(old.left) else old.left
        if old.op in COMPARISONS:
            return f"no longer compared: the condition {old.op} {short(canonical(other))} is gone"
        return f"no longer {_OPERATIONS.get(old.op, old.op)} {quoted(canonical(other))}"
    return f"no longer {short(canonical(old))}"


def _stops_filtering(old: Expr, asker: Asker, top: bool) -> bool:
    return asker == "alert" and top and isinstance(old, Binary) and old.op in COMPARISONS


def _head(node: Aggregate) -> str:
    labels = ", ".join(label.name for label in node.grouping)
    clause = f" without ({labels})" if node.without else f" by ({labels})" if labels else ""
    return f"{node.op}{clause}"


def _selectors(old: VectorSelector, new: VectorSelector, asker: Asker, top: bool) -> Iterator[Meaning]:
    if _name(old) != _name(new):
        yield Meaning(f"reads {_name(new) or 'any metric'} instead of {_name(old) or 'any metric'}")
    yield from matchers(
        [one for one in old.matchers if one.label != "__name__"],
        [one for one in new.matchers if one.label != "__name__"],
    )
    yield from _offsets(old.offset, new.offset)
    if old.at != new.at:
        yield Meaning("evaluated at another fixed time (@)")


def _name(node: VectorSelector) -> str:
    return node.name or next((one.value for one in node.matchers if one.label == "__name__"), "")


def _offsets(old: Duration | None, new: Duration | None) -> Iterator[Meaning]:
    if old != new:
        said = [duration.text if duration is not None else "now" for duration in (old, new)]
        yield Meaning(f"looks at another time: offset {said[0]} -> {said[1]}")


def matchers(old: Sequence[Matcher], new: Sequence[Matcher]) -> Iterator[Meaning]:
    """What the selected series gained or lost, label by label."""
    before = [one for one in old if one not in new]
    after = [one for one in new if one not in old]
    for one in before:
        twin = next(
            (other for other in after if other.label == one.label and _side(other) == _side(one)), None
        )
        if twin is None:
            yield Meaning(_removed(one))
        else:
            after.remove(twin)
            yield from _rematched(one, twin)
    for one in after:
        yield Meaning(_added(one))


def _side(matcher: Matcher) -> bool:
    return matcher.op in ("=", "=~")


def values(matcher: Matcher) -> list[str] | None:
    """The values that a matcher names one by one; None for a pattern."""
    if matcher.dynamic or matcher.op not in ("=", "!=", "=~", "!~"):
        return None
    if matcher.op in ("=", "!="):
        return [matcher.value]
    return matcher.value.split("|") if _LITERALS.fullmatch(matcher.value) else None


def _added(one: Matcher) -> str:
    named = values(one)
    if not one.op:
        return f"also filtered by {one.label or one.value}"
    if _side(one):
        return (
            f"now only {one.label} {listed(named)}"
            if named
            else f'now only {one.label}{one.op}"{short(one.value)}"'
        )
    return (
        f"now excludes {one.label} {listed(named)}"
        if named
        else f'now excludes {one.label} matching "{short(one.value)}"'
    )


def _removed(one: Matcher) -> str:
    named = values(one)
    if not one.op:
        return f"no longer filtered by {one.label or one.value}"
    said = f"{one.label} {listed(named)}" if named else f'{one.label} matching "{short(one.value)}"'
    return f"no longer limited to {said}" if _side(one) else f"no longer excludes {said}"


def _rematched(old: Matcher, new: Matcher) -> Iterator[Meaning]:
    before, after = values(old), values(new)
    if before is None or after is None:
        if (old.op, old.value) != (new.op, new.value):
            yield Meaning(
                f'{old.label}{old.op}"{short(old.value)}" became {new.label}{new.op}"{short(new.value)}"'
            )
        return
    gone, come = [one for one in before if one not in after], [one for one in after if one not in before]
    if not gone and not come:
        return
    if _side(old):
        if come and gone and not set(before) & set(after):
            yield Meaning(f"{old.label} {listed(before)} -> {listed(after)}")
            return
        if come:
            yield Meaning(f"now also {old.label} {listed(come)}")
        if gone:
            yield Meaning(f"no longer {old.label} {listed(gone)}")
    else:
        if come:
            yield Meaning(f"now excludes {old.label} {listed(come)}")
        if gone:
            yield Meaning(f"no longer excludes {old.label} {listed(gone)}")


def _matrices(old: MatrixSelector, new: MatrixSelector, asker: Asker, top: bool) -> Iterator[Meaning]:
    yield from _differences(old.selector, new.selector, asker, False)
    if old.range != new.range:
        yield Meaning(f"window {old.range.text} -> {new.range.text}")


def _subqueries(old: Subquery, new: Subquery, asker: Asker, top: bool) -> Iterator[Meaning]:
    yield from _differences(old.expr, new.expr, asker, False)
    if old.range != new.range:
        yield Meaning(f"window of the subquery {old.range.text} -> {new.range.text}")
    if old.step != new.step:
        said = [step.text if step is not None else "default" for step in (old.step, new.step)]
        yield Meaning(f"step of the subquery {said[0]} -> {said[1]}")
    yield from _offsets(old.offset, new.offset)


def _calls(old: Call, new: Call, asker: Asker, top: bool) -> Iterator[Meaning]:
    if old.function != new.function:
        if len(old.args) == len(new.args):
            scaled = {old.function, new.function} == {"rate", "increase"}
            why = (
                "rate() is per second, increase() per window: every number changes its scale"
                if scaled
                else ""
            )
            yield Meaning(f"{old.function}() -> {new.function}()", "behaviour", why)
        else:
            yield from _wrapped(old, new, asker, top)
            return
    if len(old.args) != len(new.args):
        yield Meaning(f"{new.function}() has other arguments")
        return
    for one, other in zip(old.args, new.args, strict=True):
        if isinstance(one, NumberLiteral) and isinstance(other, NumberLiteral) and one != other:
            quantile = new.function in ("histogram_quantile", "quantile_over_time")
            what = "quantile" if quantile else f"argument of {new.function}()"
            yield Meaning(f"{what} {number(one.value)} -> {number(other.value)}")
        else:
            yield from _differences(one, other, asker, False)


def _aggregates(old: Aggregate, new: Aggregate, asker: Asker, top: bool) -> Iterator[Meaning]:
    if old.op != new.op:
        yield Meaning(f"{old.op} -> {new.op}")
    yield from _groupings(old, new, asker)
    if old.parameter != new.parameter and old.parameter is not None and new.parameter is not None:
        what = "quantile" if new.op == "quantile" else "number of series" if "k" in new.op else "parameter"
        yield Meaning(f"{what} {short(canonical(old.parameter))} -> {short(canonical(new.parameter))}")
    yield from _differences(old.expr, new.expr, asker, False)


def _groupings(old: Aggregate, new: Aggregate, asker: Asker) -> Iterator[Meaning]:
    before, after = {one.name for one in old.grouping}, {one.name for one in new.grouping}
    if old.without != new.without and (before or after):
        yield Meaning(f"grouped {_head(new).removeprefix(new.op).strip() or 'into one'} instead of "
                      f"{_head(old).removeprefix(old.op).strip() or 'into one'}")  # fmt: skip
        return
    word = "without()" if new.without else "by()"
    for label in sorted(before - after):
        yield Meaning(
            f"label `{label}` dropped from {word}", "behaviour", _dropped(label, asker, new.without)
        )
    for label in sorted(after - before):
        yield Meaning(f"label `{label}` added to {word}", "behaviour", _gained(label, asker, new.without))


def _dropped(label: str, asker: Asker, without: bool) -> str:
    if without:
        return f"one result for each {label} now"
    if asker == "alert":
        return f"one alert for all values of {label}, and no message can name it"
    return f"one result instead of one for each {label}"


def _gained(label: str, asker: Asker, without: bool) -> str:
    if without:
        return f"one result instead of one for each {label}"
    return f"one alert for each {label}" if asker == "alert" else f"one result for each {label}"


def _binaries(old: Binary, new: Binary, asker: Asker, top: bool) -> Iterator[Meaning]:
    limits = _limit(old), _limit(new)
    was, now = limits
    if was is not None and now is not None:
        (one, op, limit), (other, op2, limit2) = was, now
        yield from _limits(op, limit, op2, limit2, asker, top)
        yield from _differences(one, other, asker, False)
        return
    if old.op != new.op:
        if _alike(old, new.left) or _alike(new, old.left):
            yield from _wrapped(old, new, asker, top)
            return
        yield Meaning(f"operator {old.op} -> {new.op}")
    if old.returns_bool != new.returns_bool:
        always = asker == "alert" and new.returns_bool
        filtering = "no `bool`: the comparison filters again"
        said = "`bool`: the comparison gives 0 or 1 instead of filtering" if new.returns_bool else filtering
        yield Meaning(
            said,
            "breaking" if always else "behaviour",
            "the alert now fires for every series" if always else "",
        )
    if old.matching != new.matching:
        yield Meaning("the two sides are matched by other labels")
    yield from _differences(old.left, new.left, asker, False)
    yield from _differences(old.right, new.right, asker, False)


def _limit(node: Binary) -> tuple[Expr, str, float] | None:
    """A comparison with a number, the number on the right."""
    if node.op not in COMPARISONS or node.returns_bool:
        return None
    return (node.left, node.op, node.right.value) if isinstance(node.right, NumberLiteral) else None


def _limits(op: str, limit: float, op2: str, limit2: float, asker: Asker, top: bool) -> Iterator[Meaning]:
    if (op, limit) == (op2, limit2):
        return
    before, after = f"{op} {number(limit)}", f"{op2} {number(limit2)}"
    if asker == "alert" and top and op[0] == op2[0] and op[0] in "<>":
        above = op[0] == ">"
        looser = limit2 > limit if above else limit2 < limit
        if limit == limit2:
            looser = len(op2) < len(op)
        word = "looser" if looser else "stricter"
        rarer = "fires less often" if looser else "fires more often"
        yield Meaning(f"{word}: {before} -> {after}", "behaviour", rarer)
    elif op == op2:
        yield Meaning(f"threshold {number(limit)} -> {number(limit2)}")
    else:
        turned = asker == "alert" and top and {op[0], op2[0]} == {"<", ">"}
        yield Meaning(f"condition {before} -> {after}", "breaking" if turned else "behaviour",
                      "it fires in the opposite case" if turned else "")  # fmt: skip


def _numbers(old: NumberLiteral, new: NumberLiteral, asker: Asker, top: bool) -> Iterator[Meaning]:
    yield Meaning(f"{number(old.value)} -> {number(new.value)}")


def _unaries(old: Unary, new: Unary, asker: Asker, top: bool) -> Iterator[Meaning]:
    if old.op != new.op:
        yield Meaning(f"sign {old.op} -> {new.op}")
    yield from _differences(old.expr, new.expr, asker, False)


_HANDLERS: dict[type, Callable[..., Iterator[Meaning]]] = {
    VectorSelector: _selectors,
    MatrixSelector: _matrices,
    Subquery: _subqueries,
    Call: _calls,
    Aggregate: _aggregates,
    Binary: _binaries,
    NumberLiteral: _numbers,
    Unary: _unaries,
}
