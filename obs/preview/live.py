"""Real data: a Prometheus and a Loki are asked the panels' own questions, and nothing else of them can be reached.

The page never names an address or a path of theirs: it names a panel, and the questions are made here.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable, Mapping, Sequence

from obs.draw.data import Data, LogLine, Series, Timeline
from obs.lang.duration import parse as parse_duration
from obs.lang.error import LanguageError
from obs.lang.grafana_variables import Variable as Use
from obs.lang.grafana_variables import substitute
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel
from obs.model.query import Query
from obs.model.variable import Variable
from obs.preview.upstream import Answer, Upstream, UpstreamError
from obs.preview.view import filled, filled_text

MOST_SERIES, MOST_LINES, MOST_VALUES = 100, 500, 500
SCRAPE = 15.0
"""Seconds between scrapes where the query names no shortest step: what Grafana's datasource assumes."""
_KEPT = 20.0
_ALIKE = {"warning": "warn", "fatal": "error", "critical": "error", "err": "error", "trace": "debug"}
_LEVEL = re.compile(r"\b(ERROR|WARN|INFO|DEBUG|TRACE|FATAL|error|warn|info|debug|fatal)")


class Live:
    """`clock` tells how long the choices of a variable are kept, in seconds."""

    live = True

    def __init__(self, prometheus: str, loki: str, clock: Callable[[], float]) -> None:
        self._servers = {
            language: Upstream(name, address)
            for language, name, address in (("promql", "Prometheus", prometheus), ("logql", "Loki", loki))
            if address
        }
        self._clock = clock
        self._lock = threading.Lock()
        self._problems: dict[str, None] = {}
        self._choices: dict[tuple[str, str, str], tuple[float, Sequence[str]]] = {}

    def problems(self) -> Sequence[str]:
        """What went wrong since the last question."""
        with self._lock:
            found, self._problems = list(self._problems), {}
        return found

    def _failed(self, words: str) -> None:
        with self._lock:
            self._problems[words] = None

    def data(self, panel: Panel, dashboard: Dashboard, times: Timeline) -> Data:
        """What the servers answer; a query that fails has no series, and a problem."""
        everything = {
            one.name: self.values(one, dashboard) for one in dashboard.variables if one.kind == "query"
        }
        series: list[Series] = []
        lines: list[LogLine] = []
        instant: set[str] = set()
        asked = [
            one for one in filled(panel, dashboard, everything).queries if not one.hide and one.text.strip()
        ]
        for number, query in enumerate(asked):
            ref = query.ref_id or chr(65 + number % 26)
            try:
                answer = self._ask(query, panel, times)
            except UpstreamError as error:
                self._failed(f"{panel.title or panel.key}: {error}")
                continue
            if answer.kind == "streams":
                lines += _lines(answer)
            else:
                series += _series(answer, times, ref)
            if query.instant:
                instant.add(ref)
        newest = tuple(sorted(lines, key=lambda line: -line.at)[:MOST_LINES])
        return Data(times, tuple(series[:MOST_SERIES]), newest, frozenset(instant))

    def _server(self, language: str) -> Upstream:
        server = self._servers.get(language)
        if server is None:
            option = {"promql": "--prometheus", "logql": "--loki"}.get(language)
            raise UpstreamError(
                f"no server to ask; give {option} URL"
                if option
                else "its datasource cannot be asked from here"
            )
        return server

    def _ask(self, query: Query, panel: Panel, times: Timeline) -> Answer:
        server = self._server(query.language)
        text = with_intervals(query.text, query, panel, times)
        wanted = {"query": text}
        if query.instant:
            return server.instant({**wanted, "time": f"{times.end:.3f}", "limit": str(MOST_LINES)})
        window = {"start": f"{times.start:.3f}", "end": f"{times.end:.3f}", "step": f"{times.step:.3f}"}
        limit = str(min(query.max_lines or MOST_LINES, MOST_LINES))
        return server.over_time({**wanted, **window, "limit": limit})

    def values(self, variable: Variable, dashboard: Dashboard) -> Sequence[str]:
        """The values that the label has now; asked again after a while."""
        language = variable.datasource.language if variable.datasource is not None else "promql"
        name = variable.values_of
        others = dashboard.viewed(
            dashboard.time, [one for one in dashboard.variables if one.name != variable.name]
        )
        series = filled_text(variable.series, language, others, None).replace("$__all", ".*")
        known = (language, name, series)
        with self._lock:
            found = self._choices.get(known)
        if found is not None and self._clock() - found[0] < _KEPT:
            return found[1]
        values: Sequence[str] = ()
        if name:
            try:
                answered = self._server(language).label(name, _open(series))
                values = tuple(sorted(answered)[:MOST_VALUES])
            except UpstreamError as error:
                self._failed(f"variable {variable.name}: {error}")
        with self._lock:
            self._choices[known] = (self._clock(), values)
        return values


def _open(series: str) -> str:
    """A selector without what is chosen of variables that stand for everything."""
    return re.sub(r"""(=~?)\s*"\$\{?\w+(?::\w+)?\}?\"""", '=~".*"', series)


def with_intervals(text: str, query: Query, panel: Panel, times: Timeline) -> str:
    """The query with Grafana's own variables filled in.

    Source: Grafana 11, `calculateRateInterval` of the Prometheus datasource: at least four scrapes.
    """
    shortest = _seconds(query.min_step or panel.min_interval) or SCRAPE
    step = max(times.step, _seconds(query.min_step or panel.min_interval) or 1.0)
    rate = max(step + shortest, 4 * shortest)
    length = times.end - times.start
    known = {
        "__interval": f"{math.ceil(step)}s",
        "__interval_ms": str(math.ceil(step * 1000)),
        "__auto": f"{math.ceil(step)}s",
        "__rate_interval": f"{math.ceil(rate)}s",
        "__rate_interval_ms": str(math.ceil(rate * 1000)),
        "__range": f"{math.ceil(length)}s",
        "__range_s": str(math.ceil(length)),
        "__range_ms": str(math.ceil(length * 1000)),
        "__from": str(round(times.start * 1000)),
        "__to": str(round(times.end * 1000)),
    }

    def value(use: Use) -> str:
        return known.get(use.name, text[use.start : use.end])

    return substitute(text, value).text


def _seconds(text: str) -> float:
    try:
        return parse_duration(text.lstrip(">")) / 1000 if text else 0.0
    except LanguageError:
        return 0.0


def _series(answer: Answer, times: Timeline, ref: str) -> list[Series]:
    found = []
    for labels, samples in answer.series[:MOST_SERIES]:
        values: list[float | None] = [None] * times.count
        for at, value in samples:
            place = times.count - 1 if answer.kind == "vector" else round((at - times.start) / times.step)
            if 0 <= place < times.count and math.isfinite(value):
                values[place] = value
        named = {name: text for name, text in labels.items() if name != "__name__"}
        found.append(Series(named, tuple(values), ref, labels.get("__name__", "")))
    return found


def _lines(answer: Answer) -> list[LogLine]:
    return [
        LogLine(at, text, labels, level_of(labels, text))
        for labels, texts in answer.streams
        for at, text in texts
    ]


def level_of(labels: Mapping[str, str], text: str) -> str:
    """The line's level: a label, else the first word that looks like one."""
    for name in ("level", "detected_level"):
        if labels.get(name):
            return _ALIKE.get(labels[name].lower(), labels[name].lower())
    found = _LEVEL.search(text[:2000])
    return _ALIKE.get(found[1].lower(), found[1].lower()) if found else ""
