"""Which labels survive when two sides are matched, and which sides can never match."""

from __future__ import annotations

import math
from collections.abc import Iterable

from obs.lang.promql.functions import COMPARISONS, SET_OPERATORS
from obs.lang.promql.labels import Branch, Fact, Reason, State
from obs.lang.promql.syntax import Binary, Label, Matching


def _shared(matching: Matching, left: Branch, right: Branch) -> Iterable[str]:
    """The labels known by name whose values must be equal on both sides."""
    if matching.on:
        return [label.name for label in matching.labels if not label.templated]
    if any(label.templated for label in matching.labels):
        return []
    ignored = {label.name for label in matching.labels}
    return [name for name in dict.fromkeys([*left.labels, *right.labels]) if name not in ignored]


def cannot_match(
    node: Binary, matching: Matching, branch: Branch, other: Branch, *, swapped: bool = False
) -> Reason | None:
    """Why no series of the two branches find each other."""
    left, right = (other, branch) if swapped else (branch, other)
    for name in _shared(matching, left, right):
        if left.state(name) == right.state(name):
            continue
        for here, there, side in ((left, right, "right"), (right, left, "left")):
            has, lacks = here.state(name), there.state(name)
            if lacks != "excluded" or has == "excluded":
                continue
            if has == "possible" and not matching.on and not _is_a_targets(name, here):
                continue
            if has == "possible" and name not in here.labels and here.metric is None:
                continue
            cause = there.why(name)
            because = f": {cause.text}" if cause is not None else ""
            opposite = "left" if side == "right" else "right"
            if matching.on:
                text = f"the {side} side never has {name}, which on ({name}) matches{because}"
            else:
                text = f"the {side} side never has {name}, the {opposite} side always does{because}"
            span = (
                (matching.start, matching.end)
                if matching.end
                else (node.op_start, node.op_start + len(node.op))
            )
            known = here.why(name)
            certain = (known is None or known.certain) and (cause is None or cause.certain)
            return Reason(text, *span, has == "guaranteed" and certain)
    return _different_values(node, matching, left, right)


def _is_a_targets(name: str, branch: Branch) -> bool:
    """Whether a `by (...)` keeps a label that every scraped series has; what a rule records may lack it."""
    listed = name in branch.labels and not branch.open
    return listed and name in {"job", "instance"} and branch.metric is not None and ":" not in branch.metric


def _different_values(node: Binary, matching: Matching, left: Branch, right: Branch) -> Reason | None:
    """A label that is fixed to one value on the left and to another on the right."""
    for name in _shared(matching, left, right):
        one, other = left.labels.get(name), right.labels.get(name)
        if one is None or other is None or one.why.text == other.why.text:
            continue
        mine, theirs = _fixed(one, name), _fixed(other, name)
        if mine is not None and theirs is not None and mine != theirs:
            text = f'{name} is "{mine}" on the left side and "{theirs}" on the right side'
            span = (
                (matching.start, matching.end)
                if matching.end
                else (node.op_start, node.op_start + len(node.op))
            )
            return Reason(text, *span)
    return None


def _fixed(fact: Fact, label: str) -> str | None:
    """The one value that an equality matcher leaves."""
    if fact.state != "guaranteed":
        return None
    prefix = f'{label}="'
    text = fact.why.text
    if text.startswith(prefix) and text.endswith('"'):
        return text[len(prefix) : -1]
    return None


def matched(node: Binary, matching: Matching, branch: Branch, other: Branch, *, keep: bool) -> Branch:
    grouped = matching.card in {"many-to-one", "one-to-many"}
    keep = keep or grouped
    span = (matching.start, matching.end) if matching.end else (node.op_start, node.op_start + len(node.op))
    labels: dict[str, Fact] = dict(branch.labels) if keep else {}
    filled = matching.fill != (None, None)
    for name in _shared(matching, branch, other):
        labels[name] = (
            _meet(name, branch, other, span) if not filled else _either_side(name, branch, other, span)
        )
    is_open, closed = branch.open, branch.closed
    names = ", ".join(label.name for label in matching.labels)
    templated = any(label.templated for label in matching.labels)
    if matching.on:
        if not keep:
            closed = Reason(f"on ({names}) keeps only these labels", *span)
            is_open = templated
            labels.update(
                {n: Fact("excluded", closed) for n in branch.labels if n not in labels and not templated}
            )
    else:
        if is_open and not other.open and not templated and not filled:
            is_open, closed = False, other.closed
        if not keep:
            gone = Reason(f"ignoring ({names}) removes it", *span)
            labels.update({label.name: Fact("excluded", gone) for label in matching.labels})
        elif not is_open and branch.open:
            for label in matching.labels:
                labels.setdefault(
                    label.name, Fact("possible", Reason("not matched on", label.start, label.end))
                )
    for label in matching.include:
        labels[label.name] = _copied(label, other)
    arithmetic = node.op not in COMPARISONS and node.op not in SET_OPERATORS
    named = branch.named and not arithmetic and not node.returns_bool and (keep or not matching.on)
    return branch._replace(labels=labels, open=is_open, closed=None if is_open else closed, named=named)


def _copied(label: Label, one: Branch) -> Fact:
    copied = Reason(f"group_left or group_right copies {label.name}", label.start, label.end)
    why = one.why(label.name) if one.state(label.name) == "excluded" else copied
    return Fact(one.state(label.name), why or copied)


def _meet(name: str, left: Branch, right: Branch, span: tuple[int, int]) -> Fact:
    """A label whose value is equal on both sides: what either side knows holds for the result."""
    for fact in (left.labels.get(name), right.labels.get(name)):
        if fact is not None and fact.state == "guaranteed":
            return fact
    for side in (left, right):
        if side.state(name) == "excluded":
            return Fact("excluded", side.why(name) or Reason("both sides match on it", *span))
    return Fact("possible", left.why(name) or right.why(name) or Reason("both sides match on it", *span))


def _either_side(name: str, left: Branch, right: Branch, span: tuple[int, int]) -> Fact:
    """With fill values a series of one side alone is enough."""
    if left.state(name) == right.state(name):
        return _meet(name, left, right, span)
    return Fact("possible", left.why(name) or right.why(name) or Reason("from either side", *span))


def merged(results: list[Branch]) -> Branch:
    """One branch for several partners: what all of them agree on."""
    first = results[0]
    if len(results) == 1:
        return first
    labels: dict[str, Fact] = {}
    for name in dict.fromkeys(name for result in results for name in result.labels):
        states = {result.state(name) for result in results}
        why = next((reason for result in results if (reason := result.why(name))), None)
        state: State = states.pop() if len(states) == 1 else "possible"
        labels[name] = Fact(state, why or Reason("differs between branches", first.start, first.end))
    is_open = any(result.open for result in results)
    return first._replace(labels=labels, open=is_open, closed=None if is_open else first.closed)


def computed(op: str, left: float | None, right: float | None) -> float | None:
    """The value of an operation on known values; 1.0 and 0.0 for comparisons."""
    if left is None or right is None:
        return None
    comparisons: dict[str, bool] = {
        "==": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }
    if op in comparisons:
        return float(comparisons[op])
    try:
        if op == "^":
            power = left**right
            return power if isinstance(power, float) else None
        if op == "%":
            return math.fmod(left, right)
        return (
            {"+": left + right, "-": left - right, "*": left * right}.get(op) if op != "/" else left / right
        )
    except (OverflowError, ValueError, ZeroDivisionError):
        return None


def shown(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"
