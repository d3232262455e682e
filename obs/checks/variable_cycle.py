"""Variables that wait for each other.

Each asks for its values with the other's value; neither ever gets any.

Flagged:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: prometheus, uid: prometheus}, refresh: 2,
           query: 'label_values(up{job="$job"}, pod)'}
        - {type: query, name: job, datasource: {type: prometheus, uid: prometheus}, refresh: 2,
           query: 'label_values(up{pod="$pod"}, job)'}
    panels:
      - {type: text, title: $job $pod}

Instead:
    templating:
      list:
        - {type: query, name: job, datasource: {type: prometheus, uid: prometheus}, refresh: 2,
           query: 'label_values(up, job)'}
        - {type: query, name: pod, datasource: {type: prometheus, uid: prometheus}, refresh: 2,
           query: 'label_values(up{job="$job"}, pod)'}
    panels:
      - {type: text, title: $job $pod}

Source: Grafana 11, chained variables: a graph of dependencies.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject
from obs.graph.variable_uses import variables_in
from obs.model.dashboard import Dashboard


@lint("error")
def variable_cycle(subject: Subject) -> Iterator[Finding]:
    """The shortest way around, once for each dashboard."""
    for dashboard in subject.dashboards:
        way = _cycle(dashboard)
        if way:
            first = next(variable for variable in dashboard.variables if variable.name == way[0])
            yield Finding(
                f"variables of {dashboard.uid} wait for each other: {' -> '.join(f'${name}' for name in way)}",
                first.origin or dashboard.origin,
                fix="let one of them ask without the other",
                object=panel_title(dashboard),
            )


def _cycle(dashboard: Dashboard) -> list[str]:
    needs = {variable.name: variables_in(variable) for variable in dashboard.variables}
    for start in needs:
        ways = [[start]]
        seen = {start}
        while ways:
            way = ways.pop(0)
            for name in sorted(needs.get(way[-1], ())):
                if name == start:
                    return [*way, start]
                if name not in seen:
                    seen.add(name)
                    ways.append([*way, name])
    return []
