"""Which labels the result of an expression has: per `or` branch, guaranteed, possible or excluded, and why.

Semantics, not habit: *guaranteed* means that every series of the branch carries the label with a value,
*excluded* that none does, *possible* all else. An `open` branch may carry labels that are not named; in a closed
one every label that is not named is excluded. A label in `by (...)` is guaranteed only where it was before.
`dead` says why a branch never returns anything.

Source: the engine of Prometheus 2.55 (vector matching, aggregation, label functions, absent).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from obs.lang import re2
from obs.lang.promql.functions import COMPARISONS, SET_OPERATORS
from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Label,
    Matcher,
    Matching,
    MatrixSelector,
    NumberLiteral,
    Paren,
    StringLiteral,
    Subquery,
    Unary,
    Variable,
    VectorSelector,
    strip_parens,
)

State = Literal["guaranteed", "possible", "excluded"]

_MOST_PARTNERS = 50
"""Branches of the other side that a join looks at; beyond them nothing is concluded."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, and where in the expression; `certain` is False for what would need series without a usual label."""

    text: str
    start: int
    end: int
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of one label."""

    state: State
    why: Reason


@dataclass(frozen=True, slots=True)
class LabelSet:
    """What a catalogue knows of a metric's labels; `open` if it may have others."""

    guaranteed: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()
    open: bool = False


Known = Callable[[VectorSelector], LabelSet | None]


@dataclass(frozen=True, slots=True)
class Branch:
    """One way for the expression to return series.

    `metric` is the name of the selector whose labels these are, `named` whether the result still carries it.
    `value` is the value of every sample where that is known; `always` says that the branch never is empty,
    `filtered` that a comparison or a set operator decides whether it is.
    """

    metric: str | None
    labels: Mapping[str, Fact] = field(default_factory=dict)
    open: bool = True
    closed: Reason | None = None
    dead: Reason | None = None
    named: bool = False
    value: float | None = None
    always: bool = False
    filtered: bool = False
    start: int = 0
    end: int = 0

    def state(self, label: str) -> State:
        """Of any label, named or not."""
        fact = self.labels.get(label)
        if fact is not None:
            return fact.state
        return "possible" if self.open else "excluded"

    def why(self, label: str) -> Reason | None:
        """Why the label is in its state; None for a label of which nothing is known."""
        fact = self.labels.get(label)
        return fact.why if fact is not None else self.closed

    def having(self, state: State) -> tuple[str, ...]:
        """The named labels in that state, sorted."""
        return tuple(sorted(name for name, fact in self.labels.items() if fact.state == state))

    @property
    def guaranteed(self) -> tuple[str, ...]:
        return self.having("guaranteed")

    @property
    def possible(self) -> tuple[str, ...]:
        return self.having("possible")

    @property
    def excluded(self) -> tuple[str, ...]:
        return self.having("excluded")


@dataclass(frozen=True, slots=True)
class Problem:
    """A part that cannot do what it is there for."""

    kind: Literal[
        "impossible-label", "impossible-join", "dead-branch", "absent-always-empty", "quantile-without-le"
    ]
    why: Reason


@dataclass(frozen=True, slots=True)
class Flow:
    """The branches of a whole expression and what was found on the way."""

    branches: tuple[Branch, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def live(self) -> tuple[Branch, ...]:
        """The branches that can return something."""
        return tuple(branch for branch in self.branches if branch.dead is None)

    def state(self, label: str) -> State:
        """Over all live branches."""
        states = {branch.state(label) for branch in self.live}
        return states.pop() if len(states) == 1 else "possible"

    def without(self, label: str) -> tuple[Branch, ...]:
        """The live branches that can never have the label."""
        return tuple(branch for branch in self.live if branch.state(label) == "excluded")


def flow(tree: Expr, known: Known | None = None) -> Flow:
    """The label flow of an expression; `known` tells which labels a selector's metric has."""
    reader = _Reader(known)
    branches = reader.read(tree)
    return Flow(tuple(branches), tuple(dict.fromkeys(reader.problems)))


class _Reader:
    def __init__(self, known: Known | None) -> None:
        self.known = known
        self.problems: list[Problem] = []

    def read(self, node: Expr) -> list[Branch]:
        if isinstance(node, Binary):
            return self.chain(node)
        if isinstance(node, VectorSelector):
            return [_selected(node, self.known)]
        if isinstance(node, MatrixSelector):
            return self.read(node.selector)
        if isinstance(node, Paren):
            return self.read(node.expr)
        if isinstance(node, Subquery):
            return self.read(node.expr)
        if isinstance(node, Unary):
            return [_signed(branch, node.op) for branch in self.read(node.expr)]
        if isinstance(node, Aggregate):
            return self.aggregate(node)
        if isinstance(node, Call):
            return self.call(node)
        if isinstance(node, NumberLiteral):
            return [_constant(node, node.value)]
        if isinstance(node, Variable):
            return [Branch(None, start=node.start, end=node.end)]
        if isinstance(node, StringLiteral):
            return []
        raise TypeError(f"no flow for {type(node).__name__}")

    def chain(self, node: Binary) -> list[Branch]:
        """`a op b op c` nests to the left: read without recursion."""
        chain = [node]
        while isinstance(chain[-1].left, Binary):
            chain.append(chain[-1].left)
        left = self.read(chain[-1].left)
        for binary in reversed(chain):
            left = self.binary(binary, left, self.read(binary.right))
        return left

    def problem(self, kind: ProblemKind, why: Reason) -> None:
        self.problems.append(Problem(kind, why))

    # Aggregations

    def aggregate(self, node: Aggregate) -> list[Branch]:
        branches = self.read(node.expr)
        if node.parameter is not None:
            self.read(node.parameter)
        self.check_grouping(node, branches)
        if node.op in {"topk", "bottomk", "limitk", "limit_ratio"}:
            return [replace(branch, always=False) for branch in branches]
        return [self.aggregated(node, branch, len(branches)) for branch in branches]

    def check_grouping(self, node: Aggregate, branches: list[Branch]) -> None:
        live = [branch for branch in branches if branch.dead is None]
        for label in node.grouping:
            if live and not label.templated and all(b.state(label.name) == "excluded" for b in live):
                clause = "without" if node.without else "by"
                cause = live[0].why(label.name)
                text = f"{clause} ({label.name}) has no effect: the input never has that label"
                if cause is not None:
                    text += f" ({cause.text})"
                self.problem("impossible-label", Reason(text, label.start, label.end))

    def aggregated(self, node: Aggregate, branch: Branch, count: int) -> Branch:
        names = ", ".join(label.name for label in node.grouping)
        span = (node.start, node.end)
        if node.grouping:
            span = (node.grouping[0].start, node.grouping[-1].end)
        labels: dict[str, Fact] = {}
        closed = branch.closed
        is_open = branch.open
        if node.without:
            labels.update(branch.labels)
            gone = Reason(f"{node.op} without ({names}) removes it", *span)
            labels.update({label.name: Fact("excluded", gone) for label in node.grouping})
            if any(label.templated for label in node.grouping):
                labels = {name: _weaker(fact) for name, fact in labels.items()}
        else:
            is_open = any(label.templated for label in node.grouping)
            kept = (
                f"{node.op} by ({names}) keeps only these labels"
                if node.grouping
                else f"{node.op} removes all labels"
            )
            closed = Reason(kept, *span)
            listed = {label.name for label in node.grouping}
            for name in listed:
                labels[name] = branch.labels.get(name) or Fact(branch.state(name), branch.why(name) or closed)
            for name in branch.labels:
                if name not in listed and not is_open:
                    labels[name] = Fact("excluded", closed)
        if node.op == "count_values" and isinstance(node.parameter, StringLiteral):
            made = Reason(f"count_values sets {node.parameter.value}", node.start, node.end)
            labels[node.parameter.value] = Fact("guaranteed", made)
        value = branch.value if node.op in {"avg", "min", "max"} and count == 1 else None
        if node.op == "group":
            value = 1.0
        return replace(branch, labels=labels, open=is_open, closed=closed, named=False, value=value)

    # Functions

    def call(self, node: Call) -> list[Branch]:
        name = node.function
        if name in {"absent", "absent_over_time"}:
            return [self.absent(node)]
        if node.type == "scalar" or name == "vector" or not node.args:
            for arg in node.args:
                self.read(arg)
            inner = strip_parens(node.args[0]) if name == "vector" else None
            value = inner.value if isinstance(inner, NumberLiteral) else None
            return [_constant(node, value, f"{name}() has no labels")]
        subject = next((arg for arg in node.args if arg.type in {"vector", "matrix", "any"}), None)
        if subject is None:
            return [_constant(node, None, f"{name}() has no labels")]
        for arg in node.args:
            if arg is not subject and arg.type != "string":
                self.read(arg)
        return [self.called(node, branch) for branch in self.read(subject)]

    def called(self, node: Call, branch: Branch) -> Branch:
        name = node.function
        value = 1.0 if name == "present_over_time" else None
        if name in {"sort", "sort_desc", "sort_by_label", "sort_by_label_desc"}:
            return branch
        if name == "label_replace":
            return _replaced(node, branch)
        if name == "label_join":
            return _joined(node, branch)
        if name == "info":
            return replace(branch, open=True, closed=None, value=None)
        if name == "histogram_quantile":
            return self.quantile(node, branch)
        named = branch.named and name in {"last_over_time", "first_over_time"}
        return replace(branch, named=named, value=value)

    def quantile(self, node: Call, branch: Branch) -> Branch:
        classic = branch.metric is not None and branch.metric.endswith("_bucket")
        if classic and branch.state("le") == "excluded" and branch.dead is None:
            cause = branch.why("le")
            text = "histogram_quantile needs the label le, which its input never has"
            if cause is not None:
                text += f" ({cause.text})"
            why = Reason(text, node.start, node.end)
            self.problem("quantile-without-le", why)
            return replace(branch, dead=why)
        removed = Reason("histogram_quantile removes le", node.start, node.end)
        return _set(replace(branch, named=False, value=None), "le", Fact("excluded", removed))

    def absent(self, node: Call) -> Branch:
        inner = strip_parens(node.args[0])
        branches = self.read(inner)
        closed = Reason(
            f"{node.function}() keeps only the equality matchers of its selector", node.start, node.end
        )
        selector = inner.selector if isinstance(inner, MatrixSelector) else inner
        labels: dict[str, Fact] = {}
        metric = None
        if isinstance(selector, VectorSelector):
            labels = _absent_labels(selector, closed)
            metric = _metric(selector)
        dead = None
        if any(branch.always and branch.dead is None for branch in branches):
            dead = Reason(
                f"{node.function}() is always empty: its argument always returns", node.start, node.end
            )
            self.problem("absent-always-empty", dead)
        return Branch(metric, labels, False, closed, dead, False, 1.0, False, True, node.start, node.end)

    # Operators

    def binary(self, node: Binary, left: list[Branch], right: list[Branch]) -> list[Branch]:
        if node.matching is None or node.left.type == "any" or node.right.type == "any":
            return self.with_scalar(node, left, right)
        if node.op == "or":
            return self.either(node, left, right)
        if node.op in SET_OPERATORS:
            return self.filtered_by(node, node.matching, left, right)
        swapped = node.matching.card == "one-to-many"
        many, one = (right, left) if swapped else (left, right)
        return [self.joined(node, node.matching, branch, one, swapped) for branch in many]

    def with_scalar(self, node: Binary, left: list[Branch], right: list[Branch]) -> list[Branch]:
        vector_right = node.right.type == "vector" and node.left.type != "vector"
        base, other = (right, left) if vector_right else (left, right)
        constant = other[0].value if len(other) == 1 else None
        return [self.scaled(node, branch, constant, vector_right) for branch in base]

    def scaled(self, node: Binary, branch: Branch, constant: float | None, swapped: bool) -> Branch:
        left, right = (constant, branch.value) if swapped else (branch.value, constant)
        outcome = _computed(node.op, left, right)
        if node.op not in COMPARISONS or node.returns_bool:
            return replace(branch, named=False, value=outcome)
        if outcome is None:
            return replace(branch, always=False, filtered=True)
        if outcome:
            return branch
        text = f"{_plain(left)} {node.op} {_plain(right)} is never true"
        dead = branch.dead or Reason(text, node.start, node.end)
        if branch.dead is None:
            self.problem("dead-branch", dead)
        return replace(branch, dead=dead, always=False, filtered=True)

    def either(self, node: Binary, left: list[Branch], right: list[Branch]) -> list[Branch]:
        matching = node.matching or Matching()
        covering = [b for b in left if b.always and b.dead is None and not b.open and not _present(b)]
        result = list(left)
        for branch in right:
            nothing_left = not branch.open and not _present(branch)
            if covering and branch.dead is None and ((matching.on and not matching.labels) or nothing_left):
                text = "never used: the left side of `or` always returns"
                dead = Reason(text, node.right.start, node.right.end)
                self.problem("dead-branch", dead)
                result.append(replace(branch, dead=dead))
            else:
                result.append(branch)
        return result

    def filtered_by(
        self, node: Binary, matching: Matching, left: list[Branch], right: list[Branch]
    ) -> list[Branch]:
        if node.op == "and":
            return [
                replace(
                    self.joined(node, matching, branch, right, False, keep=True), always=False, filtered=True
                )
                for branch in left
            ]
        return [self.unless(node, matching, branch, right) for branch in left]

    def unless(self, node: Binary, matching: Matching, branch: Branch, right: list[Branch]) -> Branch:
        partners = [other for other in right if other.dead is None]
        reasons = [_cannot_match(node, matching, branch, other) for other in partners[:_MOST_PARTNERS]]
        if branch.dead is None and reasons and all(reasons) and reasons[0] is not None:
            text = f"`unless` removes nothing: {reasons[0].text}"
            self.problem("impossible-join", replace(reasons[0], text=text))
        covered = matching.on and not matching.labels
        if covered and any(other.always for other in partners):
            dead = Reason(
                "`unless on ()` of something that always returns removes everything", node.start, node.end
            )
            if branch.dead is None:
                self.problem("dead-branch", dead)
            return replace(branch, dead=branch.dead or dead, always=False, filtered=True)
        return replace(branch, always=False, filtered=True)

    def joined(
        self,
        node: Binary,
        matching: Matching,
        branch: Branch,
        others: list[Branch],
        swapped: bool,
        *,
        keep: bool = False,
    ) -> Branch:
        """The result of a join, whose labels come from `branch`: the left side, or the many side of a group."""
        live = [other for other in others if other.dead is None]
        if branch.dead is not None:
            return replace(branch, named=False)
        if not live:
            side = "left" if swapped else "right"
            cause = others[0].dead.text if others and others[0].dead else "it is empty"
            dead = Reason(f"the {side} side never returns: {cause}", node.start, node.end)
            return replace(branch, dead=dead)
        filled = matching.fill != (None, None)
        results: list[Branch] = []
        refused: list[Reason] = []
        for other in live[:_MOST_PARTNERS]:
            reason = None if filled else _cannot_match(node, matching, branch, other, swapped=swapped)
            if reason is None:
                results.append(_matched(node, matching, branch, other, keep=keep))
            else:
                refused.append(reason)
        if not results:
            self.problem("impossible-join", refused[0])
            return replace(branch, dead=refused[0], always=False)
        self.check_include(matching, live)
        return self.valued(node, _merged(results), branch, live, swapped, keep=keep)

    def valued(
        self, node: Binary, merged: Branch, branch: Branch, live: list[Branch], swapped: bool, *, keep: bool
    ) -> Branch:
        """The joined branch with what is known of its value."""
        if keep:
            return replace(merged, value=branch.value, always=False, filtered=True)
        other = live[0].value if len(live) == 1 else None
        left, right = (other, branch.value) if swapped else (branch.value, other)
        outcome = _computed(node.op, left, right)
        always = branch.always and len(live) == 1 and live[0].always and not _present(branch)
        if node.op not in COMPARISONS or node.returns_bool:
            return replace(merged, value=outcome, always=always)
        if outcome == 0:
            dead = Reason(f"{_plain(left)} {node.op} {_plain(right)} is never true", node.start, node.end)
            self.problem("dead-branch", dead)
            return replace(merged, dead=dead, always=False, filtered=True)
        return replace(merged, value=left, always=always and outcome is not None, filtered=outcome is None)

    def check_include(self, matching: Matching, one: list[Branch]) -> None:
        for label in matching.include:
            if not label.templated and all(branch.state(label.name) == "excluded" for branch in one):
                group = "group_left" if matching.card == "many-to-one" else "group_right"
                cause = one[0].why(label.name)
                text = f"{group} ({label.name}) copies nothing: the other side never has that label"
                if cause is not None:
                    text += f" ({cause.text})"
                self.problem("impossible-label", Reason(text, label.start, label.end))


# Sources


def _metric(node: VectorSelector) -> str | None:
    if node.name is not None:
        return node.name
    names = [m.value for m in node.matchers if m.label == "__name__" and m.op == "="]
    return names[0] if len(names) == 1 else None


def _selected(node: VectorSelector, known: Known | None) -> Branch:
    labels: dict[str, Fact] = {}
    is_open, closed = True, None
    declared = known(node) if known is not None else None
    if declared is not None:
        why = Reason(f"{_metric(node)} is known to have these labels", node.start, node.end)
        labels = {name: Fact("possible", why) for name in declared.possible}
        labels.update({name: Fact("guaranteed", why) for name in declared.guaranteed})
        is_open, closed = declared.open, None if declared.open else why
    branch = Branch(_metric(node), labels, is_open, closed, None, True, start=node.start, end=node.end)
    for matcher in node.matchers:
        if matcher.label == "__name__" or matcher.templated or not matcher.op:
            continue
        branch = _narrowed(branch, matcher)
    contradiction = _contradiction(node.matchers)
    return replace(branch, dead=contradiction) if contradiction is not None else branch


def _narrowed(branch: Branch, matcher: Matcher) -> Branch:
    label, why = matcher.label, Reason(_matcher_text(matcher), matcher.start, matcher.end)
    state = _demanded(matcher)
    before = branch.state(label)
    if branch.dead is None and before != "possible" and state not in {before, "possible"}:
        cause = branch.why(label)
        text = f"{_matcher_text(matcher)} selects nothing: {label} is {before}"
        if cause is not None:
            text += f" ({cause.text})"
        return replace(branch, dead=Reason(text, matcher.start, matcher.end))
    if state == "possible" and label in branch.labels:
        return branch
    if state == "possible" and not branch.open:
        return branch
    return _set(branch, label, Fact(state, why))


def _matcher_text(matcher: Matcher) -> str:
    return f'{matcher.label}{matcher.op}"{matcher.value}"'


def _demanded(matcher: Matcher) -> State:
    """What a matcher alone says of its label."""
    if matcher.dynamic:
        return "possible"
    accepts_empty, only_empty = _emptiness(matcher)
    if only_empty:
        return "excluded"
    return "possible" if accepts_empty else "guaranteed"


def _emptiness(matcher: Matcher) -> tuple[bool, bool]:
    """Whether the matcher accepts a missing label, and whether it accepts nothing else."""
    value = matcher.value
    if matcher.op == "=":
        return not value, not value
    if matcher.op == "!=":
        return bool(value), False
    matches = re2.matches_empty(value)
    if matcher.op == "=~":
        return matches, re2.literal(value) == "" or value == ""
    return not matches, value in {".+", "(.+)"}


def _contradiction(matchers: tuple[Matcher, ...]) -> Reason | None:
    """Two matchers that no value satisfies, found when one of them is an equality."""
    exact = {m.label: m for m in matchers if m.op == "=" and not m.templated and not m.dynamic}
    for matcher in matchers:
        fixed = exact.get(matcher.label)
        if fixed is None or fixed is matcher or not matcher.op or matcher.dynamic:
            continue
        if not _accepts(matcher, fixed.value):
            text = f"{_matcher_text(fixed)} and {_matcher_text(matcher)} cannot both hold"
            return Reason(text, matcher.start, matcher.end)
    return None


def _accepts(matcher: Matcher, value: str) -> bool:
    if matcher.op in {"=", "!="}:
        return (matcher.value == value) == (matcher.op == "=")
    return (re2.compile(matcher.value).fullmatch(value) is not None) == (matcher.op == "=~")


def _absent_labels(selector: VectorSelector, closed: Reason) -> dict[str, Fact]:
    """As the engine does it: the first equality sets a label, any other matcher on it removes it again."""
    labels: dict[str, Fact] = {}
    seen: set[str] = set()
    for matcher in selector.matchers:
        name = matcher.label
        if name == "__name__" or matcher.templated or not matcher.op:
            continue
        if matcher.op == "=" and name not in seen:
            seen.add(name)
            state: State = "guaranteed" if matcher.value else "excluded"
            if matcher.dynamic:
                state = "possible"
            labels[name] = Fact(state, Reason(_matcher_text(matcher), matcher.start, matcher.end))
        else:
            labels[name] = Fact("excluded", closed)
    return labels


def _constant(node: Expr, value: float | None, why: str = "a number has no labels") -> Branch:
    closed = Reason(why, node.start, node.end)
    return Branch(None, {}, False, closed, None, False, value, True, False, node.start, node.end)


def _signed(branch: Branch, sign: str) -> Branch:
    if sign == "+":
        return branch
    return replace(branch, named=False, value=None if branch.value is None else -branch.value)


# Label functions


def _string(node: Expr) -> str | None:
    inner = strip_parens(node)
    return inner.value if isinstance(inner, StringLiteral) else None


def _replaced(node: Call, branch: Branch) -> Branch:
    target, template, source, pattern = (_string(arg) for arg in node.args[1:5])
    if target is None or template is None or source is None or pattern is None:
        return replace(branch, open=True, closed=None)
    if target == "__name__":
        return replace(branch, named=True)
    state = _replacement_state(branch, target, template, source, pattern)
    return _set(branch, target, Fact(state, Reason(f"label_replace sets {target}", node.start, node.end)))


def _replacement_state(branch: Branch, target: str, template: str, source: str, pattern: str) -> State:
    before, given = branch.state(target), branch.state(source)
    try:
        matches_all = pattern in {".*", "(.*)", "^.*$", "^(.*)$"}
        matches_any = matches_all or pattern in {".+", "(.+)", "^.+$", "^(.+)$", ""}
        applies = matches_all or (matches_any and given == "guaranteed" and pattern != "")
        if pattern == "":
            applies = given == "excluded"
        never = given == "excluded" and not re2.matches_empty(pattern)
    except ValueError:
        return "possible"
    if never:
        return before
    filled = _never_empty(template, pattern, given)
    if applies:
        if filled is True:
            return "guaranteed"
        if filled is False:
            return "excluded"
        return "possible"
    if filled is True and before == "guaranteed":
        return "guaranteed"
    return "excluded" if filled is False and before == "excluded" else "possible"


def _never_empty(template: str, pattern: str, source: State) -> bool | None:
    """Whether a replacement has text: True always, False never, None now and then."""
    if not template:
        return False
    import re

    rest = re.sub(r"\$(?:\{\w+\}|\w+)", "", template.replace("$$", "x"))
    if rest:
        return True
    whole = re.fullmatch(r"\$(?:\{1\}|1)", template)
    if whole and pattern in {"(.*)", "^(.*)$", "(.+)", "^(.+)$"}:
        if source == "guaranteed" or pattern in {"(.+)", "^(.+)$"}:
            return True
        return False if source == "excluded" else None
    return None


def _joined(node: Call, branch: Branch) -> Branch:
    strings = [_string(arg) for arg in node.args[1:]]
    target = strings[0]
    if target is None or any(text is None for text in strings):
        return replace(branch, open=True, closed=None)
    if target == "__name__":
        return replace(branch, named=True)
    separator, sources = strings[1], [text for text in strings[2:] if text is not None]
    states = {branch.state(source) for source in sources}
    if (separator and len(sources) > 1) or "guaranteed" in states:
        state: State = "guaranteed"
    elif not sources or states == {"excluded"}:
        state = "excluded"
    else:
        state = "possible"
    return _set(branch, target, Fact(state, Reason(f"label_join sets {target}", node.start, node.end)))


# Joins


def _set(branch: Branch, label: str, fact: Fact) -> Branch:
    return replace(branch, labels={**branch.labels, label: fact})


def _weaker(fact: Fact) -> Fact:
    return Fact("possible", fact.why) if fact.state == "guaranteed" else fact


def _present(branch: Branch) -> bool:
    return any(fact.state != "excluded" for fact in branch.labels.values())


def _shared(matching: Matching, left: Branch, right: Branch) -> Iterable[str]:
    """The labels known by name whose values must be equal on both sides."""
    if matching.on:
        return [label.name for label in matching.labels if not label.templated]
    if any(label.templated for label in matching.labels):
        return []
    ignored = {label.name for label in matching.labels}
    return [name for name in dict.fromkeys([*left.labels, *right.labels]) if name not in ignored]


def _cannot_match(
    node: Binary, matching: Matching, branch: Branch, other: Branch, *, swapped: bool = False
) -> Reason | None:
    """Why no series of the two branches find each other."""
    left, right = (other, branch) if swapped else (branch, other)
    for name in _shared(matching, left, right):
        for here, there, side in ((left, right, "right"), (right, left, "left")):
            has, lacks = here.state(name), there.state(name)
            if lacks != "excluded" or has == "excluded" or (has == "possible" and not matching.on):
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
            return Reason(text, *span, has == "guaranteed")
    return _different_values(node, matching, left, right)


def _different_values(node: Binary, matching: Matching, left: Branch, right: Branch) -> Reason | None:
    """A label that is fixed to one value on the left and to another on the right."""
    for name in _shared(matching, left, right):
        mine, theirs = _fixed(left, name), _fixed(right, name)
        if mine is not None and theirs is not None and mine != theirs:
            text = f'{name} is "{mine}" on the left side and "{theirs}" on the right side'
            span = (
                (matching.start, matching.end)
                if matching.end
                else (node.op_start, node.op_start + len(node.op))
            )
            return Reason(text, *span)
    return None


def _fixed(branch: Branch, label: str) -> str | None:
    """The one value that an equality matcher leaves."""
    fact = branch.labels.get(label)
    if fact is None or fact.state != "guaranteed":
        return None
    prefix = f'{label}="'
    text = fact.why.text
    if text.startswith(prefix) and text.endswith('"'):
        return text[len(prefix) : -1]
    return None


def _matched(node: Binary, matching: Matching, branch: Branch, other: Branch, *, keep: bool) -> Branch:
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
    return replace(branch, labels=labels, open=is_open, closed=None if is_open else closed, named=named)


def _copied(label: Label, one: Branch) -> Fact:
    copied = Reason(f"group_left or group_right copies {label.name}", label.start, label.end)
    why = one.why(label.name) if one.state(label.name) == "excluded" else copied
    return Fact(one.state(label.name), why or copied)


def _meet(name: str, left: Branch, right: Branch, span: tuple[int, int]) -> Fact:
    """A label whose value is equal on both sides: what either side knows holds for the result."""
    states: tuple[State, ...] = ("guaranteed", "excluded")
    for state in states:
        for side in (left, right):
            if side.state(name) == state:
                return Fact(state, side.why(name) or Reason("both sides match on it", *span))
    return Fact("possible", left.why(name) or right.why(name) or Reason("both sides match on it", *span))


def _either_side(name: str, left: Branch, right: Branch, span: tuple[int, int]) -> Fact:
    """With fill values a series of one side alone is enough."""
    if left.state(name) == right.state(name):
        return _meet(name, left, right, span)
    return Fact("possible", left.why(name) or right.why(name) or Reason("from either side", *span))


def _merged(results: list[Branch]) -> Branch:
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
    return replace(first, labels=labels, open=is_open, closed=None if is_open else first.closed)


def _computed(op: str, left: float | None, right: float | None) -> float | None:
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
        return (
            {"+": left + right, "-": left - right, "*": left * right}.get(op) if op != "/" else left / right
        )
    except (OverflowError, ZeroDivisionError):
        return None


def _plain(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"
