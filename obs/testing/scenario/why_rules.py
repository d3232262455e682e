"""From stored samples to a firing alert: which link holds, and why one does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from obs.lang import duration, promql
from obs.lang.error import LanguageError
from obs.lang.matchers import Matcher, matches_all
from obs.lang.promql.printing import canonical
from obs.lang.promql.syntax import (
    Binary,
    Call,
    Expr,
    MatrixSelector,
    NumberLiteral,
    VectorSelector,
    strip_parens,
    walk,
)
from obs.sim.scrape import NAME, Key, Value
from obs.testing.scenario.links import Link, dead
from obs.testing.scenario.observed import AlertChange, Observed
from obs.testing.scenario.span import Duration
from obs.testing.scenario.why_logs import some

Ask = Callable[[str, int], Sequence[tuple[Mapping[str, str], float]]]
"""The result of an expression at a time of the run."""

Samples = Mapping[Key, Sequence[tuple[int, Value]]]
_COMPARISONS = {">", "<", ">=", "<=", "==", "!="}
_GROWTH = {"increase", "rate", "irate", "delta"}


def metrics_of(observed: Observed, expr: str) -> frozenset[str]:
    """The metrics that an expression reads, through recording rules too."""
    records = {
        str(rule["record"]): str(rule["expr"]) for _, rule in observed.platform.rules() if "record" in rule
    }
    found: set[str] = set()
    waiting = [expr]
    while waiting:
        for name in _names(waiting.pop()) - found:
            found.add(name)
            if name in records:
                waiting.append(records[name])
    return frozenset(found)


def _names(expr: str) -> set[str]:
    try:
        return {one.metric for one in promql.check(expr).selectors if one.metric}
    except LanguageError:
        return set()


def rule_links(observed: Observed, name: str, ask: Ask | None) -> Iterator[Link]:
    """The links of the rule and of its `for`; the last one is dead when the alert never fires."""
    rule = observed.platform.alert_rule(name)
    assert rule is not None
    changes = [change for change in observed.changes if change.alert == name and change.at >= 0]
    if any(change.state == "firing" for change in changes):
        first = next(change for change in changes if change.state == "firing")
        yield Link("rule", f"true from {_since(changes, first)} on, value {first.value}")
        yield Link("for", f"fires at {Duration(first.at)}")
        return
    if observed.rules_problem:
        yield dead("rule", observed.rules_problem)
    elif name in observed.rule_errors:
        yield dead("rule", f"its evaluation fails: {observed.rule_errors[name]}")
    elif changes:
        yield Link("rule", f"true at {Duration(changes[0].at)}, value {changes[0].value}")
        yield _too_short(observed, changes, str(rule.get("for", "0s")))
    elif not observed.evaluations:
        yield dead("rule", "no rule was evaluated in this time")
    else:
        yield dead("rule", _never_true(observed, str(rule["expr"]), ask))


def _since(changes: Sequence[AlertChange], firing: AlertChange) -> Duration:
    same = [
        one
        for one in changes
        if one.labels == firing.labels and one.at <= firing.at and one.state == "pending"
    ]
    return Duration(same[-1].at if same else firing.at)


def _too_short(observed: Observed, changes: Sequence[AlertChange], for_: str) -> Link:
    longest, ended = 0, changes[0].at
    start: dict[Key, int] = {}
    for change in changes:
        key = frozenset(change.labels.items())
        if change.state == "pending":
            start[key] = change.at
        elif key in start and change.at - start[key] >= longest:
            longest, ended = change.at - start.pop(key), change.at
    if start:
        since = max(start.values())
        needs = Duration(since + duration.parse(for_))
        return dead(
            "for",
            f"pending since {Duration(since)}, it would fire at {needs}; the run ends at {Duration(observed.until)}",
        )
    return dead("for", f"pending for {Duration(longest)} up to {Duration(ended)}, and `for` asks for {for_}")


# Why a condition was never true


def _never_true(observed: Observed, expr: str, ask: Ask | None) -> str:
    try:
        tree = promql.check(expr, features=frozenset(observed.platform.features)).tree
    except LanguageError as error:
        return f"Prometheus refuses it: {error.message}"
    reasons = [reason for branch in _branches(tree) if (reason := _why_branch(observed, branch, ask))]
    return "; ".join(dict.fromkeys(reasons)) or "its condition was never true"


def _branches(tree: Expr) -> Iterator[Expr]:
    """The operands of `or`, each a way to be true."""
    node = strip_parens(tree)
    if isinstance(node, Binary) and node.op == "or":
        yield from _branches(node.left)
        yield from _branches(node.right)
    else:
        yield node


def _why_branch(observed: Observed, branch: Expr, ask: Ask | None) -> str:
    missing = [reason for node in _needed(branch) if (reason := _nothing_selected(observed, node))]
    if missing:
        return "; ".join(dict.fromkeys(missing))
    born = next((reason for node in walk(branch) if (reason := _born_late(observed, node))), "")
    if born:
        return born
    if ask is not None:
        return _compared(observed, branch, ask)
    return f"{canonical(branch)} was never true"


def _needed(branch: Expr) -> Iterator[VectorSelector]:
    """The selectors without which a branch has no result."""
    node = strip_parens(branch)
    if isinstance(node, Binary) and node.op in ("or", "unless"):
        yield from _needed(node.left)
    elif isinstance(node, Call) and node.function.startswith("absent"):
        return
    elif isinstance(node, VectorSelector):
        yield node
    else:
        from obs.lang.promql.syntax import children

        for child in children(node):
            yield from _needed(child)


def _selected(
    samples: Samples, node: VectorSelector
) -> list[tuple[dict[str, str], Sequence[tuple[int, Value]]]]:
    wanted = [Matcher(one.label, one.op, one.value) for one in node.matchers]  # type: ignore[arg-type]
    return [
        (labels, points)
        for labels, points in ((dict(key), points) for key, points in samples.items())
        if (node.name is None or labels.get(NAME) == node.name) and matches_all(wanted, labels)
    ]


def _nothing_selected(observed: Observed, node: VectorSelector) -> str:
    if _selected(observed.samples, node):
        return ""
    named = [dict(key) for key in observed.samples if node.name is not None and (NAME, node.name) in key]
    if not named:
        return f"nothing was ever stored under {node.name or canonical(node)}"
    wrong = next(
        (
            one
            for one in node.matchers
            if not any(Matcher(one.label, one.op, one.value).matches(labels) for labels in named)  # type: ignore[arg-type]
        ),
        None,
    )
    if wrong is None:
        return f"{canonical(node)} matches none of the {len(named)} series of {node.name}"
    seen = some(repr(labels.get(wrong.label, "")) for labels in named)
    return f'{node.name} is asked for {wrong.label}{wrong.op}"{wrong.value}", and its {wrong.label} is {seen}'


def _born_late(observed: Observed, node: Expr) -> str:
    """A growth of series that never grew after their first sample: the counter was born with its first hit."""
    if not isinstance(node, Call) or node.function not in _GROWTH or not node.args:
        return ""
    matrix = strip_parens(node.args[0])
    if not isinstance(matrix, MatrixSelector):
        return ""
    found = _selected(observed.samples, matrix.selector)
    floats = [[(at, value) for at, value in points if isinstance(value, float)] for _, points in found]
    if not floats or any(not points or points[0][1] == 0 for points in floats):
        return ""
    if any(points[0][1] != value for points in floats for _, value in points):
        return ""
    base = round(observed.inputs.start.timestamp() * 1000)
    at, value = floats[0][0]
    return (
        f"{node.function}() of a series that was born at {value:g} is 0: "
        f"{matrix.selector.name} was first seen at {Duration(at - base)}, at {value:g} already, and never grew"
    )


def _compared(observed: Observed, branch: Expr, ask: Ask) -> str:
    """The nearest that a comparison with a number came, or the part of an expression that has no result."""
    node = strip_parens(branch)
    if isinstance(node, Binary) and node.op in _COMPARISONS:
        bound = strip_parens(node.right)
        results = [(at, value) for at in _moments(observed) for _, value in _answer(ask, node.left, at)]
        if results and isinstance(bound, NumberLiteral):
            pick = max if node.op in (">", ">=") else min
            at, value = pick(results, key=lambda one: one[1])
            word = "largest" if pick is max else "smallest"
            return (
                f"the {word} value of {shown(node.left)} was {value:g} at {Duration(at)}, "
                f"and the rule asks for {node.op} {bound.text or f'{bound.value:g}'}"
            )
        if not results:
            return _compared(observed, node.left, ask)
    if isinstance(node, Binary):
        sides = {
            side: any(_answer(ask, side, at) for at in _moments(observed)) for side in (node.left, node.right)
        }
        for side, present in sides.items():
            if not present and not (node.op == "unless" and side is node.right):
                return _compared(observed, side, ask)
        if all(sides.values()):
            left, right = (_labels_of(observed, ask, side) for side in (node.left, node.right))
            return f"`{node.op}` finds no pair: left has {left}, right has {right}"
    return f"{shown(node)} has no result"


def _moments(observed: Observed) -> list[int]:
    """The evaluations of the scenario itself, without what came before it."""
    return [at for at in observed.evaluations if at >= 0]


def _answer(ask: Ask, node: Expr, at: int) -> Sequence[tuple[Mapping[str, str], float]]:
    try:
        return ask(canonical(node), at)
    except LanguageError:
        return ()


def _labels_of(observed: Observed, ask: Ask, node: Expr) -> str:
    found = next((answer for at in _moments(observed) if (answer := _answer(ask, node, at))), ())
    return some("{" + ", ".join(f'{k}="{v}"' for k, v in sorted(labels.items())) + "}" for labels, _ in found)


def shown(node: Expr) -> str:
    """An expression on one line, cut."""
    text = canonical(node)
    return f"`{text if len(text) <= 100 else text[:99] + '…'}`"
