"""A variable lists the values of a label that its metric does not have, or of a metric that nobody exposes.

The list stays empty, and so does every panel that uses the variable.

Flagged:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: prometheus, uid: prometheus}, query: 'label_values(kube_pod_infos, pod)', refresh: 2}
    panels:
      - {type: text, title: $pod}

Instead:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: prometheus, uid: prometheus}, query: 'label_values(kube_pod_info, pod)', refresh: 2}
    panels:
      - {type: text, title: $pod}

Flagged:
    templating:
      list:
        - {type: query, name: ns, datasource: {type: prometheus, uid: prometheus}, query: 'label_values(kube_pod_info, namespce)', refresh: 2}
    panels:
      - {type: text, title: $ns}

Instead:
    templating:
      list:
        - {type: query, name: ns, datasource: {type: prometheus, uid: prometheus}, query: 'label_values(kube_pod_info, namespace)', refresh: 2}
    panels:
      - {type: text, title: $ns}

Source: Grafana 11, Prometheus query variables; the labels are those that the exporters document.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.meant import meant_label, meant_metric
from obs.graph.metrics import Metrics
from obs.graph.panel_query import panel_title
from obs.graph.parts import metric_of
from obs.graph.subject import Subject
from obs.lang import promql
from obs.lang.error import LanguageError
from obs.lang.promql.syntax import VectorSelector
from obs.model.variable import Variable


@lint("warning")
def variable_of_missing_label(subject: Subject) -> Iterator[Finding]:
    """Of other people's metrics only slips; of a project, and of what rules record, every label that is not there."""
    for dashboard in subject.dashboards:
        for variable in dashboard.variables:
            found = _missing(variable, subject.metrics)
            if found is not None:
                yield Finding(
                    f"variable ${variable.name} of {dashboard.uid} has no values: {found[0]}",
                    variable.origin or dashboard.origin,
                    fix=found[1],
                    object=panel_title(dashboard),
                    evidence="likely",
                )


def _missing(variable: Variable, metrics: Metrics) -> tuple[str, str] | None:
    """What is missing, and what to do."""
    selector = _selector(variable)
    name = metric_of(selector) if selector is not None else None
    if selector is None or name is None or "$" in name or "$" in variable.values_of:
        return None
    if not metrics.sources(name):
        meant = meant_metric(name)
        return (f"nobody is known to expose {name}", f"did you mean {meant}?") if meant else None
    known = metrics.known(selector)
    names = known.guaranteed | known.possible if known is not None else frozenset[str]()
    if known is None or variable.values_of in names or variable.values_of == "__name__":
        return None
    meant = meant_label(variable.values_of, names)
    if known.open and not meant:
        return None
    fix = f"did you mean {meant}?" if meant else f"its labels are {', '.join(sorted(names)) or 'none'}"
    return f"{name} has no label {variable.values_of}", fix


def _selector(variable: Variable) -> VectorSelector | None:
    """The series of `label_values(SERIES, LABEL)` over Prometheus."""
    source = variable.datasource
    if variable.kind != "query" or not variable.values_of or source is None or source.language != "promql":
        return None
    try:
        tree = promql.check(variable.series, grafana=True).tree
    except LanguageError:
        return None
    return tree if isinstance(tree, VectorSelector) else None
