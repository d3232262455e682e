"""A query in plain words, built from its nodes.

explain(check('sum by (pod) (count_over_time({app="api"} |= "error" [5m]))').expr)
# For each pod: the number of lines with app "api" containing "error" over the last 5 minutes, summed over all
# else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from obs.lang import re2
from obs.lang.error import LanguageError
from obs.lang.grafana_variables import variables
from obs.lang.logql.pattern import captures
from obs.lang.logql.printer import number as plain_number
from obs.lang.logql.printer import size
from obs.lang.logql.query import Query
from obs.lang.logql.syntax import (
    BinaryOperation,
    BytesFilter,
    Decolorize,
    Drop,
    DurationFilter,
    Expr,
    Extraction,
    Filter,
    IpFilter,
    Json,
    Keep,
    LabelFilter,
    LabelFormat,
    LabelName,
    LabelReplace,
    LineFilter,
    LineFormat,
    LogExpr,
    Logfmt,
    LogicalFilter,
    LogRange,
    Matcher,
    Matching,
    Node,
    Number,
    NumberFilter,
    Pattern,
    Pipeline,
    RangeAggregation,
    Regexp,
    Selector,
    Stage,
    StringFilter,
    Unpack,
    Unwrap,
    Vector,
    VectorAggregation,
)
from obs.lang.logql.tokens import tokenize
from obs.lang.wording import (
    ARITHMETIC,
    COMPARISON,
    FLIPPED,
    label_clause,
    label_condition,
    listed,
    number,
    percentile,
    quoted,
    sentence,
    single,
    span_ns,
    the_last,
)

_MOST_OPERANDS = 200
_LINE_FILTERS = {
    "|=": "containing",
    "!=": "not containing",
    "|~": "matching",
    "!~": "not matching",
    "|>": "of the form",
    "!>": "not of the form",
}
_OF_LINES = {
    "rate": "the per-second rate of {}",
    "count_over_time": "the number of {}",
    "bytes_rate": "the bytes per second of {}",
    "bytes_over_time": "the bytes of {}",
    "absent_over_time": "1 if there were no {}",
}
_OF_VALUES = {
    "absent_over_time": "1 if there was no {}",
    "avg_over_time": "the average of {}",
    "first_over_time": "the first value of {}",
    "last_over_time": "the latest value of {}",
    "max_over_time": "the highest value of {}",
    "min_over_time": "the lowest value of {}",
    "rate": "the per-second sum of {}",
    "rate_counter": "the per-second rate of the counter {}",
    "stddev_over_time": "the standard deviation of {}",
    "stdvar_over_time": "the variance of {}",
    "sum_over_time": "the sum of {}",
}
_AGGREGATED = {
    "avg": "the average",
    "count": "the number of series",
    "max": "the highest value",
    "min": "the lowest value",
    "stddev": "the standard deviation",
    "stdvar": "the variance",
    "sum": "the sum",
}
_RANKED = {"topk": "highest", "bottomk": "lowest", "approx_topk": "approximately highest"}
_TRAILING = {"avg": "averaged", "sum": "summed"}
_CONVERSIONS = {
    "": "",
    "bytes": " (as bytes)",
    "duration": " (as seconds)",
    "duration_seconds": " (as seconds)",
}


def explain(query: Query) -> str:
    """Sentences for a person, one or more lines without a final line break."""
    if _operands(query.expr) > _MOST_OPERANDS:
        return f"A query of more than {_MOST_OPERANDS} operands, too long to tell in words."
    return "\n".join(_Teller(_Written(query)).whole(query.expr))


class _Written:
    """Grafana's variables outside of strings, which the nodes of a query hold sample values for."""

    def __init__(self, query: Query) -> None:
        self.found = [
            (token.start, token.end, token.kind, query.text[token.start : token.end].strip("[]"))
            for token in (tokenize(query.text, query.version, grafana=True) if query.variables else ())
            if token.kind != "STRING" and variables(query.text[token.start : token.end])
        ]

    def within(self, start: int, end: int, *kinds: str) -> str | None:
        """The last variable of these kinds of tokens in a part of the query."""
        inside = [text for at, to, kind, text in self.found if start <= at and to <= end and kind in kinds]
        return inside[-1] if inside else None


def _operands(expr: Expr) -> int:
    """Counted up to one beyond the limit."""
    waiting, count = [expr], 0
    while waiting and count <= _MOST_OPERANDS:
        node = waiting.pop()
        if isinstance(node, BinaryOperation):
            waiting += [node.left, node.right]
        elif isinstance(node, VectorAggregation | LabelReplace):
            waiting.append(node.inner)
        else:
            count += 1
    return count


class _Teller:
    def __init__(self, written: _Written) -> None:
        self.written = written
        self.group: frozenset[str] = frozenset()
        """The labels of `For each ...` that the sentence began with."""

    def whole(self, expr: Expr) -> Iterator[str]:
        operands: list[Expr] = [expr]
        while isinstance(operands[-1], BinaryOperation) and operands[-1].op == "or":
            last = operands.pop()
            assert isinstance(last, BinaryOperation)
            operands += [last.right, last.left]
        yield sentence(self.statement(operands[-1]))
        for operand in reversed(operands[:-1]):
            yield f"Or, where that is missing: {self.statement(operand)}."

    def statement(self, expr: Expr) -> str:
        if isinstance(expr, Selector | Pipeline):
            return self.lines(expr)
        grouping = _grouped_by(_kept_side(expr))
        self.group = frozenset(grouping)
        core, kept = self.peeled(expr)
        lead = f"for each {listed(grouping)}: " if grouping else ""
        return f"{lead}{self.head(core)}{kept}"

    def peeled(self, node: Expr) -> tuple[Expr, str]:
        """The operand that gives the result, and in words when a result is kept."""
        kept: list[str] = []
        while isinstance(node, BinaryOperation) and not node.matching.return_bool:
            if node.op in COMPARISON:
                if isinstance(node.left, Number):
                    op = FLIPPED.get(node.op, node.op)
                    kept.append(f"where {COMPARISON[op]} {self.phrase(node.left)}")
                    node = node.right
                    continue
                words = self.argument(node.right)
                kept.append(f"where {COMPARISON[node.op]} {words}{_same(node.matching)}")
            elif node.op in ("and", "unless"):
                word = "where" if node.op == "and" else "unless"
                kept.append(f"{word} there is {self.argument(node.right)}{_same(node.matching)}")
            else:
                break
            node = node.left
        return node, f"; kept {' and '.join(reversed(kept))}" if kept else ""

    def head(self, node: Expr) -> str:
        if isinstance(node, VectorAggregation) and node.op in _TRAILING:
            grouping = node.grouping
            over = "all else" if grouping and grouping.labels else "all series"
            if grouping and grouping.without and grouping.labels:
                over = f"every {_listed(grouping.labels)}"
            return f"{self.argument(node.inner)}, {_TRAILING[node.op]} over {over}"
        if isinstance(node, Number):
            return f"the number {self.phrase(node)}"
        return self.phrase(node)

    def phrase(self, node: Expr) -> str:
        """What the value of a node is, to stand behind `of`."""
        if isinstance(node, Selector | Pipeline):
            return self.lines(node)
        if isinstance(node, Number):
            return self.written.within(node.start, node.end, "NUMBER") or number(node.value)
        if isinstance(node, Vector):
            value = self.written.within(node.start, node.end, "NUMBER") or number(node.value)
            return f"{value} without labels"
        if isinstance(node, RangeAggregation):
            return self.range(node)
        if isinstance(node, VectorAggregation):
            return self.aggregate(node)
        if isinstance(node, LabelReplace):
            return self.replaced(node)
        return self.binary(node)

    def argument(self, node: Expr) -> str:
        words = self.phrase(node)
        return f"({words})" if isinstance(node, BinaryOperation) else words

    def binary(self, node: BinaryOperation) -> str:
        chain = [node]
        while isinstance(chain[-1].left, BinaryOperation):
            chain.append(chain[-1].left)
        text = self.phrase(chain[-1].left)
        for at, operation in enumerate(reversed(chain)):
            if at and _binds_tighter(operation, chain[-at]):
                text = f"({text})"
            text = self.operation(text, operation)
        return text

    def operation(self, left: str, node: BinaryOperation) -> str:
        right, same = self.argument(node.right), _same(node.matching)
        if node.op in ARITHMETIC:
            comma = "," if " of " in left and not left.endswith(")") else ""
            return f"{left}{comma} {ARITHMETIC[node.op]} {right}{same}"
        if node.op in COMPARISON:
            if node.matching.return_bool:
                return f"1 where {left} is {COMPARISON[node.op]} {right}{same}, else 0"
            return f"{left} where {COMPARISON[node.op]} {right}{same}"
        if node.op == "or":
            return f"{left}, or else {right}"
        return f"{left}, {'only where' if node.op == 'and' else 'unless'} there is {right}{same}"

    def aggregate(self, node: VectorAggregation) -> str:
        names = [label.label for label in node.grouping.labels] if node.grouping else []
        per = ""
        if node.grouping and node.grouping.without and names:
            per = f" over every {listed(names)}"
        elif names and frozenset(names) != self.group:
            per = f" per {listed(names)}"
        inner = self.argument(node.inner)
        if node.op in _RANKED:
            given = self.written.within(node.start, node.inner.start, "NUMBER")
            count = f"{given} " if given else "" if node.parameter == 1 else f"{node.parameter} "
            return f"the {count}{_RANKED[node.op]}{per} of {inner}"
        if node.op in ("sort", "sort_desc"):
            return f"{inner}, {'lowest' if node.op == 'sort' else 'highest'} first"
        return f"{_AGGREGATED.get(node.op, node.op)}{per} of {inner}"

    def range(self, node: RangeAggregation) -> str:
        selected, per = node.range, ""
        if node.grouping is not None and node.grouping.labels:
            names = [label.label for label in node.grouping.labels]
            if node.grouping.without:
                per = f" over every {listed(names)}"
            elif frozenset(names) != self.group:
                per = f" per {listed(names)}"
        period = self.period(selected)
        if selected.unwrap is None:
            words = _OF_LINES.get(node.op, f"{node.op} of {{}}")
            return f"{words.format(_before(period, self.lines(selected.log)))}{per} {period}"
        value = _unwrapped(selected.unwrap)
        source = _before(period, f"{value} in {self.lines(selected.log)}{self.kept(selected.unwrap.filters)}")
        if node.op == "quantile_over_time" and node.parameter is not None:
            given = self.written.within(node.start, selected.start, "NUMBER")
            head = f"the {given}-quantile" if given else percentile(node.parameter)
            return f"{head}{per} of {source} {period}"
        words = _OF_VALUES.get(node.op, f"{node.op} of {{}}")
        head, _, tail = words.partition("{}")
        return f"{head.replace(' of ', f'{per} of ', 1)}{source}{tail} {period}"

    def replaced(self, node: LabelReplace) -> str:
        subject = self.argument(node.inner)
        text, pattern = node.replacement, node.regex
        if pattern in {"(.*)", "(.+)"} and text in {"$1", "${1}"}:
            return f"{subject} with {node.destination} copied from {node.source.label}"
        where = f" where {node.source.label} matches {quoted(pattern)}"
        return f"{subject} with {node.destination} set to {quoted(text)}{where}"

    def lines(self, log: LogExpr) -> str:
        """`lines with app "api" containing "error", parsed as JSON, kept where status is at least 500`."""
        selector = log if isinstance(log, Selector) else log.selector
        conditions = [label_condition(one.label, one.op, one.value) for one in selector.matchers]
        text = f"lines with {listed(conditions)}" if conditions else "all lines"
        for kind, stages in groupby(log.stages if isinstance(log, Pipeline) else (), type):
            if kind is LineFilter:
                text += " " + listed(_line_filter(one) for one in stages if isinstance(one, LineFilter))
            elif kind is Filter:
                text += self.kept(one.condition for one in stages if isinstance(one, Filter))
            else:
                text += "".join(f", {_stage(stage)}" for stage in stages)
        return text

    def kept(self, filters: Iterable[LabelFilter]) -> str:
        """`, kept where level is "error" and status is at least 500`."""
        found = list(filters)
        words = [self.condition(one) for one in found]
        if len(found) > 1:
            mixed = [isinstance(one, LogicalFilter) and one.op == "or" for one in found]
            words = [f"({text})" if either else text for text, either in zip(words, mixed, strict=True)]
        return f", kept where {listed(words)}" if words else ""

    def condition(self, root: LabelFilter) -> str:
        """Without recursion along the left side; `or` inside `and` is in parentheses."""
        chain: list[LogicalFilter] = []
        left: LabelFilter = root
        while isinstance(left, LogicalFilter):
            chain.append(left)
            left = left.left
        if len(chain) > _MOST_OPERANDS:
            return f"{len(chain) + 1} conditions hold"
        text, before = self.simple(left), ""
        for one in reversed(chain):
            right = self.condition(one.right)
            if isinstance(one.right, LogicalFilter) and one.right.op != one.op:
                right = f"({right})"
            text = f"({text}) {one.op} {right}" if before and before != one.op else f"{text} {one.op} {right}"
            before = one.op
        return text

    def simple(self, node: Node) -> str:
        if isinstance(node, StringFilter):
            return _text_filter(node)
        if isinstance(node, NumberFilter | DurationFilter | BytesFilter):
            value = self.written.within(node.start, node.end, "NUMBER") or _amount(node)
            return f"{node.label} is {_compared(node.op, value)}"
        if isinstance(node, IpFilter):
            return f"{node.label} is {'not ' if node.op == '!=' else ''}an address in {quoted(node.pattern)}"
        raise TypeError(f"not a label filter: {type(node).__name__}")

    def period(self, selected: LogRange) -> str:
        words = self.written.within(selected.start, selected.end, "RANGE") or span_ns(selected.interval)
        if not selected.offset:
            return f"over {the_last(words)}"
        offset = self.written.within(selected.start, selected.end, "DURATION")
        when = f"{offset or span_ns(abs(selected.offset))} {'ago' if selected.offset > 0 else 'ahead'}"
        return f"over the {single(words)} up to {when}"


def _kept_side(node: Expr) -> Expr:
    """What gives the result, inside comparisons and `and`, as `_Teller.peeled` finds it."""
    while isinstance(node, BinaryOperation) and not node.matching.return_bool:
        if node.op in COMPARISON:
            node = node.right if isinstance(node.left, Number) else node.left
        elif node.op in ("and", "unless"):
            node = node.left
        else:
            break
    return node


def _binds_tighter(outer: BinaryOperation, inner: BinaryOperation) -> bool:
    """Whether an inner operation on the left must have been in parentheses."""
    ranks = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "^": 3}
    return ranks.get(inner.op, 0) < ranks.get(outer.op, 0)


def _grouped_by(root: Expr) -> tuple[str, ...]:
    """The labels by which every part of an operand is aggregated; empty when they are not the same ones."""
    groups: list[tuple[str, ...]] = []
    waiting: list[Expr] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, BinaryOperation):
            matching = node.matching
            if node.op in ("and", "or", "unless") or matching.labels or matching.on is not None:
                return ()
            waiting += [node.right, node.left]
        elif isinstance(node, VectorAggregation | RangeAggregation):
            grouping = node.grouping
            if isinstance(node, VectorAggregation) and node.op in ("sort", "sort_desc"):
                waiting.append(node.inner)
            elif grouping is None or grouping.without:
                return ()
            else:
                groups.append(tuple(label.label for label in grouping.labels))
        elif not isinstance(node, Number):
            return ()
    return groups[0] if groups and len({frozenset(group) for group in groups}) == 1 else ()


def _line_filter(stage: LineFilter) -> str:
    word = _LINE_FILTERS[stage.op]
    if all(value.ip for value in stage.alternatives):
        word = "with an address in" if stage.op == "|=" else "without an address in"
    return f"{word} {listed((quoted(value.value) for value in stage.alternatives), 'or')}"


def _stage(stage: Stage) -> str:
    if isinstance(stage, Json | Logfmt):
        word = "JSON" if isinstance(stage, Json) else "logfmt"
        strict = " strictly" if isinstance(stage, Logfmt) and stage.strict else ""
        if stage.extractions:
            return f"taking {listed(map(_extraction, stage.extractions))} from the {word}{strict}"
        return f"parsed{strict} as {word}"
    if isinstance(stage, Regexp):
        return _parsed("a regular expression", _named_groups(stage.pattern))
    if isinstance(stage, Pattern):
        return _parsed(f"the pattern {quoted(stage.pattern)}", captures(stage.pattern))
    if isinstance(stage, Unpack):
        return "unpacked"
    if isinstance(stage, Decolorize):
        return "without colours"
    if isinstance(stage, LineFormat):
        return f"shown as {quoted(stage.template)}"
    if isinstance(stage, LabelFormat):
        return listed(
            f"{one.value} renamed to {one.label}" if one.rename else f"{one.label} set to {quoted(one.value)}"
            for one in stage.assignments
        )
    if isinstance(stage, Drop | Keep):
        names = listed(map(_named_label, stage.labels))
        if isinstance(stage, Keep):
            return f"with no other labels than {names}"
        return f"without the label{'s' if len(stage.labels) > 1 else ''} {names}"
    assert not isinstance(stage, LineFilter | Filter)
    return type(stage).__name__.lower()


def _named_groups(pattern: str) -> tuple[str, ...]:
    try:
        return tuple(re2.named_groups(pattern))
    except LanguageError:
        return ()


def _parsed(by: str, names: Iterable[str]) -> str:
    found = list(dict.fromkeys(names))
    return f"parsed by {by}" + (f" into {listed(found)}" if found else "")


def _extraction(one: Extraction) -> str:
    return one.label if one.expression == one.label else f"{one.expression} as {one.label}"


def _named_label(one: LabelName | Matcher) -> str:
    if isinstance(one, LabelName):
        return one.label
    return label_condition(one.label, one.op, one.value)


def _amount(node: NumberFilter | DurationFilter | BytesFilter) -> str:
    if isinstance(node, NumberFilter):
        return plain_number(node.value)
    return span_ns(node.value) if isinstance(node, DurationFilter) else size(node.value)


def _compared(op: str, words: str) -> str:
    if op in ("=", "=="):
        return words
    return f"not {words}" if op == "!=" else f"{COMPARISON[op]} {words}"


def _text_filter(node: StringFilter) -> str:
    if node.label == "__error__" and not node.value and node.op in ("=", "!="):
        return "no stage failed" if node.op == "=" else "a stage failed"
    return label_clause(node.label, node.op, node.value)


def _unwrapped(unwrap: Unwrap) -> str:
    return f"the label {unwrap.label}{_CONVERSIONS[unwrap.conversion]}"


def _before(period: str, words: str) -> str:
    """The words for lines, with a comma behind them where what follows could be taken for their last part."""
    return f"{words}," if ", " in words and period else words


def _same(matching: Matching) -> str:
    """How the right side of an operation finds its partner: ` of the same namespace and pod`."""
    names = _listed(matching.labels)
    if matching.on:
        words = f" of the same {names}" if names else " of any labels"
    else:
        words = f" with the same labels apart from {names}" if names else ""
    if matching.include:
        side = "its" if matching.group == "left" else "the left side's"
        word = "label" if len(matching.include) == 1 else "labels"
        words += f", taking over {side} {word} {_listed(matching.include)}"
    return words


def _listed(labels: tuple[LabelName, ...]) -> str:
    return listed(label.label for label in labels)
