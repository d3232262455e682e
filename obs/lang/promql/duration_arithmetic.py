"""Durations with operators in them, from Prometheus 3.4 on: `[5m * 2]`, `offset (1h - step())`."""

from __future__ import annotations

import math

from obs.lang.error import LanguageError
from obs.lang.promql.functions import DURATION_ARITHMETIC, POWER, PRECEDENCE
from obs.lang.promql.reader import ARITHMETIC_STABLE, has_variable
from obs.lang.promql.selectors import SelectorReader
from obs.lang.promql.syntax import Duration

Length = tuple[float | None, str, int, int]
"""Seconds (None when only known at run time), canonical text and span."""

_LONGEST_SECONDS = 2**63 / 1e9


class DurationReader(SelectorReader):
    """Reads and computes duration expressions; behind `promql-duration-expr` until 3.14."""

    __slots__ = ()

    def positive(self, found: Length) -> Duration:
        seconds, text, start, end = found
        if seconds is None:
            return Duration(None, text, start, end)
        literal = " " not in text and "(" not in text
        if literal and seconds <= 0:  # what is computed is checked at run time
            raise LanguageError("duration must be greater than 0", start, end)
        return Duration(round(seconds * 1000) if seconds > 0 else None, text, start, end)

    def offset_arithmetic(self) -> Duration:
        """An offset is one literal or call, or an expression in parentheses; a sign may come before."""
        start = self.tokens[self.at][2]
        sign = ""
        if self.tokens[self.at][0] in {"+", "-"}:
            sign = "-" if self.tokens[self.at][0] == "-" else ""
            self.at += 1
        seconds, text, _, end = self.duration_operand()
        whole = None if seconds is None else round(seconds * 1000) * (-1 if sign else 1)
        return Duration(whole, sign + text, start, end)

    def duration_arithmetic(self, minimum: int) -> Length:
        """Seconds (None when only known at run time), canonical text and span."""
        self.deeper()
        kind, _, start, _ = self.tokens[self.at]
        if kind in {"+", "-"}:
            self.at += 1
            seconds, text, _, end = self.duration_arithmetic(POWER)
            seconds = -seconds if seconds is not None and kind == "-" else seconds
            left = (seconds, (kind if kind == "-" else "") + text, start, end)
        else:
            left = self.duration_operand()
        while True:
            op, _, at, _ = self.tokens[self.at]
            precedence = PRECEDENCE.get(op, 0) if op in {"+", "-", "*", "/", "%", "^"} else 0
            if precedence < minimum or not precedence:
                break
            self.need_arithmetic(at)
            self.at += 1
            right = self.duration_arithmetic(precedence if op == "^" else precedence + 1)
            seconds = self.computed(op, left[0], right[0], at)
            left = (seconds, f"{left[1]} {op} {right[1]}", start, right[3])
        self.depth -= 1
        return left

    def need_arithmetic(self, at: int) -> None:
        if self.version < ARITHMETIC_STABLE and DURATION_ARITHMETIC not in self.features:
            message = f"arithmetic in durations needs --enable-feature={DURATION_ARITHMETIC}"
            raise LanguageError(message, at, at + 1)

    def computed(self, op: str, left: float | None, right: float | None, at: int) -> float | None:
        if op in {"/", "%"} and right == 0:
            raise LanguageError("division by zero in a duration", at, at + 1)
        if left is None or right is None:
            return None
        try:
            if op == "%":
                value = math.fmod(left, right)
            elif op == "^":
                value = math.pow(left, right)
            else:
                value = {"+": left + right, "-": left - right, "*": left * right}.get(op, 0.0)
                value = left / right if op == "/" else value
        except (OverflowError, ValueError):
            value = math.inf
        if not abs(value) < _LONGEST_SECONDS:
            raise LanguageError("duration out of range", at, at + 1)
        return value

    def duration_operand(self) -> Length:
        kind, text, start, end = self.tokens[self.at]
        if kind == "variable" or has_variable(kind, text):
            self.at += 1
            return None, text, start, end
        if kind in {"number", "duration"}:
            self.at += 1
            seconds = self.value(kind, text, start, end)
            if seconds > _LONGEST_SECONDS:
                raise LanguageError("duration out of range", start, end)
            return seconds, text, start, end
        if kind == "(":
            self.need_arithmetic(start)
            self.at += 1
            value, inner, _, _ = self.duration_arithmetic(1)
            end = self.expect(")", "a duration", "')'")[3]
            return value, f"({inner})", start, end
        if kind != "name":
            self.unexpected("a duration", "a duration such as 5m")
        return self.duration_call(text.lower(), start)

    def duration_call(self, word: str, start: int) -> Length:
        pair = {"min_of", "max_of"} if self.version >= (3, 13) else {"min", "max"}
        alone = {"step", "range"} if self.version >= (3, 10) else {"step"}
        if self.version < (3, 6) or word not in pair | alone:
            self.unexpected("a duration", "a duration such as 5m")
        self.need_arithmetic(start)
        self.at += 1
        self.expect("(", "a duration", "'('")
        if word in alone:
            return None, f"{word}()", start, self.expect(")", "a duration", "')'")[3]
        left = self.duration_arithmetic(1)
        self.expect(",", "a duration", "','")
        right = self.duration_arithmetic(1)
        end = self.expect(")", "a duration", "')'")[3]
        text = f"{word}({left[1]}, {right[1]})"
        if left[0] is None or right[0] is None:
            return None, text, start, end
        return (min if word.startswith("min") else max)(left[0], right[0]), text, start, end
