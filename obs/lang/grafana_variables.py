"""Grafana's variables in a text: where they are, and how to replace them without losing positions.

The grammar is Grafana's own (`$var`, `${var}`, `${var.field}`, `${var:format}`, `[[var]]`, `[[var:format]]`);
names are ASCII words. A text is scanned once; nothing nests. Whether `$1` in a `label_replace` or `$` in a
regex is meant as a variable is not visible here: the caller decides by name (`built_in`, the dashboard's).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from obs.record import dataclass, field

_VARIABLE = re.compile(
    r"\$([0-9A-Za-z_]+)"
    r"|\[\[([0-9A-Za-z_]+?)(?::([0-9A-Za-z_]+))?\]\]"
    r"|\$\{([0-9A-Za-z_]+)(?:\.([^:^}]+))?(?::([^}]+))?\}"
)

BUILT_IN: frozenset[str] = frozenset(
    {
        "__all_variables",
        "__auto",
        "__auto_interval",
        "__cell",
        "__cell_0",
        "__dashboard",
        "__data",
        "__field",
        "__from",
        "__interval",
        "__interval_ms",
        "__name",
        "__org",
        "__range",
        "__range_ms",
        "__range_s",
        "__rate_interval",
        "__rate_interval_ms",
        "__series",
        "__timeFilter",
        "__timezone",
        "__to",
        "__url",
        "__url_time_range",
        "__user",
        "__value",
        "timeFilter",
    }
)
"""Names that Grafana 11 fills in itself; `__user.login` and the like are the name with a field."""

DURATIONS: frozenset[str] = frozenset({"__auto", "__interval", "__range", "__rate_interval"})
"""Built-ins whose value is a duration such as `1m`; `__interval_ms`, `__range_s` are plain numbers."""

FORMATS: frozenset[str] = frozenset(
    {
        "csv",
        "date",
        "distributed",
        "doublequote",
        "glob",
        "html",
        "join",
        "json",
        "lucene",
        "percentencode",
        "pipe",
        "queryparam",
        "raw",
        "regex",
        "singlequote",
        "sqlstring",
        "text",
        "uriencode",
        "customqueryparam",
        "values",
    }
)
"""Formats that Grafana 11 knows; `date:FORMAT` and `join:SEPARATOR` carry an argument after a colon."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One use of a variable; `start` and `end` (exclusive) are character offsets into the text."""

    name: str
    format: str | None
    start: int
    end: int
    field: str | None = None

    @property
    def built_in(self) -> bool:
        """Whether Grafana fills it in itself."""
        return self.name in BUILT_IN


def variables(text: str) -> list[Variable]:
    """Every variable of the text, in order of appearance."""
    if "$" not in text and "[[" not in text:
        return []
    return [_variable(found) for found in _VARIABLE.finditer(text)]


def variable_at(text: str, offset: int) -> Variable | None:
    """The variable that starts exactly at `offset`, if one does."""
    found = _VARIABLE.match(text, offset)
    return _variable(found) if found else None


def _variable(found: re.Match[str]) -> Variable:
    plain, double, double_format, braced, path, braced_format = found.groups()
    return Variable(
        plain or double or braced, double_format or braced_format, found.start(), found.end(), path
    )


@dataclass(frozen=True, slots=True)
class Substituted:
    """A text with values in place of its variables, and the way back to the positions of the user's text."""

    text: str
    variables: tuple[Variable, ...] = ()
    _starts: tuple[int, ...] = field(default=(), repr=False)
    _ends: tuple[int, ...] = field(default=(), repr=False)

    def original(self, offset: int) -> int:
        """The offset in the user's text; any place inside a value is the start of its variable."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return offset
        if offset < self._ends[index]:
            return self.variables[index].start
        return self.variables[index].end + offset - self._ends[index]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the user's text; a span that ends inside a value covers the whole variable."""
        first = self.original(start)
        if end <= start:
            return first, first
        index = bisect_right(self._starts, end - 1) - 1
        if index >= 0 and end - 1 < self._ends[index]:
            return first, self.variables[index].end
        return first, self.original(end - 1) + 1

    def variable_at(self, offset: int) -> Variable | None:
        """The variable whose value covers `offset` of the new text."""
        index = bisect_right(self._starts, offset) - 1
        return self.variables[index] if index >= 0 and offset < self._ends[index] else None


def substitute(text: str, value: Callable[[Variable], str]) -> Substituted:
    """Replaces every variable by `value(variable)`; return its own text to leave one alone."""
    found = variables(text)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    length = position = 0
    for variable in found:
        new = value(variable)
        pieces += [text[position : variable.start], new]
        length += variable.start - position
        starts.append(length)
        length += len(new)
        ends.append(length)
        position = variable.end
    pieces.append(text[position:])
    return Substituted("".join(pieces), tuple(found), tuple(starts), tuple(ends))
