"""A panel cannot show anything for a value that its variable can have.

Each value that the dashboard stores is filled in, and what "All" stands for, as Grafana does; then Loki or Prometheus
refuses the query.

Flagged:
    templating: {list: [{type: textbox, name: pod, query: ""}]}
    panels:
      - type: logs
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: '{pod=~"$pod"}'}]

Instead:
    templating: {list: [{type: textbox, name: pod, query: ".+"}]}
    panels:
      - type: logs
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: '{pod=~"$pod"}'}]

Flagged:
    templating: {list: [{type: custom, name: window, query: "5m,all"}]}
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: "sum(rate(errors_total[$window]))"}]

Instead:
    templating: {list: [{type: custom, name: window, query: "5m,1h"}]}
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: "sum(rate(errors_total[$window]))"}]

Source: Grafana 11, variable syntax; Loki 3.4 refuses a selector whose every matcher also matches the empty text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import PanelQuery
from obs.graph.subject import Subject
from obs.graph.variable_values import chosen_values, filled_in
from obs.lang import logql, promql
from obs.lang.error import LanguageError, Unsupported
from obs.lang.grafana_variables import variables
from obs.model.variable import Variable

_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`")
_HARMLESS = re.compile(r"[\w./:@ -]+|\.\+")
"""A value that no string and no regular expression minds, and that does not match the empty text."""


@lint("warning")
def empty_for_variable_value(subject: Subject) -> Iterator[Finding]:
    """One variable at a time, in queries that are right without its value; `.*` of Loki's is told by its own name."""
    for query in subject.asked:
        if query.query is None and query.log_query is None:
            continue
        names = {use.name for use in variables(query.expr)}
        for variable in query.dashboard.variables:
            if variable.name in names:
                yield from _refused(query, variable)


def _refused(query: PanelQuery, variable: Variable) -> Iterator[Finding]:
    quoted = _is_quoted(query.expr, variable.name)
    for chosen in chosen_values(variable):
        if chosen.raw and chosen.values == (".*",) and query.target.language == "logql":
            continue
        if quoted and all(_HARMLESS.fullmatch(value) for value in chosen.values):
            continue
        text = filled_in(query.expr, variable.name, chosen, query.dashboard, query.target.language)
        error = _error(query, text) if text is not None else None
        if error is not None:
            server = "Prometheus" if query.query is not None else "Loki"
            yield Finding(
                f"{query} shows nothing when ${variable.name} is {chosen.shown}",
                query.origin,
                f"{server} refuses the query then: {error.message}",
                f"give ${variable.name} other values, or use it otherwise",
                also=((variable.origin, "the variable"),) if variable.origin is not None else (),
                object=query.title,
                cause=f"${variable.name} {chosen.shown} {query.expr}",
            )
            return


def _is_quoted(text: str, name: str) -> bool:
    """Whether the variable stands inside of strings only."""
    strings = [(found.start(), found.end()) for found in _STRING.finditer(text)]
    return all(
        any(start < use.start and use.end < end for start, end in strings)
        for use in variables(text)
        if use.name == name
    )


def _error(query: PanelQuery, text: str) -> LanguageError | None:
    try:
        if query.query is not None:
            promql.check(text, version=query.version, features=query.features, grafana=True)
        else:
            logql.check(text, grafana=True)
    except Unsupported:
        return None
    except LanguageError as error:
        return error
    return None
