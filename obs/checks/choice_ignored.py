"""A query fixes a label that the reader of the dashboard can choose.

The dashboard has a variable for it, and its other queries use it: this one shows something else than what was chosen.

Flagged:
    templating:
      list:
        - {type: query, name: job, datasource: {type: prometheus, uid: prometheus}, query: "label_values(up, job)",
           refresh: 2}
    panels:
      - {type: stat, datasource: {type: prometheus, uid: prometheus}, targets: [{refId: A, expr: 'up{job="$job"}'}]}
      - {type: stat, datasource: {type: prometheus, uid: prometheus}, targets: [{refId: A, expr: 'x{job="shop"}'}]}

Instead:
    templating:
      list:
        - {type: query, name: job, datasource: {type: prometheus, uid: prometheus}, query: "label_values(up, job)",
           refresh: 2}
    panels:
      - {type: stat, datasource: {type: prometheus, uid: prometheus}, targets: [{refId: A, expr: 'up{job="$job"}'}]}
      - {type: stat, datasource: {type: prometheus, uid: prometheus}, targets: [{refId: A, expr: 'x{job="$job"}'}]}

Source: Grafana 11, best practices: template variables instead of copies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from obs.checks.base import Finding, lint
from obs.lang.grafana_variables import variables

if TYPE_CHECKING:
    from obs.graph.panel_query import PanelQuery
    from obs.graph.subject import Subject
    from obs.lang.logql.syntax import Matcher as LogMatcher
    from obs.lang.promql.syntax import Matcher


@lint("info")
def choice_ignored(subject: Subject) -> Iterator[Finding]:
    """Labels that more of the dashboard's queries of that language leave to the variable than fix."""
    matched: dict[tuple[str, str, str], list[tuple[PanelQuery, Matcher | LogMatcher, bool]]] = {}
    for query in subject.asked:
        names = {variable.name for variable in query.dashboard.variables}
        for matcher in query.matchers if names else ():
            used = {use.name for use in variables(matcher.value)} & names
            if used or matcher.op in ("=", "=~"):
                key = (query.dashboard.uid, query.target.language, matcher.label)
                matched.setdefault(key, []).append((query, matcher, bool(used)))
    for (_, _, label), found in matched.items():
        fixed = [one for one in found if not one[2] and one[1].op == "=" and one[1].value]
        chosen = [one for one in found if one[2] and {use.name for use in variables(one[1].value)} == {label}]
        if not fixed or len(chosen) < len(fixed):
            continue
        for query, matcher, _ in fixed:
            if not any(other.expr == query.expr for other, _, _ in chosen):
                yield Finding.in_rule(
                    query,
                    f"{query} asks for {label} {matcher.value!r}, whatever is chosen for ${label}",
                    (matcher.start, matcher.end),
                    fix=f'{label}=~"${label}"',
                    evidence="likely",
                )
