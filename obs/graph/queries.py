"""What the build asks of each PromQL expression, found in one reading of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from obs.lang.error import LanguageError
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.graph.program import Program
    from obs.lang.promql import Query
    from obs.lang.promql.syntax import VectorSelector


@dataclass(frozen=True, slots=True)
class QueryFacts:
    """`error` is why the declared Prometheus refuses the text; the rest is empty then.

    `metrics` are the names that its selectors read.
    """

    error: LanguageError | None = None
    metrics: tuple[str, ...] = ()


def query_facts(program: Program, text: str, *, grafana: bool = False) -> QueryFacts:
    """The facts of an expression; read once for a project, however many ask."""
    known = program.definitions.facts
    found = known.get((text, grafana))
    if found is None:
        found = known[(text, grafana)] = _facts(_read(program, text, grafana))
    assert isinstance(found, QueryFacts)
    return found


def selectors_of(program: Program, text: str, *, grafana: bool = False) -> tuple[VectorSelector, ...]:
    """Every selector of an expression; none where Prometheus refuses it."""
    from obs.lang.promql.syntax import VectorSelector, walk

    query = _read(program, text, grafana)
    if isinstance(query, LanguageError):
        return ()
    return tuple(node for node in walk(query.tree) if isinstance(node, VectorSelector))


def kept_labels(program: Program, text: str) -> frozenset[str]:
    """The labels that every result of a rule's expression names; empty where Prometheus refuses it."""
    from obs.lang.promql.flow import flow

    query = _read(program, text, grafana=False)
    program.definitions.facts.setdefault((text, False), _facts(query))
    if isinstance(query, LanguageError):
        return frozenset()
    live = flow(query.tree).live
    names = [{label for label in branch.labels if branch.state(label) != "excluded"} for branch in live]
    return frozenset(set.intersection(*names)) if names else frozenset()


def _read(program: Program, text: str, grafana: bool) -> Query | LanguageError:
    from obs.lang import promql

    server = program.stack.prometheus
    try:
        return promql.check(
            text, version=release(server.version), features=frozenset(server.features), grafana=grafana
        )
    except LanguageError as error:
        return error


def _facts(query: Query | LanguageError) -> QueryFacts:
    from obs.lang.promql.syntax import VectorSelector, walk

    if isinstance(query, LanguageError):
        return QueryFacts(query)
    names = [node.name for node in walk(query.tree) if isinstance(node, VectorSelector)]
    if not all(names):  # some are given as a matcher
        names = [selector.metric for selector in query.selectors]
    return QueryFacts(None, tuple(dict.fromkeys(name for name in names if name)))


def release(version: str) -> tuple[int, int]:
    """`v2.55.0` as (2, 55)."""
    major, minor, *_ = version.removeprefix("v").split(".")
    return int(major), int(minor)
