"""Reads stream selectors and the stages of a pipeline."""

from __future__ import annotations

from typing import Literal, cast

from obs.lang.logql import construction
from obs.lang.logql.cursor import Cursor
from obs.lang.logql.syntax import (
    BytesFilter,
    CompareOp,
    Decolorize,
    Drop,
    DurationFilter,
    Extraction,
    Filter,
    IpFilter,
    Json,
    Keep,
    LabelAssignment,
    LabelFilter,
    LabelFormat,
    LabelName,
    LineFilter,
    LineFormat,
    LineOp,
    LineValue,
    Logfmt,
    LogicalFilter,
    Matcher,
    MatchOp,
    NumberFilter,
    Pattern,
    Regexp,
    Selector,
    Stage,
    StringFilter,
    Unpack,
)

_LINE_OPS = frozenset({"|=", "!=", "|~", "!~", "|>", "!>"})
_MATCH_OPS = frozenset({"=", "!=", "=~", "!~"})
_COMPARE_OPS = frozenset({"=", "==", "!=", ">", ">=", "<", "<="})


class StageReader(Cursor):
    """The part of the parser for everything between the braces and the range."""

    __slots__ = ()

    # ------------------------------------------------------------------------------------------ selector

    def selector(self) -> Selector:
        """`{app="api", env=~"prod|stg"}`, possibly empty: what it must select is checked at the end."""
        start = self.advance().start
        if self.kind == "}":
            return Selector(start, self.advance().end, ())
        if self.kind != "IDENTIFIER":
            self.unexpected("IDENTIFIER", "}")
        matchers = [self.matcher()]
        while self.take(","):
            matchers.append(self.matcher())
        if self.kind != "}":
            self.unexpected("}", ",")
        return Selector(start, self.advance().end, tuple(matchers))

    def matcher(self) -> Matcher:
        label = self.expect("IDENTIFIER")
        if self.kind not in _MATCH_OPS:
            self.unexpected("=", "=~", "!~", "!=")
        op = self.advance()
        value = self.expect("STRING")
        if op.kind in ("=~", "!~"):
            construction.check_regex(value, self.version)
        return Matcher(label.start, value.end, str(label.value), cast(MatchOp, op.kind), str(value.value))

    def label_name(self, *expecting: str) -> LabelName:
        if self.kind != "IDENTIFIER":
            self.unexpected(*expecting)
        token = self.advance()
        return LabelName(token.start, token.end, str(token.value))

    # ------------------------------------------------------------------------------------------ stages

    def stages(self, *, unwrap: bool = False) -> list[Stage]:
        """All stages; with `unwrap`, stops before `| unwrap`, which is no stage."""
        found: list[Stage] = []
        while True:
            if self.kind in _LINE_OPS:
                found += self.line_filters()
            elif self.kind == "|" and not (unwrap and self.following == "unwrap"):
                self.advance()
                found.append(self.stage())
            else:
                return found

    def line_filters(self) -> list[Stage]:
        """One filter; several for a negated `or`, as `!= "a" or "b"` means neither."""
        op = self.advance()
        values = [self.line_value()]
        while self.take("or"):
            values.append(self.line_value())
        name = cast(LineOp, op.kind)
        if name[0] == "|":
            return [LineFilter(op.start, self.previous.end, name, tuple(values))]
        starts = [op.start, *(value.start for value in values[1:])]
        return [
            LineFilter(start, value.end, name, (value,)) for start, value in zip(starts, values, strict=True)
        ]

    def line_value(self) -> LineValue:
        if self.kind == "ip":
            start = self.advance().start
            self.expect("(")
            value = self.expect("STRING")
            return LineValue(start, self.expect(")").end, str(value.value), ip=True)
        value = self.expect("STRING", "ip")
        return LineValue(value.start, value.end, str(value.value))

    def stage(self) -> Stage:
        kind, start = self.kind, self.token.start
        if kind in ("IDENTIFIER", "("):
            condition = self.label_filter()
            return Filter(start, self.previous.end, condition)
        if kind == "json":
            self.advance()
            extractions = self.extractions()
            return Json(start, self.previous.end, extractions)
        if kind == "logfmt":
            return self.logfmt()
        if kind in ("regexp", "pattern", "line_format"):
            return self.text_stage()
        if kind in ("unpack", "decolorize"):
            node = Unpack if kind == "unpack" else Decolorize
            return node(start, self.advance().end)
        if kind == "label_format":
            return self.label_format()
        if kind in ("drop", "keep"):
            return self.drop_or_keep()
        return self.unexpected()

    def text_stage(self) -> Regexp | Pattern | LineFormat:
        word = self.advance()
        value = self.expect("STRING")
        text = str(value.value)
        if word.kind == "line_format":
            return LineFormat(word.start, value.end, text)
        if word.kind == "regexp":
            construction.check_regexp_stage(value)
            return Regexp(word.start, value.end, text)
        construction.check_pattern_stage(value)
        return Pattern(word.start, value.end, text)

    def logfmt(self) -> Logfmt:
        start = self.advance().start
        flags = set()
        while self.kind == "PARSER_FLAG":
            flags.add(self.advance().value)
        extractions = self.extractions()
        return Logfmt(start, self.previous.end, "--strict" in flags, "--keep-empty" in flags, extractions)

    def extractions(self) -> tuple[Extraction, ...]:
        if self.kind != "IDENTIFIER":
            return ()
        found = [self.extraction()]
        while self.take(","):
            found.append(self.extraction())
        return tuple(found)

    def extraction(self) -> Extraction:
        label = self.expect("IDENTIFIER")
        name = str(label.value)
        if not self.take("="):
            return Extraction(label.start, label.end, name, name)
        value = self.expect("STRING")
        return Extraction(label.start, value.end, name, str(value.value))

    def label_format(self) -> LabelFormat:
        start = self.advance().start
        found = [self.assignment()]
        while self.take(","):
            found.append(self.assignment())
        return LabelFormat(start, self.previous.end, tuple(found))

    def assignment(self) -> LabelAssignment:
        label = self.expect("IDENTIFIER")
        self.expect("=")
        if self.kind not in ("IDENTIFIER", "STRING"):
            self.unexpected("IDENTIFIER", "STRING")
        value = self.advance()
        rename = value.kind == "IDENTIFIER"
        return LabelAssignment(label.start, value.end, str(label.value), str(value.value), rename)

    def drop_or_keep(self) -> Drop | Keep:
        word = self.advance()
        labels = [self.name_or_matcher()]
        while self.take(","):
            labels.append(self.name_or_matcher())
        node = Drop if word.kind == "drop" else Keep
        return node(word.start, self.previous.end, tuple(labels))

    def name_or_matcher(self) -> LabelName | Matcher:
        if self.kind == "IDENTIFIER" and self.following in _MATCH_OPS:
            return self.matcher()
        return self.label_name("IDENTIFIER")

    # ------------------------------------------------------------------------------------------ label filters

    def label_filter(self) -> LabelFilter:
        """A whole condition, put together with a stack as Loki's generated parser does.

        `and` binds before `or`; a comma and mere juxtaposition take everything to their right, so
        `a="1" b="2" or c="3"` is `a and (b or c)`.
        """
        operands: list[LabelFilter] = []
        pending: list[str] = []
        depth = 0
        while True:
            while self.take("("):
                pending.append("(")
                depth += 1
            operands.append(self.comparison())
            while depth and self.kind == ")":
                while pending[-1] != "(":
                    _combine(operands, pending)
                pending.pop()
                depth -= 1
                self.advance()
            if not self.joined(operands, pending):
                break
        if depth:
            self.unexpected()
        while pending:
            _combine(operands, pending)
        return operands[0]

    def joined(self, operands: list[LabelFilter], pending: list[str]) -> bool:
        """Whether another operand follows; reads the word or comma before it."""
        kind = self.kind
        if kind in ("and", "or"):
            while pending and _reduces_before(pending[-1], kind):
                _combine(operands, pending)
            self.advance()
            pending.append(kind)
        elif kind == ",":
            self.advance()
            pending.append(",")
        elif kind in ("IDENTIFIER", "("):
            pending.append(",")
            return True
        else:
            return False
        if self.kind not in ("IDENTIFIER", "("):
            self.unexpected("IDENTIFIER", "(")
        return True

    def comparison(self) -> LabelFilter:
        label = self.expect("IDENTIFIER", "(")
        name, op = str(label.value), self.kind
        if op not in _MATCH_OPS and op not in _COMPARE_OPS:
            self.unexpected()
        self.advance()
        kind = self.kind
        if kind == "STRING" and op in _MATCH_OPS:
            value = self.advance()
            if op in ("=~", "!~"):
                construction.check_regex(value, self.version)
            return StringFilter(label.start, value.end, name, cast(MatchOp, op), str(value.value))
        if op in ("=~", "!~"):
            self.unexpected("STRING")
        if kind == "ip" and op in ("=", "!="):
            self.advance()
            self.expect("(")
            value = self.expect("STRING")
            equal: Literal["=", "!="] = "=" if op == "=" else "!="
            return IpFilter(label.start, self.expect(")").end, name, equal, str(value.value))
        compare = cast(CompareOp, "==" if op == "=" else op)
        if kind in ("DURATION", "BYTES"):
            token = self.advance()
            node = DurationFilter if kind == "DURATION" else BytesFilter
            return node(label.start, token.end, name, compare, cast(int, token.value))
        sign = 1.0
        if kind in ("+", "-") and self.version >= (3, 4):
            sign = -1.0 if self.advance().kind == "-" else 1.0
            if self.kind != "NUMBER":
                self.unexpected("NUMBER")
        if self.kind != "NUMBER":
            self.unexpected()
        token = self.advance()
        number = sign * construction.filter_number(str(token.value))
        return NumberFilter(label.start, token.end, name, compare, number)


def _reduces_before(left: str, right: str) -> bool:
    rank = {"or": 1, "and": 2}
    return left in rank and rank[left] >= rank[right]


def _combine(operands: list[LabelFilter], pending: list[str]) -> None:
    op: Literal["and", "or"] = "or" if pending.pop() == "or" else "and"
    right = operands.pop()
    left = operands.pop()
    operands.append(LogicalFilter(left.start, right.end, op, left, right))
