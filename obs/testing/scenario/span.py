"""Spans of time as people write them: `at="2m30s"`, `assert message.at <= "3m"`."""

from __future__ import annotations

from functools import total_ordering

from obs.lang import duration
from obs.lang.error import LanguageError


@total_ordering
class Duration:
    """A span since the start of the scenario; compares with other spans and with texts such as `"3m"`."""

    __slots__ = ("milliseconds",)

    def __init__(self, milliseconds: int) -> None:
        self.milliseconds = milliseconds

    @property
    def seconds(self) -> float:
        return self.milliseconds / 1000

    def __eq__(self, other: object) -> bool:
        found = _other(other)
        return found is not None and self.milliseconds == found

    def __lt__(self, other: object) -> bool:
        found = _other(other)
        if found is None:
            return NotImplemented
        return self.milliseconds < found

    def __hash__(self) -> int:
        return hash(self.milliseconds)

    def __sub__(self, other: object) -> Duration:
        found = _other(other)
        if found is None:
            return NotImplemented
        return Duration(self.milliseconds - found)

    def __add__(self, other: object) -> Duration:
        found = _other(other)
        if found is None:
            return NotImplemented
        return Duration(self.milliseconds + found)

    def __str__(self) -> str:
        sign = "-" if self.milliseconds < 0 else ""
        return sign + duration.render(abs(self.milliseconds))

    __repr__ = __str__


def _other(value: object) -> int | None:
    if isinstance(value, Duration):
        return value.milliseconds
    return milliseconds(value) if isinstance(value, str) else None


def milliseconds(value: str | Duration | float, what: str = "time") -> int:
    """Milliseconds of `"1m30s"`, of a Duration, or of a number of seconds; raises ValueError, naming `what`."""
    if isinstance(value, Duration):
        return value.milliseconds
    if isinstance(value, (int, float)):
        return round(value * 1000)
    try:
        return duration.parse(value)
    except LanguageError as error:
        raise ValueError(f'{what}: {error.message}; write e.g. "1m30s"') from None
