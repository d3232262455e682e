"""Plausible data for a whole panel: the same panel has the same data on every machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from obs.draw.data import START, Data, Event, LogLine, Series, Timeline
from obs.draw.sample import logql, promql
from obs.draw.sample.likely import bursts, good_from, kept_good, most, weight
from obs.draw.sample.noise import curve, part, seed, smooth
from obs.draw.sample.promql import Shape
from obs.formats.grafana_json.field import read_field_config
from obs.lang.duration import parse as parse_duration
from obs.lang.error import LanguageError
from obs.lang.gotemplate.legend import legend
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel
from obs.model.query import Query

MOST_SERIES = 6
"""Curves of one query in a picture; a real dashboard may have more."""

_TYPICAL: dict[str, float] = {
    "percent": 46.0, "percentunit": 0.42, "s": 0.21, "ms": 180.0, "bytes": 3.1e8, "decbytes": 3.1e8, "Bps": 2.4e5,
    "binBps": 2.4e5, "bps": 1.9e6, "reqps": 21.0, "ops": 34.0, "celsius": 51.0, "d": 41.0, "h": 9.0, "m": 12.0,
}  # fmt: skip

_COUNTS = ("", "none", "short", "sishort")


def timeline(dashboard: Dashboard | None, count: int = 61) -> Timeline:
    """The dashboard's own range (`now-6h`), at the pictures' own time; six hours where it is not told so."""
    seconds = 6 * 3600.0
    if dashboard is not None and dashboard.time[0].startswith("now-"):
        with suppress(LanguageError):
            seconds = parse_duration(dashboard.time[0].removeprefix("now-").split("/")[0]) / 1000
    end = START + 3 * 3600.0
    return Timeline(end - max(seconds, 60.0), end, count)


def chosen_values(dashboard: Dashboard | None) -> dict[str, Sequence[str]]:
    """The stored values of the dashboard's variables, by the label that they choose from."""
    found: dict[str, Sequence[str]] = {}
    for variable in dashboard.variables if dashboard is not None else ():
        chosen = tuple(value for value in variable.current if value and not value.startswith("$"))
        if chosen:
            found[variable.values_of or variable.name] = chosen
    return found


def sample(panel: Panel, dashboard: Dashboard | None = None) -> Data:
    """Data for each of the panel's queries that is not hidden."""
    times = timeline(dashboard)
    chosen = chosen_values(dashboard)
    series: list[Series] = []
    lines: list[LogLine] = []
    instant: set[str] = set()
    asked = [query for query in panel.queries if not query.hide and query.text.strip()]
    for number, query in enumerate(asked):
        ref = query.ref_id or chr(65 + number % 26)
        if query.language == "logql" and panel.type == "logs":
            lines += logql.lines(query.text, 40, times, chosen)
            continue
        if query.instant:
            instant.add(ref)
        series += _series(panel, query, ref, number, times, chosen)
    newest_first = tuple(sorted(lines, key=lambda line: -line.at))
    return Data(times, tuple(series), newest_first, frozenset(instant), tuple(_events(dashboard, times)))


def _events(dashboard: Dashboard | None, times: Timeline) -> Iterator[Event]:
    """Two moments of each annotation with a query, the same in every panel."""
    for one in dashboard.annotations if dashboard is not None else ():
        if one.query and one.enable:
            for number in range(2):
                far = 0.08 + 0.84 * part(seed(one.name, one.query), number)
                yield Event(times.start + far * (times.end - times.start), one.color)


def _series(
    panel: Panel, query: Query, ref: str, number: int, times: Timeline, chosen: Mapping[str, Sequence[str]]
) -> list[Series]:
    many = MOST_SERIES if panel.type != "table" else 8
    shape = (
        logql.shape(query.text, many, chosen)
        if query.language == "logql"
        else promql.shape(query.text, many, chosen, _named(panel, query))
    )
    panel = _of_query(panel, ref)
    size = _size(panel, shape)
    if query.language not in ("logql", "promql", ""):
        shape = replace(shape, labels=({},))
    found = []
    for index, labels in enumerate(shape.labels):
        name = seed(shape.source, *sorted(labels.values()))
        beside = shape.rank * (0.6 if number and shape.rank in (1.0, 2.4) else 1.0)
        scale = size * weight(labels, index) * (0.75 + 0.5 * part(name, 7)) * beside
        if shape.cumulative:
            drawn = _bucket(shape, index, size, seed(shape.source), times.count)
        elif shape.values is not None:
            drawn = [shape.values[0]] * times.count
        else:
            drawn = _drawn(panel, shape, name, scale, times.count)
        found.append(Series(labels, tuple(drawn), ref, shape.metric))
    return found


def _of_query(panel: Panel, ref: str) -> Panel:
    """The panel as its overrides make it for one query: tables give each column a unit of its own."""
    names = {f"Value #{ref}", "Value", ref}
    for step in panel.transformations:
        options = step.get("options")
        renamed = options.get("renameByName") if isinstance(options, Mapping) else None
        if isinstance(renamed, Mapping):
            names |= {str(new) for old, new in renamed.items() if old in names}
    changed = panel.field
    for override in panel.overrides:
        by_ref = override.matcher == "byFrameRefID" and override.matches == ref
        if by_ref or (isinstance(override.matches, str) and override.matches in names):
            for name, value in override.properties:
                if name == "unit":
                    changed = replace(changed, unit=str(value), thresholds=None)
                elif name == "thresholds":
                    changed = replace(
                        changed, thresholds=read_field_config({"defaults": {name: value}})[0].thresholds
                    )
    return panel if changed is panel.field else replace(panel, field=changed, key=panel.key)


def _named(panel: Panel, query: Query) -> tuple[str, ...]:
    """The labels that the panel reads: in the query's legend, or as a table's columns."""
    found: frozenset[str] = frozenset()
    with suppress(LanguageError):
        found = legend(query.legend or "").labels_read
    columns: list[str] = []
    for step in panel.transformations:
        options = step.get("options")
        included = options.get("includeByName") if isinstance(options, Mapping) else None
        columns += [str(name) for name in included or () if not str(name).startswith(("Value", "Time"))]
    return tuple(dict.fromkeys((*columns, *sorted(found))))


def _drawn(panel: Panel, shape: Shape, name: int, scale: float, count: int) -> list[float | None]:
    values = curve(name, count)
    if shape.flat:
        values = [0.97 + 0.03 * values[count // 2]] * count
    elif shape.steady:
        values = [0.85 + 0.15 * value for value in values]
    drawn = [shape.least + value * scale for value in values]
    top = most(panel)
    good = good_from(panel)
    if good is not None:
        drawn = kept_good(values, good, top if top is not None and top > good else 1.6 * good)
    elif (shape.rare or (shape.whole and _each_is_bad(panel))) and not panel.unit.startswith("percent"):
        drawn = bursts(values, scale if shape.whole else 0.02 * scale)
    elif top is not None:
        drawn = [min(value, top * 0.985) for value in drawn]
    if shape.whole and panel.unit in _COUNTS:
        drawn = [float(round(value)) for value in drawn]
    return list(drawn)


def _each_is_bad(panel: Panel) -> bool:
    """Whether one of what a panel counts is one too many."""
    limits = panel.thresholds.values if panel.thresholds else ()
    return bool(limits) and 0 < limits[0] <= 1 and panel.unit in _COUNTS and good_from(panel) is None


def _bucket(shape: Shape, index: int, size: float, name: int, count: int) -> list[float | None]:
    """A bucket of a cumulative histogram: the share of all observations up to its bound, of a total that swings."""
    total = curve(name, count)
    share = (index + 1) / len(shape.labels)
    risen = share * share * (3 - 2 * share)
    drift = [0.25 * smooth(name ^ 0x2545F491, number * 6 / count) for number in range(count)]
    return [value * size * risen ** (0.85 + drift[number]) for number, value in enumerate(total)]


def _size(panel: Panel, shape: Shape) -> float:
    """What a typical value is: below the first limit of the panel, in its unit, else as the query suggests."""
    limits = [value for value in (panel.thresholds.values if panel.thresholds else ()) if value > 0]
    if panel.thresholds is not None and len({colour for _, colour in panel.thresholds.steps}) == 1:
        limits = []  # they are marks, none is better than another
    unit = panel.unit
    if shape.least:
        return shape.size
    counted = shape.whole and unit in _COUNTS
    if counted and (shape.rare or _each_is_bad(panel)):
        return 1.0
    if limits and unit != "dateTimeAsIso":
        absolute = panel.thresholds is not None and panel.thresholds.mode == "absolute"
        if absolute and not (counted and limits[0] <= 2):
            return limits[0] * 0.72
    if shape.failing and unit in ("", "percentunit", "percent"):
        return 0.6 if unit == "percent" else 0.006
    if unit in _TYPICAL and not (unit == "s" and shape.size > 3600):
        return _TYPICAL[unit]
    if shape.ratio and not unit:
        return 0.42
    if unit.startswith("dateTime"):
        return START * 1000.0
    return shape.size
