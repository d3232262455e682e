"""A faster clock: every interval of the configuration divided by one number, so that an hour passes in two minutes.

The servers' own clocks cannot be hurried. What is written in their configuration can be shortened: intervals, `for`,
ranges and offsets in expressions, group_wait and the like. A rate per second then rises by the same number, so `rate`
and its kind are divided by it. Values over time, counts and texts stay what they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from obs.lang import duration
from obs.lang.error import LanguageError
from obs.lang.promql.tokens import tokenize

PER_SECOND = frozenset(("rate", "irate", "deriv"))
BOUND = frozenset(("predict_linear",))
"""Functions that take a span as a number: their result cannot be hurried."""

CLOCK = frozenset(("time", "timestamp"))
CALENDAR = frozenset(
    ("day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year")
)
"""Functions that read the clock, these when nothing is between their brackets."""


class UnhurriedError(ValueError):
    """An expression that means something else on a faster clock."""


@dataclass(frozen=True, slots=True)
class Speed:
    """`factor` is how many seconds of a scenario pass in one second.

    At the moment `start` of the machine's clock it is `shown` on the scenario's (both in seconds since 1970).
    """

    factor: int
    start: float = 0.0
    shown: float = 0.0

    def seconds(self, milliseconds: float) -> float:
        """How long a span of the scenario lasts, in real seconds."""
        return milliseconds / 1000 / self.factor

    def virtual(self, seconds: float) -> int:
        """The span of the scenario, in milliseconds, that real seconds are."""
        return round(seconds * 1000 * self.factor)

    def length(self, milliseconds: float) -> str:
        """A span of the scenario as the servers read the shorter one; at least a millisecond."""
        return f"{max(round(milliseconds / self.factor), 1)}ms" if milliseconds else "0s"

    def shorter(self, text: str) -> str:
        """A duration of a configuration, shortened."""
        return self.length(duration.parse(text))

    def expr(self, text: str) -> str:
        """The same expression on the faster clock; raises UnhurriedError, LanguageError."""
        if self.factor == 1:
            return text
        tokens = tokenize(text)
        changes: list[tuple[int, int, str]] = []
        for place, (kind, word, start, end) in enumerate(tokens):
            called = kind == "name" and tokens[place + 1][0] == "("
            if kind == "error":
                raise LanguageError(word, start, end)
            if kind == "@":
                raise UnhurriedError("it asks for a fixed moment with `@`")
            if called and word.lower() in CLOCK | CALENDAR:
                changes += self._clock(word.lower(), tokens, place)
            if kind == "duration":
                changes.append((start, end, self.shorter(word)))
            elif called and word.lower() in BOUND:
                raise UnhurriedError(f"{word}() takes a span as a number")
            elif called and word.lower() in PER_SECOND:
                close = _closing(tokens, place + 1)
                changes += [(start, start, "("), (close, close, f" / {self.factor})")]
        out = text
        for start, end, new in sorted(changes, key=lambda one: (one[0], one[1]), reverse=True):
            out = out[:start] + new + out[end:]
        return out

    def _clock(
        self, word: str, tokens: Sequence[tuple[str, str, int, int]], place: int
    ) -> list[tuple[int, int, str]]:
        """A function that reads the clock made to read the scenario's."""
        start, close = tokens[place][2], _closing(tokens, place + 1)
        before, behind = f"({self.shown!r} + (", f" - {self.start!r}) * {self.factor})"
        if word in CLOCK:
            return [(start, start, before), (close, close, behind)]
        if tokens[place + 2][0] == ")":
            return [(tokens[place + 2][2], tokens[place + 2][2], f"vector({before}time(){behind})")]
        return []

    def group(self, group: Mapping[str, object]) -> dict[str, object]:
        """A rule group on the faster clock."""
        rules = group.get("rules")
        assert isinstance(rules, Sequence)
        out: dict[str, object] = {**group, "rules": [self._rule(rule) for rule in rules]}
        return self._shortened(out, "interval", "query_offset")

    def _rule(self, rule: Mapping[str, object]) -> dict[str, object]:
        out = {**rule, "expr": self.expr(str(rule["expr"]))}
        return self._shortened(out, "for", "keep_firing_for")

    def _shortened(self, out: dict[str, object], *keys: str) -> dict[str, object]:
        return out | {key: self.shorter(str(out[key])) for key in keys if out.get(key)}

    def route(self, route: Mapping[str, object]) -> dict[str, object]:
        """A route of Alertmanager and those below it."""
        out = self._shortened(dict(route), "group_wait", "group_interval", "repeat_interval")
        routes = out.get("routes") or []
        assert isinstance(routes, Sequence)
        return out | {"routes": [self.route(one) for one in routes]}

    def stages(self, stages: object) -> object:
        """Stages of Promtail: how long they wait and remember. Go's durations know no days."""
        if isinstance(stages, Mapping):
            return {
                key: self._go(str(value))
                if key in ("max_wait_time", "max_idle_duration", "older_than") and value
                else self.stages(value)
                for key, value in stages.items()
            }
        if isinstance(stages, Sequence) and not isinstance(stages, str):
            return [self.stages(one) for one in stages]
        return stages

    def _go(self, text: str) -> str:
        from obs.lang.duration import parse_go

        return f"{max(parse_go(text) // self.factor // 1_000_000, 1)}ms"


def _closing(tokens: Sequence[tuple[str, str, int, int]], opening: int) -> int:
    """Where the bracket that opens at a token is closed."""
    depth = 0
    for kind, _, _, end in tokens[opening:]:
        depth += {"(": 1, ")": -1}.get(kind, 0)
        if depth == 0:
            return end
    raise LanguageError("a bracket is not closed", tokens[opening][2], tokens[opening][3])
