"""What is wrong with a dashboard that Grafana would load all the same, and show wrong or empty."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise

from obs.diagnostic import Diagnostic
from obs.lang.grafana_variables import Variable as Use
from obs.lang.grafana_variables import variables as uses_in
from obs.model.dashboard import Dashboard
from obs.model.datasource import SPECIAL_UIDS, Datasource
from obs.model.layout import grid_faults, placed
from obs.model.link import Link
from obs.model.panel import Panel
from obs.model.query import Query
from obs.model.unit import known, resembling
from obs.model.variable import Variable
from obs.origin import Origin

_SHORTEST_REFRESH = 30
"""Seconds; below it every viewer adds load without seeing newer data, at a scrape interval of 30s."""


def validate(dashboard: Dashboard) -> list[Diagnostic]:
    """Every finding about the dashboard as such. The queries and their datasources are checked elsewhere."""
    found = [*dashboard.notes, *grid_faults(placed(dashboard)), *_refresh(dashboard), *_variables(dashboard)]
    for panel in dashboard.panels():
        found += _panel(panel)
    return found


def _name(panel: Panel) -> str:
    return f"panel {panel.title or panel.key!r}"


def _panel(panel: Panel) -> Iterator[Diagnostic]:
    yield from _ref_ids(panel)
    yield from _unit(panel)
    yield from _thresholds(panel)
    for query in panel.queries:
        yield from _query(panel, query)
    if _hides_rows(panel):
        yield Diagnostic(
            "only-last-row-shown",
            f"{_name(panel)} shows one row only: an instant result of Loki's is one table, not a series for each",
            panel.origin,
            "warning",
            fix="each_row=True",
        )
    if _unasked(panel):
        yield Diagnostic(
            "panel-without-query",
            f"{_name(panel)} asks nothing, so it stays empty",
            panel.origin,
            "warning",
            fix="give it a query",
        )


_QUERYLESS = frozenset(
    {
        "text",
        "row",
        "alertlist",
        "dashlist",
        "news",
        "welcome",
        "gettingstarted",
        "annolist",
        "canvas",
        "debug",
    }
)


def _unasked(panel: Panel) -> bool:
    return not panel.queries and panel.type not in _QUERYLESS and "libraryPanel" not in panel.extra


_GROUPED = re.compile(
    r"\s*(?:(?:topk|bottomk|sort|sort_desc)\s*\((?:\s*\d+\s*,)?\s*)?[a-z_]+\s+by\s*\(\s*\w", re.IGNORECASE
)


def _hides_rows(panel: Panel) -> bool:
    reduced = panel.options.get("reduceOptions")
    return (
        panel.type in ("stat", "gauge", "bargauge", "piechart")
        and isinstance(reduced, Mapping)
        and reduced.get("values") is not True
        and any(one.language == "logql" and one.instant and _GROUPED.match(one.text) for one in panel.queries)
    )


def _ref_ids(panel: Panel) -> Iterator[Diagnostic]:
    for ref_id, count in Counter(query.ref_id for query in panel.queries).items():
        if count > 1:
            yield Diagnostic(
                "duplicate-ref-id",
                f"{_name(panel)}: {count} queries have the refId {ref_id!r}, and Grafana keeps the last one",
                panel.origin,
                fix="leave ref_id out: they are then called A, B, C",
            )


def _unit(panel: Panel) -> Iterator[Diagnostic]:
    units = [panel.unit]
    for override in panel.overrides:
        units += [str(value) for name, value in override.properties if name == "unit" and value]
    for unit in units:
        if not known(unit):
            meant = resembling(unit)
            yield Diagnostic(
                "unknown-unit",
                f"{_name(panel)}: Grafana knows no unit {unit!r} and shows the word behind the bare number",
                panel.origin,
                "warning",
                fix=f'unit="{meant}"' if meant else f'unit="suffix:{unit}" if that is meant',
            )


def _thresholds(panel: Panel) -> Iterator[Diagnostic]:
    limits = panel.thresholds
    if limits is None:
        return
    values = limits.values
    if any(later <= earlier for earlier, later in pairwise(values)):
        yield Diagnostic(
            "thresholds-out-of-order",
            f"{_name(panel)}: its thresholds {list(values)} do not rise, so some of them never apply",
            panel.origin,
        )
    if any(value is None for value, _ in limits.steps[1:]):
        yield Diagnostic(
            "thresholds-out-of-order",
            f"{_name(panel)}: a threshold other than the first has no value",
            panel.origin,
        )


_LOKI = re.compile(
    r"^\s*\{[^}]*\}\s*\||(count|bytes)_over_time\s*\(\s*\{|\|[=~]\s*[\"`]|\|\s*unwrap\b|\[\$__auto\]"
)
"""Text that only LogQL has."""
_PROMETHEUS = re.compile(
    r"\$__rate_interval|\bhistogram_quantile\s*\(|\b(irate|increase|predict_linear|label_join)\s*\("
)
"""Text that only PromQL has."""


def _query(panel: Panel, query: Query) -> Iterator[Diagnostic]:
    data = query.datasource
    at = query.origin or panel.origin
    other = _other_language(query)
    if other and data is not None:
        yield Diagnostic(
            "query-language-mismatch",
            f"{_name(panel)}: query {query.ref_id} is {other}, but datasource {data.uid!r} is {data.type}",
            at,
            fix="give the query, the panel or the dashboard the datasource that it is meant for",
        )
    if not query.text and query.language and not query.extra:
        yield Diagnostic("empty-query", f"{_name(panel)}: query {query.ref_id} is empty", at)


def _other_language(query: Query) -> str:
    if query.language == "promql" and _LOKI.search(query.text):
        return "LogQL"
    if query.language == "logql" and _PROMETHEUS.search(query.text):
        return "PromQL"
    return ""


def _refresh(dashboard: Dashboard) -> Iterator[Diagnostic]:
    if not dashboard.refresh:
        return
    seconds = _seconds(dashboard.refresh)
    if seconds is None:
        yield Diagnostic(
            "invalid-refresh",
            f"{dashboard.refresh!r} is no interval that Grafana refreshes a dashboard in",
            dashboard.origin,
            fix='refresh="1m", or refresh="" for never',
        )
    elif seconds < _SHORTEST_REFRESH:
        yield Diagnostic(
            "refresh-too-short",
            f"every viewer asks all {len(list(dashboard.queries()))} queries each {dashboard.refresh}",
            dashboard.origin,
            "warning",
            fix='refresh="1m"',
        )


def _seconds(text: str) -> float | None:
    found = re.fullmatch(r"(\d+)(ms|s|m|h|d|w|M|y)", text)
    scale = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "M": 2592000, "y": 31536000}
    return int(found[1]) * scale[found[2]] if found else None


def _variables(dashboard: Dashboard) -> Iterator[Diagnostic]:
    """Variables defined twice, used and not defined, defined and not used."""
    defined = {variable.name: variable for variable in dashboard.variables}
    for name, count in Counter(variable.name for variable in dashboard.variables).items():
        if count > 1:
            yield Diagnostic(
                "duplicate-variable",
                f"{count} variables are called {name!r}",
                defined[name].origin or dashboard.origin,
            )
    used: set[str] = set()
    reported: set[str] = set()
    for what, text, at in _texts(dashboard):
        for use in uses_in(text):
            used.add(use.name)
            if use.name not in defined and _is_meant(use, text) and f"{what} {use.name}" not in reported:
                reported.add(f"{what} {use.name}")
                yield _undefined(dashboard, what, use.name, at)
    for variable in dashboard.variables:
        yield from _variable(variable, variable.name in used)


_CAPTURE = re.compile(r"\d+")


def _is_meant(use: Use, text: str) -> bool:
    """`$1` is a capture of `label_replace`, `[[a]]` may be part of a regular expression."""
    written = text[use.start : use.end]
    return not (
        use.built_in or use.name.startswith("__") or _CAPTURE.fullmatch(use.name) or written[0] == "["
    )


def _undefined(dashboard: Dashboard, what: str, name: str, at: Origin | None) -> Diagnostic:
    names = ", ".join(variable.name for variable in dashboard.variables) or "none"
    return Diagnostic(
        "undefined-variable",
        f"{what} uses ${name}, which dashboard {dashboard.uid} does not define",
        at or dashboard.origin,
        why="Grafana leaves it in the text as it stands",
        fix=f"add it to variables=[...]; it has: {names}",
    )


def _variable(variable: Variable, used: bool) -> Iterator[Diagnostic]:
    if not used and variable.kind not in ("adhoc", "groupby", "system"):
        yield Diagnostic(
            "unused-variable",
            f"variable ${variable.name} changes nothing: no query, title, link or other variable uses it",
            variable.origin,
            "warning",
            fix="use it, or remove it from variables=[...]",
        )
    loki = variable.datasource is not None and variable.datasource.type == "loki"
    if loki and variable.include_all and variable.all_value in (".*", ""):
        yield Diagnostic(
            "all-matches-nothing" if variable.all_value else "all-lists-every-value",
            f'"All" of ${variable.name} is {variable.all_value!r}'
            if variable.all_value
            else f'"All" of ${variable.name} lists every value it has',
            variable.origin,
            "error" if variable.all_value else "warning",
            why="Loki refuses a selector whose every matcher also matches the empty text"
            if variable.all_value
            else "the query grows with the number of values, and misses those that appear later",
            fix='all_value=".+"',
        )


def _texts(dashboard: Dashboard) -> Iterator[tuple[str, str, Origin | None]]:
    """Everything in which Grafana fills in variables."""
    yield "the title", dashboard.title, dashboard.origin
    for variable in dashboard.variables:
        yield (
            f"variable {variable.name}",
            f"{variable.query} {variable.series} {variable.regex}",
            variable.origin,
        )
        yield f"variable {variable.name}", _uid(variable.datasource), variable.origin
    for link in dashboard.links:
        yield from _link_texts(f"link {link.title!r}", link, dashboard.origin)
    for annotation in dashboard.annotations:
        yield f"annotation {annotation.name!r}", annotation.query, annotation.origin
        yield f"annotation {annotation.name!r}", _uid(annotation.datasource), annotation.origin
    for row in dashboard.rows:
        yield f"row {row.title!r}", f"{row.title or ''} {_reference(row.repeat)}", row.origin
    for panel in dashboard.panels():
        yield from _panel_texts(panel)


def _panel_texts(panel: Panel) -> Iterator[tuple[str, str, Origin | None]]:
    what, at = _name(panel), panel.origin
    yield what, f"{panel.title} {panel.description} {_reference(panel.repeat)}", at
    yield what, f"{panel.min_interval} {panel.time_from} {panel.time_shift} {panel.field.display_name}", at
    yield what, _uid(panel.datasource), at
    for query in panel.queries:
        named = f"{what}: query {query.ref_id}"
        yield named, query.text, query.origin or at
        yield named, f"{query.legend} {query.min_step} {_uid(query.datasource)}", query.origin or at
    for link in (*panel.links, *panel.field.links):
        yield from _link_texts(f"{what}: link {link.title!r}", link, at)
    if panel.type == "text":
        yield what, str(panel.options.get("content", "")), at


def _link_texts(what: str, link: Link, at: Origin | None) -> Iterator[tuple[str, str, Origin | None]]:
    yield what, f"{link.title} {link.url} {link.tooltip}", link.origin or at


def _reference(name: str) -> str:
    return f"${name}" if name else ""


def _uid(data: Datasource | None) -> str:
    return data.uid if data is not None and data.uid not in SPECIAL_UIDS else ""
