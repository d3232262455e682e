"""What the build asks of each PromQL expression, found in one reading of it."""

from __future__ import annotations

from dataclasses import dataclass

from obs.graph.program import Program
from obs.lang.error import LanguageError


@dataclass(frozen=True, slots=True)
class QueryFacts:
    """`error` is why the declared Prometheus refuses the text; the rest is empty then.

    `metrics` are the names that its selectors read, `kept` the labels that every result of a rule's expression names.
    """

    error: LanguageError | None = None
    metrics: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()


def query_facts(program: Program, text: str, *, grafana: bool = False) -> QueryFacts:
    """The facts of an expression; read once for a project, however many ask."""
    known = program.definitions.facts
    found = known.get((text, grafana))
    if found is None:
        found = known[(text, grafana)] = _read(program, text, grafana)
    assert isinstance(found, QueryFacts)
    return found


def _read(program: Program, text: str, grafana: bool) -> QueryFacts:
    from obs.lang import promql

    server = program.stack.prometheus
    try:
        query = promql.check(
            text, version=release(server.version), features=frozenset(server.features), grafana=grafana
        )
    except LanguageError as error:
        return QueryFacts(error)
    metrics = tuple(dict.fromkeys(selector.metric for selector in query.selectors if selector.metric))
    return QueryFacts(None, metrics, frozenset() if grafana else _kept(query))


def _kept(query: object) -> frozenset[str]:
    from obs.lang.promql.flow import flow
    from obs.lang.promql.query import Query

    assert isinstance(query, Query)
    live = flow(query.tree).live
    names = [{label for label in branch.labels if branch.state(label) != "excluded"} for branch in live]
    return frozenset(set.intersection(*names)) if names else frozenset()


def release(version: str) -> tuple[int, int]:
    """`v2.55.0` as (2, 55)."""
    major, minor, *_ = version.removeprefix("v").split(".")
    return int(major), int(minor)
