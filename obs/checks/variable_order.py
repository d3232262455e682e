"""A variable stands before another that it depends on.

The reader chooses from left to right: a choice further right changes what was chosen before it.

Flagged:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: prometheus, uid: prometheus}, refresh: 2,
           query: 'label_values(up{job="$job"}, pod)'}
        - {type: query, name: job, datasource: {type: prometheus, uid: prometheus}, refresh: 2,
           query: 'label_values(up, job)'}
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

Source: kubernetes-mixin: data source, cluster, namespace, pod, each filtered by the one before.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject
from obs.graph.variable_uses import variables_in


@lint("info", "strict")
def variable_order(subject: Subject) -> Iterator[Finding]:
    """Each variable that uses one further right; hidden ones are not in anybody's way."""
    for dashboard in subject.dashboards:
        places = {one.name: place for place, one in enumerate(dashboard.variables) if one.hide != "variable"}
        for variable in dashboard.variables:
            mine = places.get(variable.name)
            later = [
                name
                for name in sorted(variables_in(variable))
                if mine is not None and places.get(name, -1) > mine
            ]
            if later:
                yield Finding(
                    f"variable ${variable.name} of {dashboard.uid} stands before ${later[0]}, which it depends on",
                    variable.origin or dashboard.origin,
                    fix=f"put ${later[0]} first",
                    object=panel_title(dashboard),
                )
