"""Where each label comes from: the stream, a stage of the pipeline, or nowhere.

Parsers without expressions (`json`, `logfmt`, `unpack`) may add any label; `regexp`, `pattern` and
expressions add known ones. A parsed label with the name of a stream label is called `name_extracted`.
Source: Loki 3.4, documentation of log queries and metric queries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal, TypeAlias

from obs.lang import re2
from obs.lang.logql import template
from obs.lang.logql.construction import needs_value
from obs.lang.logql.pattern import captures
from obs.lang.logql.syntax import (
    BinaryOperation,
    BytesFilter,
    Drop,
    DurationFilter,
    Expr,
    Filter,
    IpFilter,
    Json,
    Keep,
    LabelFilter,
    LabelFormat,
    LabelName,
    LabelReplace,
    LineFormat,
    LogExpr,
    Logfmt,
    LogicalFilter,
    LogRange,
    Matcher,
    Number,
    NumberFilter,
    Pattern,
    Pipeline,
    RangeAggregation,
    Regexp,
    Selector,
    Stage,
    Unpack,
    Unwrap,
    VectorAggregation,
)
from obs.record import dataclass, field

Available: TypeAlias = Literal["yes", "no", "unknown"]
ReadKind: TypeAlias = Literal[
    "selector", "filter", "template", "rename", "drop", "keep", "unwrap", "by", "without", "on", "ignoring",
    "include", "label_replace",
]  # fmt: skip
Parser: TypeAlias = Json | Logfmt | Unpack | Regexp | Pattern
Made: TypeAlias = Stage | LabelReplace | Unwrap

ERROR_LABELS = frozenset({"__error__", "__error_details__"})
DETECTED = frozenset({"detected_level"})
"""Labels that Loki itself may add to a line when it takes it in (`discover_log_levels`, on by default)."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a label comes from: `made` is the stage that sets it, None for a label of the stream.

    `certain` is False when it depends on something that the query does not tell; `why` says it in words.
    """

    label: str
    why: str
    made: Made | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels at one point of a query.

    `sources` has those that are known by name. When `open` is not empty, others may exist for the reasons
    that it gives, but none of `absent`, which maps a name to why it is gone.
    """

    sources: Mapping[str, Source] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict)
    fails: bool = False
    """Whether a stage before may have failed on a line, which then has `__error__`."""

    def __iter__(self) -> Iterator[str]:
        return iter(self.sources)

    def has(self, label: str) -> tuple[Available, str]:
        """Whether the label can exist here, and why."""
        source = self.sources.get(label)
        if source is not None:
            return "yes" if source.certain else "unknown", source.why
        if label in ERROR_LABELS:
            return ("yes", "a stage before may fail") if self.fails else ("no", "no stage before can fail")
        if label in self.absent:
            return "no", self.absent[label]
        if self.open:
            return "unknown", " and ".join(self.open)
        if label in DETECTED:
            return "unknown", "Loki may detect it"
        return "no", "nothing before sets it"


@dataclass(frozen=True, slots=True)
class Read:
    """One place that reads a label; `start` and `end` are its place in the query."""

    label: str
    start: int
    end: int
    kind: ReadKind
    available: Available
    why: str


NOTHING = Labels()
_UNKNOWN_STREAM = "the labels of the stream are not known"


def _plus(labels: Labels, added: Iterable[Source]) -> Labels:
    sources = dict(labels.sources)
    absent = dict(labels.absent)
    for source in added:
        sources[source.label] = source
        absent.pop(source.label, None)
    return replace(labels, sources=sources, absent=absent)


def _minus(labels: Labels, removed: Mapping[str, str]) -> Labels:
    sources = {name: source for name, source in labels.sources.items() if name not in removed}
    return replace(labels, sources=sources, absent={**labels.absent, **removed} if labels.open else {})


def _only(labels: Labels, names: Iterable[str]) -> Labels:
    """Of these names those that can exist, and no others."""
    kept: dict[str, Source] = {}
    for name in names:
        available, why = labels.has(name)
        if name in labels.sources:
            kept[name] = labels.sources[name]
        elif available != "no":
            kept[name] = Source(name, why, certain=available == "yes")
    return Labels(kept, fails=labels.fails)


# ---------------------------------------------------------------------------------------------- log queries


class Walk:
    """Follows the labels through one query and collects what is read on the way."""

    def __init__(self, stream_labels: Collection[str] | None = None) -> None:
        self.stream_labels = stream_labels
        self.reads: list[Read] = []

    def read(self, label: str, start: int, end: int, kind: ReadKind, labels: Labels) -> None:
        self.reads.append(Read(label, start, end, kind, *labels.has(label)))

    def read_all(self, names: Iterable[LabelName], kind: ReadKind, labels: Labels) -> None:
        for name in names:
            self.read(name.label, name.start, name.end, kind, labels)

    def stream(self, selector: Selector) -> Labels:
        """The labels that a line has when Loki takes it from the store."""
        if self.stream_labels is None:
            known = [matcher.label for matcher in selector.matchers if needs_value(matcher)]
            labels = Labels(
                {name: Source(name, "the selector asks for it") for name in known}, (_UNKNOWN_STREAM,)
            )
        else:
            labels = Labels({name: Source(name, "a label of the stream") for name in self.stream_labels})
        for matcher in selector.matchers:
            self.read(matcher.label, matcher.start, matcher.start + len(matcher.label), "selector", labels)
        return labels

    def trace(self, log: LogExpr) -> list[Labels]:
        """The labels of the stream, then those behind each stage."""
        selector = log if isinstance(log, Selector) else log.selector
        base = self.stream(selector)
        states = [base]
        for stage in log.stages if isinstance(log, Pipeline) else ():
            states.append(self.stage(stage, states[-1], base))
        return states

    def stage(self, stage: Stage, labels: Labels, base: Labels) -> Labels:
        """The labels behind a stage; `base` are those of the stream."""
        if isinstance(stage, Filter):
            return self.condition(stage.condition, labels)
        if isinstance(stage, Json | Logfmt | Unpack | Regexp | Pattern):
            return self.parser(stage, labels, base)
        if isinstance(stage, LineFormat):
            self.template(stage.template, stage.end, labels)
            return replace(labels, fails=labels.fails or "{{" in stage.template)
        if isinstance(stage, LabelFormat):
            return self.label_format(stage, labels)
        if isinstance(stage, Drop):
            return self.drop(stage, labels)
        if isinstance(stage, Keep):
            return self.keep(stage, labels)
        return labels

    def condition(self, root: LabelFilter, labels: Labels) -> Labels:
        """A label filter changes no label, but one that converts a value may fail."""
        fails = labels.fails
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, LogicalFilter):
                waiting += [node.right, node.left]
                continue
            self.read(node.label, node.start, node.start + len(node.label), "filter", labels)
            fails = fails or isinstance(node, NumberFilter | DurationFilter | BytesFilter | IpFilter)
        return replace(labels, fails=fails)

    def parser(self, stage: Parser, labels: Labels, base: Labels) -> Labels:
        word = type(stage).__name__.lower()
        names: tuple[str, ...]
        if isinstance(stage, Pattern):
            names = captures(stage.pattern)
        elif isinstance(stage, Regexp):
            names = re2.named_groups(stage.pattern)
        else:
            labels = replace(labels, fails=True)
            extractions = () if isinstance(stage, Unpack) else stage.extractions
            if not extractions:
                reason = f"`{word}` may extract it"
                reasons = labels.open if reason in labels.open else (*labels.open, reason)
                return replace(labels, open=reasons, absent={})
            names = tuple(extraction.label for extraction in extractions)
        return _plus(labels, (self.extracted(name, word, stage, base) for name in names))

    @staticmethod
    def extracted(name: str, word: str, stage: Stage, base: Labels) -> Source:
        if name in base.sources:
            why = f"extracted by `{word}`; `{name}` is a label of the stream"
            return Source(f"{name}_extracted", why, stage)
        return Source(name, f"extracted by `{word}`", stage)

    def template(self, text: str, end: int, labels: Labels) -> None:
        """What a template reads; its places are exact when the string that ends at `end` has no escapes."""
        start = end - 1 - len(text)
        for read in template.reads(text):
            if read.label is not None:
                self.read(read.label, start + read.start, start + read.end, "template", labels)

    def label_format(self, stage: LabelFormat, labels: Labels) -> Labels:
        for one in stage.assignments:
            if one.rename:
                labels = self.rename(stage, one.label, one.value, one.end, labels)
                continue
            self.template(one.value, one.end, labels)
            made = Source(one.label, "set by `label_format`", stage)
            labels = replace(_plus(labels, [made]), fails=labels.fails or "{{" in one.value)
        return labels

    def rename(self, stage: LabelFormat, new: str, old: str, end: int, labels: Labels) -> Labels:
        self.read(old, end - len(old), end, "rename", labels)
        available, why = labels.has(old)
        if available == "no":
            return labels
        certain = available == "yes"
        reason = f"`{old}` renamed by `label_format`" + ("" if certain else f", if it exists: {why}")
        renamed = _minus(labels, {old: "renamed by `label_format`"})
        return _plus(renamed, [Source(new, reason, stage, certain)])

    def drop(self, stage: Drop, labels: Labels) -> Labels:
        removed: dict[str, str] = {}
        changed = dict(labels.sources)
        for one in stage.labels:
            name = one.label
            self.read(name, one.start, one.start + len(name), "drop", labels)
            if isinstance(one, LabelName):
                removed[name] = "removed by `drop`"
            elif name in changed:
                why = f"{changed[name].why}, and `drop` removes it for some values"
                changed[name] = replace(changed[name], certain=False, why=why)
        return _minus(replace(labels, sources=changed), removed)

    def keep(self, stage: Keep, labels: Labels) -> Labels:
        for one in stage.labels:
            self.read(one.label, one.start, one.start + len(one.label), "keep", labels)
        kept = _only(labels, (one.label for one in stage.labels))
        sources = dict(kept.sources)
        for one in stage.labels:
            if isinstance(one, Matcher) and one.label in sources:
                why = f"{sources[one.label].why}, and `keep` keeps it for some values"
                sources[one.label] = replace(sources[one.label], certain=False, why=why)
        return replace(kept, sources=sources)

    # --------------------------------------------------------------------------------------- metric queries

    def result(self, expr: Expr) -> Labels:
        """The labels of the result: of the lines of a log query, of the series of a metric query."""
        spine: list[BinaryOperation] = []
        while isinstance(expr, BinaryOperation):
            spine.append(expr)
            expr = expr.left
        labels = self.operand(expr)
        while spine:
            operation = spine.pop()
            labels = self.binary(operation, labels, self.result(operation.right))
        return labels

    def operand(self, expr: Expr) -> Labels:
        if isinstance(expr, Selector | Pipeline):
            return self.trace(expr)[-1]
        if isinstance(expr, RangeAggregation):
            return self.range_aggregation(expr)
        if isinstance(expr, VectorAggregation):
            return self.vector_aggregation(expr)
        if isinstance(expr, LabelReplace):
            return self.label_replace(expr)
        return NOTHING

    def range_aggregation(self, expr: RangeAggregation) -> Labels:
        labels = self.range(expr.range)
        if expr.op == "absent_over_time":
            selector = expr.range.log if isinstance(expr.range.log, Selector) else expr.range.log.selector
            equal = [matcher.label for matcher in selector.matchers if matcher.op == "=" and matcher.value]
            why = "an equality of the selector, kept by `absent_over_time`"
            return Labels({name: Source(name, why) for name in equal})
        if expr.grouping is None:
            unwrapped = {expr.range.unwrap.label: "taken by `unwrap`"} if expr.range.unwrap else {}
            return replace(_minus(labels, unwrapped), fails=False)
        return replace(self.grouped(expr.grouping.labels, labels, without=expr.grouping.without), fails=False)

    def range(self, selected: LogRange) -> Labels:
        labels = self.trace(selected.log)[-1]
        unwrap = selected.unwrap
        if unwrap is None:
            return labels
        self.read(unwrap.label, unwrap.name.start, unwrap.name.end, "unwrap", labels)
        labels = replace(labels, fails=True)
        for condition in unwrap.filters:
            labels = self.condition(condition, labels)
        return labels

    def grouped(self, names: tuple[LabelName, ...], labels: Labels, *, without: bool) -> Labels:
        self.read_all(names, "without" if without else "by", labels)
        if without:
            return _minus(labels, {name.label: "removed by `without`" for name in names})
        return _only(labels, (name.label for name in names))

    def vector_aggregation(self, expr: VectorAggregation) -> Labels:
        labels = self.result(expr.inner)
        grouping = expr.grouping
        keeps = expr.op in ("approx_topk", "bottomk", "sort", "sort_desc", "topk")
        if grouping is None:
            return labels if keeps else NOTHING
        grouped = self.grouped(grouping.labels, labels, without=grouping.without)
        return labels if keeps else grouped

    def label_replace(self, expr: LabelReplace) -> Labels:
        labels = self.result(expr.inner)
        source = expr.source
        if source.label:
            self.read(source.label, source.start, source.end, "label_replace", labels)
        if expr.destination in labels.sources:
            return labels
        why = "set by `label_replace` where its pattern matches"
        return _plus(labels, [Source(expr.destination, why, expr, certain=False)])

    def binary(self, expr: BinaryOperation, left: Labels, right: Labels) -> Labels:
        if isinstance(expr.right, Number):
            return left
        if isinstance(expr.left, Number):
            return right
        matching = expr.matching
        if matching.on is not None:
            kind: ReadKind = "on" if matching.on else "ignoring"
            self.read_all(matching.labels, kind, left)
            self.read_all(matching.labels, kind, right)
        many, one = (right, left) if matching.group == "right" else (left, right)
        self.read_all(matching.include, "include", one)
        if expr.op == "or":
            return _either(left, right)
        if expr.op in ("and", "unless"):
            return left
        if matching.group:
            return _plus(many, _only(one, (name.label for name in matching.include)).sources.values())
        if matching.on:
            return _only(left, (name.label for name in matching.labels))
        return _minus(left, {name.label: "removed by `ignoring`" for name in matching.labels})


def _either(left: Labels, right: Labels) -> Labels:
    sources: dict[str, Source] = {}
    for name in dict.fromkeys([*left.sources, *right.sources]):
        mine, other = left.has(name), right.has(name)
        source = left.sources.get(name) or right.sources[name]
        if mine[0] == other[0] == "yes":
            sources[name] = source
        else:
            side = "left" if mine[0] == "yes" else "right"
            why = f"{source.why}, for sure only on the {side} side of `or`"
            sources[name] = replace(source, certain=False, why=why)
    absent = {name: why for name, why in left.absent.items() if right.has(name)[0] == "no"}
    absent |= {name: why for name, why in right.absent.items() if left.has(name)[0] == "no"}
    return Labels(sources, tuple(dict.fromkeys([*left.open, *right.open])), absent)


def labels_out(expr: Expr, stream_labels: Collection[str] | None = None) -> Labels:
    """The labels of a query's result, given those of its streams (None: not known)."""
    return Walk(stream_labels).result(expr)


def reads(expr: Expr, stream_labels: Collection[str] | None = None) -> tuple[Read, ...]:
    """Every place that reads a label, in the order of the text."""
    walk = Walk(stream_labels)
    walk.result(expr)
    return tuple(sorted(walk.reads, key=lambda read: (read.start, read.end)))


def trace(log: LogExpr, stream_labels: Collection[str] | None = None) -> tuple[Labels, ...]:
    """The labels of the stream, then those behind each stage of the pipeline."""
    return tuple(Walk(stream_labels).trace(log))


__all__ = ["Labels", "Read", "Source", "Walk", "labels_out", "reads", "trace"]
