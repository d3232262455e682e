"""A matcher compares a label with a variable that can have several values.

Grafana puts `(a|b)` there, or what "All" stands for. As a regular expression that works, with `=` it is the name of
nothing: the panel is empty as soon as somebody chooses "All" or a second value.

Flagged:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: prometheus, uid: prometheus}, query: "label_values(up, pod)",
           refresh: 2, multi: true, includeAll: true}
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum(up{pod="$pod"})'}]

Instead:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: prometheus, uid: prometheus}, query: "label_values(up, pod)",
           refresh: 2, multi: true, includeAll: true}
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum(up{pod=~"$pod"})'}]

Source: Grafana 11, Prometheus and Loki: using variables in queries, `=~` with multi-value variables.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.graph.variable_values import variables_of
from obs.lang.grafana_variables import variables
from obs.model.variable import Variable


@lint("warning")
def multi_value_in_equality(subject: Subject) -> Iterator[Finding]:
    """`=` and `!=` whose whole value is one variable, of several values or with "All"."""
    for query in subject.asked:
        known = variables_of(query.dashboard) if "$" in query.expr or "[[" in query.expr else {}
        if not any(variable.many for variable in known.values()):
            continue
        for matcher in query.matchers:
            variable = known.get(_whole(matcher.value)) if matcher.op in ("=", "!=") else None
            if variable is None or not _several(variable):
                continue
            choice = '"All" or a second value' if variable.multi else '"All"'
            better = "=~" if matcher.op == "=" else "!~"
            yield Finding.in_rule(
                query,
                f"{query} compares {matcher.label} with ${variable.name} by {matcher.op}: it finds nothing for {choice}",
                (matcher.start, matcher.end),
                why="Grafana puts all chosen values there, as a regular expression",
                fix=f'write {matcher.label}{better}"${variable.name}"',
            )


def _whole(value: str) -> str:
    """The variable that is all of a matcher's value and has no format of its own."""
    found = variables(value)
    if len(found) != 1 or found[0].format is not None or (found[0].start, found[0].end) != (0, len(value)):
        return ""
    return found[0].name


def _several(variable: Variable) -> bool:
    """A value for "All" that is no regular expression may be a label's real value."""
    return variable.multi or (variable.include_all and variable.all_value in ("", ".*", ".+"))
