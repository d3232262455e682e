"""`obs logql`: a query laid out, explained, and with the labels of its result and those that it reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from obs.cli.output import print_findings
from obs.cli.terminal import (
    InputError,
    given_text,
    painter,
    read_version,
    refuse,
    refuse_findings,
    refuse_text,
    say,
    say_json,
    table,
    wrapped,
)
from obs.diagnostic import Diagnostic, Excerpt, ObsError
from obs.lang.error import LanguageError
from obs.lang.grafana_variables import variables
from obs.report.text import safe

if TYPE_CHECKING:
    from obs.lang.logql.query import Query

USAGE = 'obs logql \'{app="api"} |= "error"\', or: obs logql - < file'


def run_logql(
    text: str, project: Path | None, *, version: str, grafana: bool, as_json: bool, format_only: bool
) -> int:
    """Say everything about a query; 1 when it reads a label that cannot be there, 2 when Loki would refuse it."""
    from obs.lang.logql import check
    from obs.lang.logql.layout import pretty

    try:
        text = given_text(text, USAGE)
        target = read_version(version)
    except InputError as error:
        return refuse("usage", error.problem, fix=error.fix, as_json=as_json)
    try:
        query = check(text, grafana=grafana, version=target)
    except LanguageError as error:
        return refuse_text("invalid-logql", text, error, fix=_hint(text, grafana), as_json=as_json)
    if format_only:
        say(pretty(query))
        return 0
    try:
        stream = _stream_labels(project)
    except ObsError as error:
        if project is not None:
            return refuse_findings(error, project, as_json=as_json)
        stream = None
    told = _Told(query, pretty(query), stream)
    if as_json:
        say_json(told.document())
    else:
        for line in told.lines():
            say(line)
        print_findings(told.problems(), None)
    return 1 if told.problems() else 0


def _hint(text: str, grafana: bool) -> str:
    found = variables(text)
    if grafana or not found:
        return ""
    return f"{text[found[0].start : found[0].end]} looks like a variable of Grafana: add --grafana"


def _stream_labels(project: Path | None) -> frozenset[str] | None:
    """The labels that the project's lines have in Loki; None outside of a project. Raises ObsError."""
    from obs import api
    from obs.graph.provenance import stream_labels

    return stream_labels(api.load_program(api.read_settings(project)))


class _Told:
    """What there is to say of a query; `stream` are the labels of all lines, None when they are not known."""

    def __init__(self, query: Query, formatted: str, stream: frozenset[str] | None) -> None:
        from obs.lang.logql.explain import explain

        self.query = query
        self.formatted = formatted
        self.stream = stream
        self.explanation = explain(query)
        self.labels = query.labels_out(stream)
        self.impossible = [read for read in query.reads(stream) if read.available == "no"]

    def lines(self) -> Iterator[str]:
        paint = painter()
        yield from (paint("1", safe(line)) for line in self.formatted.split("\n"))
        yield ""
        for line in self.explanation.split("\n"):
            yield from wrapped(line)
        yield ""
        kind = "lines (a log query)" if self.query.kind == "log" else "numbers (a metric query)"
        yield f"result   {kind}"
        yield from table(self.rows(), "labels")
        if self.stream is None:
            yield "         (no project here, so the labels of the streams are not known)"

    def rows(self) -> list[tuple[str, str, str]]:
        sources = self.labels.sources
        rows = [
            (name, "certain" if sources[name].certain else "possible", sources[name].why)
            for name in sorted(sources, key=lambda name: (not sources[name].certain, name))
        ]
        other = "any other" if rows else "any label"
        if self.labels.open:
            rows.append((other, "possible", " and ".join(self.labels.open)))
        else:
            rows.append((other, "excluded", "nothing sets it"))
        return rows

    def problems(self) -> list[Diagnostic]:
        found = [
            Diagnostic(
                "impossible-label",
                f"{read.label} cannot be there, where {_READS.get(read.kind, read.kind)} reads it: {read.why}",
                severity="warning",
                excerpt=Excerpt(self.query.text, read.start, read.end),
            )
            for read in self.impossible
            if read.kind not in ("drop", "without", "ignoring", "keep")
        ]
        return list(dict.fromkeys(found))

    def document(self) -> dict[str, object]:
        sources = self.labels.sources
        return {
            "query": self.query.text,
            "formatted": self.formatted,
            "canonical": self.query.canonical,
            "kind": self.query.kind,
            "type": self.query.type,
            "explanation": self.explanation,
            "stream_labels": None if self.stream is None else sorted(self.stream),
            "labels": [
                {"name": name, "certain": sources[name].certain, "why": sources[name].why}
                for name in sorted(sources)
            ],
            "others": list(self.labels.open),
            "impossible": [
                {
                    "label": read.label,
                    "read_by": read.kind,
                    "why": read.why,
                    "start": read.start,
                    "end": read.end,
                }
                for read in self.impossible
            ],
        }


_READS = {
    "by": "`by`",
    "filter": "a filter",
    "include": "`group_left` or `group_right`",
    "label_replace": "`label_replace`",
    "on": "`on`",
    "rename": "`label_format`",
    "selector": "the selector",
    "template": "a template",
    "unwrap": "`unwrap`",
}
