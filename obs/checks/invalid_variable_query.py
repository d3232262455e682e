"""A variable asks for its values with a query that its datasource refuses.

The list stays empty, and with it every panel that uses the variable.

Flagged:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: prometheus, uid: prometheus}, query: 'label_values(up{job="shop", pod)', refresh: 2}
    panels:
      - {type: text, title: $pod}

Instead:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: prometheus, uid: prometheus}, query: 'label_values(up{job="shop"}, pod)', refresh: 2}
    panels:
      - {type: text, title: $pod}

Flagged:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: loki, uid: loki}, query: 'label_values({app=~".*"}, pod)', refresh: 2}
    panels:
      - {type: text, title: $pod}

Instead:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: loki, uid: loki}, query: 'label_values({app=~".+"}, pod)', refresh: 2}
    panels:
      - {type: text, title: $pod}

Source: Grafana 11, Prometheus and Loki: query variables. dashboard-linter's template-label-promql-rule takes any start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject
from obs.lang import logql, promql
from obs.lang.error import LanguageError, Unsupported
from obs.model.variable import Variable

_RESULT = re.compile(r"\s*query_result\((.*)\)\s*", re.DOTALL)


@lint("error")
def invalid_variable_query(subject: Subject) -> Iterator[Finding]:
    """The series of `label_values`, the expression of `query_result`, the stream of a variable over Loki."""
    for dashboard in subject.dashboards:
        for variable in dashboard.variables:
            refused = _refused(variable) if variable.kind == "query" else ""
            if refused:
                yield Finding(
                    f"variable ${variable.name} of {dashboard.uid} has no values: {refused}",
                    variable.origin or dashboard.origin,
                    fix="write it as in Explore: label_values(METRIC{...}, LABEL)",
                    object=panel_title(dashboard),
                )


def _refused(variable: Variable) -> str:
    language = variable.datasource.language if variable.datasource is not None else ""
    if variable.values_of:
        return _error(variable.series, language) if variable.series.strip() else ""
    text = variable.query.strip()
    if language == "promql" and (found := _RESULT.fullmatch(text)):
        return _error(found[1], language)
    if language and text.startswith("label_values(") and "$" not in text:
        inside = text.removeprefix("label_values(").removesuffix(")").rpartition(",")[0]
        return (_error(inside, language) if inside else "") or f"{text!r} names no label at its end"
    return ""


def _error(text: str, language: str) -> str:
    try:
        if language == "promql":
            promql.check(text, grafana=True)
        elif language == "logql":
            logql.check(text, grafana=True)
    except Unsupported:
        return ""
    except LanguageError as error:
        return error.message
    return ""
