"""`obs promql`: an expression formatted, explained, and with the labels that its result can have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from obs.cli.output import print_findings
from obs.cli.terminal import (
    InputError,
    cut,
    given_text,
    painter,
    read_version,
    refuse,
    refuse_text,
    say,
    say_json,
    table,
    wrapped,
)
from obs.diagnostic import Diagnostic, Excerpt
from obs.lang import promql
from obs.lang.error import LanguageError
from obs.lang.grafana_variables import variables
from obs.lang.promql.labels import Branch, Flow
from obs.report.text import safe

if TYPE_CHECKING:
    from obs.lang.promql.metric_types import MetricType
    from obs.lang.promql.query import Query

USAGE = "obs promql 'sum by (job) (rate(http_requests_total[5m]))', or: obs promql - < file"
_TYPES = {
    "vector": "instant vector",
    "matrix": "range vector",
    "scalar": "scalar",
    "string": "string",
}


def run_promql(
    expr: str, *, version: str, features: Sequence[str], grafana: bool, as_json: bool, format_only: bool
) -> int:
    """Say everything about an expression; 1 when a part of it cannot work, 2 when it is not PromQL."""
    try:
        text = given_text(expr, USAGE)
        target = read_version(version)
    except InputError as error:
        return refuse("usage", error.problem, fix=error.fix, as_json=as_json)
    try:
        query = promql.check(text, version=target, features=frozenset(features), grafana=grafana)
        formatted = promql.format(text, version=target, features=frozenset(features), grafana=grafana)
    except LanguageError as error:
        return refuse_text("invalid-promql", text, error, fix=_hint(text, grafana), as_json=as_json)
    if format_only:
        say(formatted)
        return 0
    told = _Told(query, formatted)
    if as_json:
        say_json(told.document())
    else:
        for line in told.lines():
            say(line)
        print_findings([*told.problems(), *told.notes()], None)
    return 1 if told.flow.problems else 0


def _hint(text: str, grafana: bool) -> str:
    found = variables(text)
    if grafana or not found:
        return ""
    return f"{text[found[0].start : found[0].end]} looks like a variable of Grafana: add --grafana"


class _Told:
    """What there is to say of a query."""

    def __init__(self, query: Query, formatted: str) -> None:
        from obs.lang.promql.explain import explain
        from obs.lang.promql.flow import flow

        self.query = query
        self.formatted = formatted
        self.explanation = explain(query.tree)
        self.flow: Flow = flow(query.tree)

    def lines(self) -> Iterator[str]:
        paint = painter()
        yield from (paint("1", safe(line)) for line in self.formatted.split("\n"))
        yield ""
        for line in self.explanation.split("\n"):
            indent = "  " if line.startswith("  ") else ""
            yield from wrapped(line.strip(), indent, indent)
        yield ""
        yield f"type     {_TYPES[self.query.type]}"
        if self.query.type in ("vector", "matrix"):
            yield from self.branches()
        for at, (metric, about) in enumerate(metrics(self.query)):
            yield from wrapped(f"{metric}: {about}", "metrics  " if not at else " " * 9, " " * 11)

    def branches(self) -> Iterator[str]:
        branches = self.flow.branches
        for at, branch in enumerate(branches):
            if len(branches) > 1:
                yield from wrapped(cut(self.query.text[branch.start : branch.end], 80), f"branch {at + 1} ")
            if branch.dead is not None:
                yield from wrapped(f"never returns anything: {branch.dead.text}", "labels   ")
            else:
                yield from _labels(branch)

    def problems(self) -> list[Diagnostic]:
        return [
            Diagnostic(
                problem.kind,
                problem.why.text,
                severity="warning",
                evidence="certain" if problem.why.certain else "likely",
                excerpt=Excerpt(self.query.text, problem.why.start, problem.why.end),
            )
            for problem in self.flow.problems
        ]

    def notes(self) -> list[Diagnostic]:
        """What the catalogue of metrics says against the way that a metric is used."""
        from obs.lang.promql.metric_types import misuses

        return [
            Diagnostic(
                found.kind,
                found.problem,
                severity="info",
                evidence="likely",
                fix=found.fix,
                excerpt=Excerpt(self.query.text, found.start, found.end),
            )
            for found in misuses(self.query.tree, metric_type)
        ]

    def document(self) -> dict[str, object]:
        return {
            "expr": self.query.text,
            "formatted": self.formatted,
            "canonical": self.query.canonical,
            "type": self.query.type,
            "explanation": self.explanation,
            "branches": [_branch(branch) for branch in self.flow.branches],
            "problems": [_finding(found) for found in self.problems()],
            "notes": [_finding(found) for found in self.notes()],
            "metrics": [{"name": name, "about": about} for name, about in metrics(self.query)],
        }


def _labels(branch: Branch) -> Iterator[str]:
    rows: list[tuple[str, str, str]] = []
    for state, names in (
        ("guaranteed", branch.guaranteed),
        ("possible", branch.possible),
        ("excluded", branch.excluded),
    ):
        rows += [(name, state, _why(branch, name)) for name in names]
    other = "any other" if rows else "any label"
    if branch.open:
        rows.append((other, "possible", "nothing here removes it"))
    else:
        rows.append((other, "excluded", "" if branch.closed is None else branch.closed.text))
    yield from table(rows, "labels")


def _why(branch: Branch, label: str) -> str:
    reason = branch.why(label)
    return "" if reason is None else reason.text


def _branch(branch: Branch) -> dict[str, object]:
    names = (*branch.guaranteed, *branch.possible, *branch.excluded)
    return {
        "metric": branch.metric,
        "guaranteed": list(branch.guaranteed),
        "possible": list(branch.possible),
        "excluded": list(branch.excluded),
        "open": branch.open,
        "dead": branch.dead.text if branch.dead is not None else None,
        "why": {name: _why(branch, name) for name in names},
    }


def _finding(found: Diagnostic) -> dict[str, object]:
    assert found.excerpt is not None
    return {
        "name": found.check,
        "evidence": found.evidence,
        "message": found.problem,
        "fix": found.fix,
        "start": found.excerpt.start,
        "end": found.excerpt.end,
    }


def metric_type(name: str) -> MetricType | None:
    """The type of a metric where all systems of the catalogue that have it agree; None for an unknown one."""
    from obs.catalogue import default

    types = {series.type for series in default().metric(name) if series.exists}
    found = types.pop() if len(types) == 1 else None
    return found if found in ("counter", "gauge", "histogram", "summary") else None


def metrics(query: Query) -> list[tuple[str, str]]:
    """Each metric of a query with what the catalogue knows of it."""
    from obs.catalogue import default

    found: dict[str, str] = {}
    for selector in query.selectors:
        name = selector.metric
        if name is None or name in found:
            continue
        known = [series for series in default().metric(name) if series.exists]
        words = [
            f"{series.type}{f', {series.unit}' if series.unit else ''} ({series.system.id})"
            for series in known
        ]
        found[name] = "; ".join(dict.fromkeys(words)) or "not in the catalogue"
    return list(found.items())
