"""An expression in plain words, built from its syntax tree.

    explain(check("sum by (job) (rate(http_requests_total[5m])) > 0.8").tree)
    # For each job: the per-second rate of http_requests_total over the last 5 minutes, summed over all else;
    # kept where greater than 0.8.

Every operand of an `or` has a sentence of its own. Long operands of an arithmetic operation are named by letters
and told on lines of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from obs.lang.promql.explain_calls import NOT_A_SUBJECT, OF_SAMPLES, OF_VECTOR, called
from obs.lang.promql.functions import COMPARISONS, SET_OPERATORS
from obs.lang.promql.joins import computed
from obs.lang.promql.syntax import (
    Aggregate,
    At,
    Binary,
    Call,
    Duration,
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
    walk,
)
from obs.lang.wording import (
    ARITHMETIC,
    COMPARISON,
    FLIPPED,
    label_condition,
    listed,
    moment,
    number,
    percentile,
    quoted,
    sentence,
    single,
    span,
    the_last,
)

_MOST_PARTS = 1000
_LONG = 170
"""Characters of an arithmetic operation beyond which its operands are named by letters."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_AGGREGATED = {
    "avg": "the average",
    "group": "1 for each",
    "max": "the highest value",
    "min": "the lowest value",
    "stddev": "the standard deviation",
    "stdvar": "the variance",
    "sum": "the sum",
}
_TRAILING = {"avg": "averaged", "sum": "summed"}
_TIMES = ("time", "time_seconds", "timestamp", "timestamp_seconds", "created")
"""How the names of metrics end whose value is a time."""


def explain(tree: Expr) -> str:
    """Sentences for a person, one or more lines without a final line break; of any expression that was parsed."""
    parts = sum(1 for _ in walk(tree))
    if parts > _MOST_PARTS:
        return f"An expression of {parts} parts, too long to tell in words."
    return "\n".join(_Teller().whole(tree))


@dataclass(slots=True)
class _Teller:
    """`letters` maps the words for a long operand to its letter while an arithmetic operation is told."""

    letters: dict[str, str] | None = None
    names: set[str] = field(default_factory=set)
    group: frozenset[str] = frozenset()
    """The labels of `For each ...` that the sentence began with."""

    # Sentences

    def whole(self, tree: Expr) -> Iterator[str]:
        self.names = {node.name for node in walk(tree) if isinstance(node, VectorSelector) and node.name}
        for number_, (lead, operand) in enumerate(_alternatives(tree)):
            first, *more = self.statement(operand)
            yield f"{lead}{first}" if number_ else sentence(first, self.names)
            yield from more

    def statement(self, node: Expr) -> list[str]:
        """One sentence about an operand, and a line for each letter in it."""
        grouping = _grouped_by(_kept_side(node))
        self.group = frozenset(grouping)
        core, tail = self.peeled(node)
        lead = f"for each {listed(grouping)}: " if grouping else ""
        text, more = self.lettered(core)
        return [f"{lead}{text}{tail}.", *more]

    def peeled(self, node: Expr) -> tuple[Expr, str]:
        """The operand that gives the result, and in words when a result is kept."""
        kept: list[str] = []
        unless: list[str] = []
        node = strip_parens(node)
        while isinstance(node, Binary) and not node.returns_bool:
            if node.op in COMPARISONS:
                node, condition = self.compared(node)
                kept.append(condition)
            elif node.op == "and":
                kept.append(self.condition(node.right, node.matching))
                node = strip_parens(node.left)
            elif node.op == "unless" and _earlier(node) is None:
                unless.append(self.condition(node.right, node.matching))
                node = strip_parens(node.left)
            else:
                break
        tail = f"; kept where {' and where '.join(reversed(kept))}" if kept else ""
        if unless:
            tail += f"{',' if kept else '; kept'} unless {' or '.join(reversed(unless))}"
        return node, tail

    def compared(self, node: Binary) -> tuple[Expr, str]:
        """The side whose value a comparison keeps, and the comparison with the other."""
        if node.left.type == "scalar" and node.right.type != "scalar":
            op = FLIPPED.get(node.op, node.op)
            return strip_parens(node.right), f"{COMPARISON[op]} {self.operand(node.left)}"
        words = f"{COMPARISON[node.op]} {self.operand(node.right)}{self.same(node)}"
        return strip_parens(node.left), words

    def lettered(self, core: Expr) -> tuple[str, list[str]]:
        plain = self.head(core)
        if len(plain) <= _LONG or not isinstance(core, Binary) or core.op in SET_OPERATORS:
            return plain, []
        self.letters = {}
        short = self.head(core)
        letters, self.letters = self.letters, None
        if not 1 < len(letters) <= len(_LETTERS):
            return plain, []
        return short, [f"  {letter}: {words}" for words, letter in letters.items()]

    def head(self, core: Expr) -> str:
        """The subject of a sentence."""
        if isinstance(core, VectorSelector):
            subject = self.selector(core)
            return subject if subject.startswith("every ") else f"every series of {subject}"
        if isinstance(core, MatrixSelector | Subquery):
            subject, period = self.samples(core)
            return f"all samples of {subject} {period}"
        if isinstance(core, StringLiteral):
            return f"the text {quoted(core.value)}"
        if core.type == "scalar" and _constant(core) is not None:
            return f"the number {self.phrase(core)}"
        if isinstance(core, Aggregate) and core.op in _TRAILING and self.letters is None:
            over = "all else" if core.grouping else "all series"
            if core.without and core.grouping:
                over = f"every {listed(label.name for label in core.grouping)}"
            return f"{self.argument(core.expr)}, {_TRAILING[core.op]} over {over}"
        return self.phrase(core)

    # Noun phrases

    def phrase(self, node: Expr) -> str:
        """What the value of a node is, to stand behind `of`."""
        if isinstance(node, Binary):
            return self.binary(node)
        if isinstance(node, Paren):
            inner = strip_parens(node)
            return f"({self.phrase(inner)})" if isinstance(inner, Binary) else self.phrase(inner)
        if isinstance(node, NumberLiteral):
            return number(node.value)
        if isinstance(node, StringLiteral):
            return quoted(node.value)
        if isinstance(node, Variable):
            return node.text
        if isinstance(node, VectorSelector):
            return self.selector(node)
        if isinstance(node, MatrixSelector | Subquery):
            subject, period = self.samples(node)
            return f"the samples of {subject} {period}"
        if isinstance(node, Unary):
            return f"minus {self.argument(node.expr)}" if node.op == "-" else self.phrase(node.expr)
        if isinstance(node, Aggregate):
            return self.aggregate(node)
        return self.call(node)

    def argument(self, node: Expr) -> str:
        """As `phrase`, in parentheses where it would run into what stands around it."""
        node = strip_parens(node)
        value = _constant(node)
        if value is not None:
            return number(value)
        if isinstance(node, Binary) and not _is_relative(node):
            return f"({self.phrase(node)})"
        return self.phrase(node)

    def operand(self, node: Expr) -> str:
        """As `phrase`, for a side of an operation: a letter when letters are given out."""
        value = _constant(node)
        if value is not None:
            return number(value)
        bare = strip_parens(node)
        if self.letters is None or node.type == "scalar" or isinstance(bare, Binary | Unary):
            return self.phrase(node)
        letters, self.letters = self.letters, None
        words = self.phrase(bare)
        if len(words) < 20:
            self.letters = letters
            return words
        if words not in letters:
            letters[words] = _LETTERS[len(letters) % len(_LETTERS)]
            if len(letters) > len(_LETTERS):
                letters[words] = f"A{len(letters)}"
        self.letters = letters
        return letters[words]

    def binary(self, node: Binary) -> str:
        value = _constant(node)
        if value is not None:
            return number(value)
        chain = [node]
        while isinstance(chain[-1].left, Binary):
            chain.append(chain[-1].left)
        first = chain[-1]
        special = _since(first) or _percent(first)
        text = self.operand(first.left) if special is None else self.special(first, *special)
        for operation in reversed(chain if special is None else chain[:-1]):
            text = self.operation(text, operation)
        return text

    def special(self, node: Binary, kind: str, subject: Expr) -> str:
        if kind == "percent":
            return f"{self.phrase(strip_parens(subject))}, in percent"
        words = self.argument(subject)
        return f"the age of the latest sample of {words}" if kind == "age" else f"the seconds since {words}"

    def operation(self, left: str, node: Binary) -> str:
        """`left` joined by the operator to the right side."""
        if node.op in ARITHMETIC:
            comma = "," if " of " in left and not left.endswith(")") else ""
            right = self.operand(node.right)
            if isinstance(node.right, Binary) and _constant(node.right) is None:
                right = f"({right})"
            return f"{left}{comma} {ARITHMETIC[node.op]} {right}{self.same(node)}"
        if node.op in COMPARISONS:
            compared = f"{COMPARISON[node.op]} {self.operand(node.right)}{self.same(node)}"
            if node.returns_bool:
                return f"1 where {left} is {compared}, else 0"
            if node.left.type == "scalar" and node.right.type != "scalar":
                flipped = COMPARISON[FLIPPED.get(node.op, node.op)]
                return f"{self.argument(node.right)} whose value is {flipped} {left}"
            plain = compared.removeprefix("equal to ").replace("not equal to", "not", 1)
            return f"{left} whose value is {plain}"
        if node.op == "or":
            return f"{left}, or else {self.operand(node.right)}"
        earlier = _earlier(node)
        if earlier is not None:
            return f"the series of {left} that did not exist {earlier}"
        if node.op == "unless":
            return f"{left}, unless {self.condition(node.right, node.matching)}"
        return f"{left} for which {self.condition(node.right, node.matching)}"

    def condition(self, node: Expr, matching: Matching | None) -> str:
        """A clause that is true where the node has a result that matches."""
        node = strip_parens(node)
        same = _same(matching, sets=True, group=self.group)
        if isinstance(node, Binary) and node.op in COMPARISONS and not node.returns_bool:
            kept, compared = self.compared(node)
            return f"{self.phrase(kept)}{same} is {compared}"
        if isinstance(node, Call) and node.function == "absent":
            return f"there is no {self.argument(node.args[0])}"
        return f"there is {self.argument(node)}{same}"

    def same(self, node: Binary) -> str:
        return _same(node.matching, sets=node.op in SET_OPERATORS, group=self.group)

    # Selectors

    def selector(self, node: VectorSelector, *, timed: bool = True) -> str:
        subject, matchers = _named(node)
        conditions = [_matcher(matcher) for matcher in matchers]
        if conditions:
            subject += f" with {listed(conditions)}"
        when = self.when(node.offset, node.at) if timed else ""
        return f"{subject} {when}" if when else subject

    @staticmethod
    def when(offset: Duration | None, at: At | None) -> str:
        """`1 hour ago`, `at the end of the query`, `1 hour before 2021-01-04 07:06:40 UTC`."""
        point = "" if at is None else _point(at)
        if offset is None or offset.milliseconds == 0:
            return f"at {point}" if point else ""
        written = offset.text.lstrip("+- ")
        words = span(abs(offset.milliseconds), written) if offset.milliseconds is not None else offset.text
        ahead = offset.milliseconds is not None and offset.milliseconds < 0
        if not point:
            return f"{words} {'ahead' if ahead else 'ago'}"
        return f"{words} {'after' if ahead else 'before'} {point}"

    def samples(self, node: Expr) -> tuple[str, str]:
        """What the samples of a range are of, and the period: `over the last 5 minutes`."""
        node = strip_parens(node)
        if isinstance(node, MatrixSelector):
            inner = node.selector
            when = self.when(inner.offset, inner.at)
            return self.selector(inner, timed=False), _period(node.range, when)
        if isinstance(node, Subquery):
            step = node.step
            every = ""
            if step is not None and step.milliseconds != 0:
                every = f", taken every {single(_length(step))}"
            return self.argument(node.expr), _period(node.range, self.when(node.offset, node.at)) + every
        return self.phrase(node), ""

    # Aggregations and functions

    def aggregate(self, node: Aggregate) -> str:
        names = [label.name for label in node.grouping]
        per = ""
        if node.without and names:
            per = f" over every {listed(names)}"
        elif names and frozenset(names) != self.group:
            per = f" per {listed(names)}"
        inner = self.argument(node.expr)
        if node.parameter is not None:
            return self.parametrized(node, node.parameter, inner, per)
        if node.op == "count":
            return f"the number of series{per} of {inner}"
        if node.op == "group":
            return (
                f"1 for every {listed(names) or 'case'} that has any {inner}"
                if per
                else f"1 if there is any {inner}"
            )
        return f"{_AGGREGATED[node.op]}{per} of {inner}"

    def parametrized(self, node: Aggregate, parameter: Expr, inner: str, per: str) -> str:
        value = _constant(parameter)
        given = self.argument(parameter)
        if node.op in {"topk", "bottomk"}:
            word = "highest" if node.op == "topk" else "lowest"
            if value is None and not given.isalnum():
                return f"the k {word}{per} of {inner}, with k being {given}"
            return f"the {word}{per} of {inner}" if value == 1 else f"the {given} {word}{per} of {inner}"
        if node.op == "quantile":
            head = percentile(value) if value is not None else f"the {given}-quantile"
            return f"{head}{per} across the series of {inner}"
        if node.op == "count_values":
            label = parameter.value if isinstance(parameter, StringLiteral) else given
            return f"the number of series{per} for each value of {inner}, the value in the label {label}"
        if node.op == "limitk":
            return f"any {given} series{per} of {inner}"
        share = f"{number(float(f'{value * 100:.10g}'))}%" if value is not None else f"a share of {given}"
        return f"{share} of the series{per} of {inner}"

    def call(self, node: Call) -> str:
        name = node.function
        if name in OF_SAMPLES:
            at = next(i for i, arg in enumerate(node.args) if arg.type == "matrix" or i == len(node.args) - 1)
            subject, period = self.samples(node.args[at])
            others = [self.argument(arg) for i, arg in enumerate(node.args) if i != at]
            values = [_constant(arg) for i, arg in enumerate(node.args) if i != at]
            return OF_SAMPLES[name](subject, period, others, values)
        if name in OF_VECTOR and node.args:
            return OF_VECTOR[name].format(self.argument(node.args[0]))
        if name == "histogram_quantile":
            return self.quantile(node)
        words = called(name, [_text(arg) or self.argument(arg) for arg in node.args])
        if words is not None:
            return words
        return f"{name}() of {listed(self.argument(arg) for arg in node.args)}" if node.args else f"{name}()"

    def quantile(self, node: Call) -> str:
        value = _constant(node.args[0])
        head = percentile(value) if value is not None else f"the {self.argument(node.args[0])}-quantile"
        inner = strip_parens(node.args[1])
        if isinstance(inner, Aggregate) and inner.op == "sum" and not inner.without:
            names = [label.name for label in inner.grouping if label.name != "le"]
            per = f" per {listed(names)}" if names and frozenset(names) != self.group else ""
            counted = self.bucket_rate(strip_parens(inner.expr))
            if counted is not None:
                return f"{head}{per} of {counted}"
        counted = self.bucket_rate(inner)
        return f"{head} of {counted}" if counted else f"{head} of the histogram {self.argument(inner)}"

    def bucket_rate(self, node: Expr) -> str | None:
        """`http_request_duration_seconds over the last 5 minutes` of the rate of its buckets."""
        if not (isinstance(node, Call) and node.function in {"rate", "increase", "irate"}):
            return None
        matrix = strip_parens(node.args[0])
        if not isinstance(matrix, MatrixSelector) or not (matrix.selector.name or "").endswith("_bucket"):
            return None
        subject, period = self.samples(matrix)
        return f"{subject.replace('_bucket', '', 1) if subject.count('_bucket') == 1 else subject} {period}"


# What a sentence begins with


def _alternatives(tree: Expr) -> list[tuple[str, Expr]]:
    """The operands of the outermost `or`s, each with the words that lead to it."""
    found: list[tuple[str, Expr]] = []
    node = strip_parens(tree)
    while isinstance(node, Binary) and node.op == "or":
        found.append((_otherwise(node.matching), strip_parens(node.right)))
        node = strip_parens(node.left)
    return [("", node), *reversed(found)]


def _kept_side(node: Expr) -> Expr:
    """What gives the result, inside comparisons and `and`, as `_Teller.peeled` finds it."""
    node = strip_parens(node)
    while isinstance(node, Binary) and not node.returns_bool:
        if node.op in COMPARISONS:
            flipped = node.left.type == "scalar" and node.right.type != "scalar"
            node = strip_parens(node.right if flipped else node.left)
        elif node.op == "and" or (node.op == "unless" and _earlier(node) is None):
            node = strip_parens(node.left)
        else:
            break
    return node


def _otherwise(matching: Matching | None) -> str:
    if matching is not None and matching.on:
        names = listed((label.name for label in matching.labels), "or")
        return f"Or, for any other {names}: " if names else "Or, if all that is empty: "
    ignored = listed(label.name for label in matching.labels) if matching is not None else ""
    return f"Or, where that is missing for any {ignored}: " if ignored else "Or, where that is missing: "


def _grouped_by(root: Expr) -> tuple[str, ...]:
    """The labels by which every part of an operand is aggregated; empty when they are not the same ones."""
    node = strip_parens(root)
    if isinstance(node, Aggregate):
        plain = not node.without and node.op != "count_values"
        return tuple(label.name for label in node.grouping) if plain else ()
    if isinstance(node, Unary):
        return _grouped_by(node.expr)
    if isinstance(node, Call) and node.function == "histogram_quantile":
        return tuple(name for name in _grouped_by(node.args[1]) if name != "le")
    if isinstance(node, Call) and node.args and node.function in OF_VECTOR.keys() - NOT_A_SUBJECT:
        return _grouped_by(node.args[0])
    return _shared_groups(node) if isinstance(node, Binary) else ()


def _shared_groups(root: Binary) -> tuple[str, ...]:
    sides: list[Expr] = []
    node: Expr = root
    while isinstance(node, Binary):
        if node.op in SET_OPERATORS:
            return ()
        matching = node.matching
        if matching is not None and (matching.labels or matching.on or matching.include):
            return ()
        sides.append(node.right)
        node = node.left
    groups = [_grouped_by(side) for side in [node, *reversed(sides)] if side.type != "scalar"]
    return groups[0] if groups and len({frozenset(group) for group in groups}) == 1 else ()


# Parts of a phrase


def _constant(node: Expr) -> float | None:
    """The value of a node of mere numbers."""
    node = strip_parens(node)
    if isinstance(node, NumberLiteral):
        return node.value
    if isinstance(node, Unary):
        value = _constant(node.expr)
        return -value if value is not None and node.op == "-" else value
    if isinstance(node, Binary) and node.type == "scalar" and node.op in {"+", "-", "*", "/"}:
        chain: list[Binary] = []
        left: Expr = node
        while isinstance(left, Binary) and left.op in {"+", "-", "*", "/"}:
            chain.append(left)
            left = left.left
        value = _constant(left) if not isinstance(left, Binary) else None
        for operation in reversed(chain):
            value = computed(operation.op, value, _constant(operation.right))
        return value
    return None


def _text(node: Expr) -> str | None:
    node = strip_parens(node)
    return node.value if isinstance(node, StringLiteral) else None


def _is_relative(node: Binary) -> bool:
    """Whether the words for an operation are one noun with a clause: `up whose value is 0`."""
    if _constant(node) is not None:
        return True
    if isinstance(node.left, Binary):
        return False
    return (node.op in COMPARISONS and not node.returns_bool) or _earlier(node) is not None


def _earlier(node: Binary) -> str | None:
    """`5 minutes ago` of `x unless x offset 5m`."""
    right = strip_parens(node.right)
    if node.op != "unless" or not isinstance(right, VectorSelector) or right.offset is None:
        return None
    left = strip_parens(node.left)
    if not isinstance(left, VectorSelector) or left.offset is not None or left.name != right.name:
        return None
    same = {(m.label, m.op, m.value) for m in left.matchers} == {
        (m.label, m.op, m.value) for m in right.matchers
    }
    matching = node.matching
    if not same or right.at is not None or (matching is not None and (matching.on or matching.labels)):
        return None
    return _Teller.when(right.offset, None)


def _since(node: Binary) -> tuple[str, Expr] | None:
    """`time() - x` of something that is a time by its name."""
    left, right = strip_parens(node.left), strip_parens(node.right)
    if node.op != "-" or not (isinstance(left, Call) and left.function == "time"):
        return None
    if isinstance(right, Call) and right.function == "timestamp":
        return "age", right.args[0]
    names = [inner.name or "" for inner in walk(right) if isinstance(inner, VectorSelector)]
    is_time = bool(names) and all(name.endswith(_TIMES) for name in names)
    return ("since", right) if is_time and not isinstance(right, Binary) else None


def _percent(node: Binary) -> tuple[str, Expr] | None:
    """`100 * (a / b)`."""
    if node.op != "*":
        return None
    for share, hundred in ((node.left, node.right), (node.right, node.left)):
        inner = strip_parens(share)
        if _constant(hundred) != 100 or not isinstance(inner, Binary):
            continue
        if inner.op == "-" and _constant(inner.left) == 1:
            inner = strip_parens(inner.right)
        if isinstance(inner, Binary) and inner.op == "/" and inner.left.type == inner.right.type == "vector":
            return "percent", share
    return None


def _matcher(matcher: Matcher) -> str:
    if not matcher.op:
        return f"what {matcher.label} adds"
    label = "a name" if matcher.label == "__name__" else matcher.label
    return label_condition(label, matcher.op, matcher.value)


def _named(node: VectorSelector) -> tuple[str, tuple[Matcher, ...]]:
    """The metric of a selector, and the matchers that are not said with it."""
    if node.name is not None:
        return node.name, node.matchers
    exact = [matcher for matcher in node.matchers if matcher.label == "__name__" and matcher.op == "="]
    if len(exact) != 1:
        return "every metric", node.matchers
    return exact[0].value, tuple(matcher for matcher in node.matchers if matcher is not exact[0])


def _point(at: At) -> str:
    if at.kind != "time":
        return f"the {at.kind} of the query's range"
    return at.text if at.milliseconds is None else moment(at.milliseconds)


def _length(length: Duration) -> str:
    return length.text if length.milliseconds is None else span(length.milliseconds, length.text)


def _period(length: Duration, when: str) -> str:
    words = _length(length)
    if not when:
        return f"over {the_last(words)}"
    return f"over the {single(words)} up to {when.removeprefix('at ')}"


def _same(matching: Matching | None, *, sets: bool, group: frozenset[str]) -> str:
    """How the right side of an operation finds its partner: ` with the same namespace and pod`."""
    if matching is None:
        return ""
    names = _names(matching.labels)
    if matching.on:
        words = f" of the same {listed(names)}" if names else " of any labels"
    elif names:
        words = f" with the same labels apart from {listed(names)}"
    else:
        words = " with the same labels" if sets and not group else ""
        words = f" for the same {listed(sorted(group))}" if sets and group else words
    if matching.include:
        side = "its" if matching.card == "many-to-one" else "the left side's"
        word = "label" if len(matching.include) == 1 else "labels"
        words += f", taking over {side} {word} {listed(_names(matching.include))}"
    fills = [number(value) for value in matching.fill if value is not None]
    return f"{words} ({listed(dict.fromkeys(fills))} where a side is missing)" if fills else words


def _names(labels: tuple[Label, ...]) -> list[str]:
    return [label.name for label in labels]
