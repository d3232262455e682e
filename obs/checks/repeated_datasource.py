"""Two datasources are provisioned with the same uid or name, or two as the default one.

Grafana stops provisioning at the second one, or starts not at all; dashboards that name the uid get either.

Flagged:
    kube-prometheus-stack:
      grafana:
        additionalDataSources:
          - name: Alertmanager
            uid: alertmanager
            type: alertmanager
            url: http://alertmanager.monitoring:9093

Instead:
    kube-prometheus-stack:
      grafana:
        additionalDataSources:
          - name: Loki
            uid: loki
            type: loki
            url: http://loki-gateway.monitoring

Source: Grafana 11, provisioning: "datasource provisioning error"; kube-prometheus-stack 65.8.1 brings two of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.model.datasource import Datasource


@lint("error")
def repeated_datasource(subject: Subject) -> Iterator[Finding]:
    """Those of one file, the chart's own among them; a later values file may say again what an earlier one says."""
    listed = subject.datasources or ()
    told: set[int] = set()
    by: tuple[tuple[str, Callable[[Datasource], str]], ...] = (
        ("uid", lambda one: one.uid),
        ("name", lambda one: one.name),
        ("default", lambda one: "default" if one.default else ""),
    )
    for what, key in by:
        seen: dict[str, Datasource] = {}
        for one in listed:
            value = key(one)
            first = seen.setdefault(value, one) if value else one
            if first is one or id(one) in told or not _in_one_file(first, one):
                continue
            told.add(id(one))
            problem = "are both the default one" if what == "default" else f"have the same {what}"
            yield Finding(
                f"datasources {first.name} and {one.name} {problem}",
                one.origin,
                fix="remove it, or switch the chart's own off: grafana.sidecar.datasources",
                also=((first.origin, f"datasource {first.name}"),) if first.origin is not None else (),
                object=f"datasource {one.name}",
            )


def _in_one_file(first: Datasource, second: Datasource) -> bool:
    return first.origin is not None and second.origin is not None and first.origin.file == second.origin.file
