"""What a variable of a dashboard can be, and what a query becomes with it, as Grafana fills it in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from obs.lang.grafana_variables import Variable as Use
from obs.lang.grafana_variables import substitute
from obs.model.dashboard import Dashboard
from obs.model.variable import ALL, Variable, choices
from obs.record import dataclass

_READ = frozenset({"regex", "pipe", "raw", "csv", "glob", "text", None})
"""Formats that are filled in here; with any other, nothing is said of the query."""
_SPECIAL = re.compile(r"[\\^$*+?.()|[\]{}]")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value of a variable: how the reader of a dashboard sees it, and what goes into the query."""

    shown: str
    values: tuple[str, ...]
    raw: bool = False
    """Put in as it is: the value of "All" that the dashboard gives."""


def chosen_values(variable: Variable) -> Iterator[Chosen]:
    """Every value that the dashboard itself stores: the chosen ones, fixed choices, and "All" where it is known."""
    fixed = _fixed(variable)
    stored = [value for value in variable.current if value not in (ALL, "", "auto") and "$" not in value]
    for value in dict.fromkeys([*stored, *fixed]):
        yield Chosen(repr(value), (value,))
    if variable.include_all and variable.all_value:
        yield Chosen(f'"All", which is {variable.all_value!r}', (variable.all_value,), raw=True)
    elif variable.include_all and len(fixed) > 1:
        yield Chosen('"All"', tuple(fixed))


def _fixed(variable: Variable) -> list[str]:
    if variable.kind == "custom":
        return [value for _, value in choices(variable.query)]
    if variable.kind == "interval":
        return [one.strip() for one in variable.query.split(",") if one.strip() and "$" not in one]
    if variable.kind in ("textbox", "constant"):
        return [variable.query]
    return []


def filled_in(text: str, name: str, chosen: Chosen, dashboard: Dashboard, language: str) -> str | None:
    """A query with one variable filled in; None where it is used in a way that is not known here."""
    known = {variable.name: variable for variable in dashboard.variables}
    unknown = False

    def value(use: Use) -> str:
        nonlocal unknown
        written = text[use.start : use.end]
        if use.name != name or use.field:
            return written
        if use.format not in _READ:
            unknown = True
        return formatted(known[name], chosen, use.format, language)

    found = substitute(text, value).text
    return None if unknown or name not in known else found


def formatted(variable: Variable, chosen: Chosen, how: str | None, language: str) -> str:
    """As the Prometheus and Loki datasources do it: several values become alternatives of a regular expression.

    Source: Grafana 11, `interpolateQueryExpr` of both datasources, and the formats of `templating`.
    """
    if chosen.raw:
        return chosen.values[0]
    if how == "regex":
        escaped = [re.sub(r"[-\\^$*+?.()|[\]{}/]", lambda sign: "\\" + sign[0], one) for one in chosen.values]
        return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"
    if how in ("pipe",):
        return "|".join(chosen.values)
    if how in ("raw", "text", "csv"):
        return ",".join(chosen.values)
    if how == "glob":
        return chosen.values[0] if len(chosen.values) == 1 else "{" + ",".join(chosen.values) + "}"
    if not variable.many:
        return (
            chosen.values[0].replace("\\", "\\\\").replace('"', '\\"')
            if language == "logql"
            else chosen.values[0]
        )
    escaped = [_SPECIAL.sub(lambda sign: "\\\\" + sign[0], one) for one in chosen.values]
    if len(escaped) == 1:
        return escaped[0]
    return "|".join(escaped) if language == "logql" else f"({'|'.join(escaped)})"


def variables_of(dashboard: Dashboard) -> Mapping[str, Variable]:
    """By name."""
    return {variable.name: variable for variable in dashboard.variables}
