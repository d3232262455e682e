"""Which labels the result of an expression has: per `or` branch, guaranteed, possible or excluded, and why.

Semantics, not habit: *guaranteed* means that every series of the branch carries the label with a value,
*excluded* that none does, *possible* all else. An `open` branch may carry labels that are not named; in a
closed one every label that is not named is excluded. A label in `by (...)` is guaranteed only where it was
before. `dead` says why a branch never returns anything.

Source: the engine of Prometheus 2.55 (vector matching, aggregation, label functions, absent).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from obs.lang.promql.functions import COMPARISONS, SET_OPERATORS
from obs.lang.promql.joins import cannot_match, computed, matched, merged, shown
from obs.lang.promql.label_sources import (
    absent_labels,
    constant,
    label_join,
    label_replace,
    metric_name,
    refusal,
    selected,
    signed,
)
from obs.lang.promql.labels import (
    Branch,
    Fact,
    Flow,
    Known,
    LabelSet,
    Problem,
    ProblemKind,
    Reason,
    State,
    has_labels,
    with_fact,
)
from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Call,
    Expr,
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

__all__ = ["Branch", "Fact", "Flow", "Known", "LabelSet", "Problem", "Reason", "State", "flow"]

_OF_EQUAL_VALUES = frozenset(
    {"avg_over_time", "first_over_time", "last_over_time", "max_over_time", "min_over_time"}
)
"""Of samples that are all the same they return that value."""
_OF_CHANGES = frozenset({"rate", "increase", "irate", "delta", "idelta", "deriv", "changes", "resets"})
"""Of samples that are all the same they return zero."""
_ONE_STAYS = frozenset({"avg", "min", "max", "sum"})
"""Of a group with one series alone, as `vector(0)` is in a group by labels that it does not have."""
_MOST_PARTNERS = 50
"""Branches of the other side that a join looks at; beyond them nothing is concluded."""


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
            return [selected(node, self.known)]
        if isinstance(node, MatrixSelector):
            return self.read(node.selector)
        if isinstance(node, Paren):
            return self.read(node.expr)
        if isinstance(node, Subquery):
            return self.read(node.expr)
        if isinstance(node, Unary):
            return [signed(branch, node.op) for branch in self.read(node.expr)]
        if isinstance(node, Aggregate):
            return self.aggregate(node)
        if isinstance(node, Call):
            return self.call(node)
        if isinstance(node, NumberLiteral):
            return [constant(node, node.value)]
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
        covered, seen = False, 0
        for binary in reversed(chain):
            right = self.read(binary.right)
            if binary.op == "or" and not _one_operand(binary):
                covered = covered or any(map(_covers, left[seen:]))
                seen = len(left)
                left += self.otherwise(binary, right, covered)
            else:
                left = self.binary(binary, left, right)
                covered, seen = False, 0
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
            return [branch._replace(always=False) for branch in branches]
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
            listed = [label.name for label in node.grouping if not label.templated]
            for name in listed:
                labels[name] = branch.labels.get(name) or Fact(branch.state(name), branch.why(name) or closed)
            for name in branch.labels:
                if name not in listed and not is_open:
                    labels[name] = Fact("excluded", closed)
        if node.op == "count_values" and isinstance(node.parameter, StringLiteral):
            made = Reason(f"count_values sets {node.parameter.value}", node.start, node.end)
            labels[node.parameter.value] = Fact("guaranteed", made)
        alone = count == 1 or (
            branch.shadowed and labels and not (is_open or has_labels(branch) or branch.open)
        )
        value = branch.value if alone and node.op in _ONE_STAYS and (count > 1 or node.op != "sum") else None
        if node.op == "group":
            value = 1.0
        return branch._replace(labels=labels, open=is_open, closed=closed, named=False, value=value)

    # Functions

    def call(self, node: Call) -> list[Branch]:
        name = node.function
        if name in {"absent", "absent_over_time"}:
            return [self.absent(node)]
        if node.type == "scalar" or name == "vector" or not node.args:
            read = [self.read(arg) for arg in node.args]
            value = read[0][0].value if name == "vector" and read and len(read[0]) == 1 else None
            return [constant(node, value, f"{name}() has no labels")]
        subject = next((arg for arg in node.args if arg.type in {"vector", "matrix", "any"}), None)
        if subject is None:
            return [constant(node, None, f"{name}() has no labels")]
        for arg in node.args:
            if arg is not subject and arg.type != "string":
                self.read(arg)
        return [self.called(node, branch) for branch in self.read(subject)]

    def called(self, node: Call, branch: Branch) -> Branch:
        name = node.function
        value = 1.0 if name == "present_over_time" else None
        if name in {"sort", "sort_desc", "sort_by_label", "sort_by_label_desc"}:
            return branch
        if name in {"label_replace", "label_join"}:
            return self.relabelled(node, branch)
        if name == "info":
            return branch._replace(open=True, closed=None, value=None)
        if name == "histogram_quantile":
            return self.quantile(node, branch)
        if name in _OF_EQUAL_VALUES:
            value = branch.value
        elif name in _OF_CHANGES and branch.value is not None:
            value = 0.0
        named = branch.named and name in {"last_over_time", "first_over_time"}
        return branch._replace(named=named, value=value)

    def relabelled(self, node: Call, branch: Branch) -> Branch:
        refused = refusal(node)
        if refused is not None:
            self.problem("invalid-label-function", refused)
            return branch._replace(dead=branch.dead or refused)
        return label_replace(node, branch) if node.function == "label_replace" else label_join(node, branch)

    def quantile(self, node: Call, branch: Branch) -> Branch:
        classic = branch.metric is not None and branch.metric.endswith("_bucket")
        if classic and branch.state("le") == "excluded" and branch.dead is None:
            cause = branch.why("le")
            text = "histogram_quantile needs the label le, which its input never has"
            if cause is not None:
                text += f" ({cause.text})"
            why = Reason(text, node.start, node.end)
            self.problem("quantile-without-le", why)
            return branch._replace(dead=why)
        removed = Reason("histogram_quantile removes le", node.start, node.end)
        unlabelled = branch._replace(named=False, value=None, always=False)
        return with_fact(unlabelled, "le", Fact("excluded", removed))

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
            labels = absent_labels(selector, closed)
            metric = metric_name(selector)
        dead = None
        if any(branch.always and branch.dead is None for branch in branches):
            dead = Reason(
                f"{node.function}() is always empty: its argument always returns", node.start, node.end
            )
            self.problem("absent-always-empty", dead)
        return Branch(
            metric, labels, False, closed, dead, value=1.0, filtered=True, start=node.start, end=node.end
        )

    # Operators

    def binary(self, node: Binary, left: list[Branch], right: list[Branch]) -> list[Branch]:
        if node.matching is None or _one_operand(node):
            return self.with_scalar(node, left, right)
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
        outcome = computed(node.op, left, right)
        if node.op not in COMPARISONS or node.returns_bool:
            if node.returns_bool and outcome == 0 and not branch.shadowed:
                text = f"{shown(left)} {node.op} {shown(right)} is never true, so that it is always 0"
                self.problem("dead-branch", Reason(text, node.start, node.end))
            return branch._replace(named=False, value=outcome)
        if outcome is None:
            return branch._replace(always=False, filtered=True)
        if outcome:
            return branch._replace(always=False, filtered=True) if branch.shadowed else branch
        text = f"{shown(left)} {node.op} {shown(right)} is never true"
        dead = branch.dead or Reason(text, node.start, node.end)
        if branch.dead is None and not branch.shadowed:  # `x or vector(0)` only fills a gap
            self.problem("dead-branch", dead)
        return branch._replace(dead=dead, always=False, filtered=True)

    def otherwise(self, node: Binary, right: list[Branch], covered: bool) -> Iterator[Branch]:
        """The right side of an `or`; `covered` if a branch without labels always returns on the left."""
        everything = node.matching is not None and node.matching.on and not node.matching.labels
        for branch in right:
            unlabelled = not branch.open and not has_labels(branch)
            if covered and branch.dead is None and (everything or unlabelled):
                text = "never used: the left side of `or` always returns"
                dead = Reason(text, node.right.start, node.right.end)
                self.problem("dead-branch", dead)
                yield branch._replace(dead=dead)
            else:
                yield branch._replace(shadowed=True)

    def filtered_by(
        self, node: Binary, matching: Matching, left: list[Branch], right: list[Branch]
    ) -> list[Branch]:
        if node.op == "and":
            return [
                self.joined(node, matching, branch, right, False, keep=True)._replace(
                    always=False, filtered=branch.filtered or not right or any(map(_decides, right))
                )
                for branch in left
            ]
        return [self.unless(node, matching, branch, right) for branch in left]

    def unless(self, node: Binary, matching: Matching, branch: Branch, right: list[Branch]) -> Branch:
        partners = [other for other in right if other.dead is None]
        reasons = [cannot_match(node, matching, branch, other) for other in partners[:_MOST_PARTNERS]]
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
            return branch._replace(dead=branch.dead or dead, always=False, filtered=True)
        return branch._replace(always=False, filtered=True)

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
        """The result of a join; its labels come from `branch`: the left side, or the many side of a group."""
        live = [other for other in others if other.dead is None]
        if branch.dead is not None:
            return branch._replace(named=False)
        if not live:
            side = "left" if swapped else "right"
            cause = others[0].dead.text if others and others[0].dead else "it is empty"
            certain = all(other.dead.certain for other in others if other.dead is not None)
            dead = Reason(f"the {side} side never returns: {cause}", node.start, node.end, certain)
            return branch._replace(dead=dead)
        filled = matching.fill != (None, None)
        results: list[Branch] = []
        refused: list[Reason] = []
        for other in live[:_MOST_PARTNERS]:
            reason = None if filled else cannot_match(node, matching, branch, other, swapped=swapped)
            if reason is None:
                results.append(matched(node, matching, branch, other, keep=keep))
            else:
                refused.append(reason)
        if not results:
            self.problem("impossible-join", refused[0])
            return branch._replace(dead=refused[0], always=False)
        self.check_include(matching, live)
        return self.valued(node, merged(results), branch, live, swapped, keep=keep)

    def valued(
        self, node: Binary, merged: Branch, branch: Branch, live: list[Branch], swapped: bool, *, keep: bool
    ) -> Branch:
        """The joined branch with what is known of its value."""
        if keep:
            return merged._replace(value=branch.value, always=False)
        other = live[0].value if len(live) == 1 else None
        left, right = (other, branch.value) if swapped else (branch.value, other)
        outcome = computed(node.op, left, right)
        always = branch.always and len(live) == 1 and live[0].always and not has_labels(branch)
        if node.op not in COMPARISONS or node.returns_bool:
            filtered = merged.filtered or all(one.filtered for one in live)
            return merged._replace(value=outcome, always=always, filtered=filtered)
        if outcome == 0:
            dead = Reason(f"{shown(left)} {node.op} {shown(right)} is never true", node.start, node.end)
            self.problem("dead-branch", dead)
            return merged._replace(dead=dead, always=False, filtered=True)
        return merged._replace(
            value=left,
            always=always and outcome is not None and not branch.shadowed,
            filtered=outcome is None,
        )

    def check_include(self, matching: Matching, one: list[Branch]) -> None:
        for label in matching.include:
            if not label.templated and all(branch.state(label.name) == "excluded" for branch in one):
                group = "group_left" if matching.card == "many-to-one" else "group_right"
                cause = one[0].why(label.name)
                text = f"{group} ({label.name}) copies nothing: the other side never has that label"
                if cause is not None:
                    text += f" ({cause.text})"
                self.problem("impossible-label", Reason(text, label.start, label.end))


def _one_operand(node: Binary) -> bool:
    """Whether the labels come from one side only: the other is a number, or a variable that may be one."""
    return node.matching is None or node.left.type == "any" or node.right.type == "any"


def _decides(branch: Branch) -> bool:
    """Whether it is for a reason that the branch is there: a condition, or that something fires."""
    return branch.filtered or branch.dead is not None or branch.metric in {"ALERTS", None}


def _covers(branch: Branch) -> bool:
    return branch.always and branch.dead is None and not branch.open and not has_labels(branch)


def _weaker(fact: Fact) -> Fact:
    return Fact("possible", fact.why) if fact.state == "guaranteed" else fact
