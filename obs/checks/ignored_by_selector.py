"""A rule or monitor object that no Prometheus takes: its labels are not those that the selector asks for.

prometheus-operator passes over it in silence. There are no alerts of it, and no samples.

Flagged:
    apiVersion: monitoring.coreos.com/v1
    kind: Prometheus
    metadata: {name: main, namespace: monitoring}
    spec:
      serviceMonitorSelector:
        matchLabels: {release: monitoring}
      serviceMonitorNamespaceSelector: {}
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: {name: gateway, namespace: gateway, labels: {app: gateway}}
    spec:
      selector: {matchLabels: {app: gateway}}
      endpoints: [{port: http}]

Instead:
    apiVersion: monitoring.coreos.com/v1
    kind: Prometheus
    metadata: {name: main, namespace: monitoring}
    spec:
      serviceMonitorSelector:
        matchLabels: {release: monitoring}
      serviceMonitorNamespaceSelector: {}
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: {name: gateway, namespace: gateway, labels: {app: gateway, release: monitoring}}
    spec:
      selector: {matchLabels: {app: gateway}}
      endpoints: [{port: http}]

Flagged:
    kube-prometheus-stack:
      prometheus:
        prometheusSpec: {retention: 7d}
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: PrometheusRule
    metadata: {name: shop, namespace: monitoring}
    spec:
      groups:
        - name: shop
          rules:
            - alert: Errors
              expr: errors > 1

Instead:
    kube-prometheus-stack:
      prometheus:
        prometheusSpec: {retention: 7d}
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: PrometheusRule
    metadata: {name: shop, namespace: monitoring, labels: {release: monitoring}}
    spec:
      groups:
        - name: shop
          rules:
            - alert: Errors
              expr: errors > 1

Source: prometheus-operator 0.77, selectors of the Prometheus object; kube-prometheus-stack 65.8.1 asks for its own
`release` where values give no selector (`ruleSelectorNilUsesHelmValues` and the like).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.checks.base import Finding, lint
from obs.diagnostic import Evidence
from obs.graph.document import Document
from obs.graph.releases import chart_paths
from obs.graph.subject import Subject
from obs.record import dataclass
from obs.sim.routing.selection import selects

SELECTORS = {
    "ServiceMonitor": "serviceMonitor",
    "PodMonitor": "podMonitor",
    "Probe": "probe",
    "PrometheusRule": "rule",
    "ScrapeConfig": "scrapeConfig",
}


@dataclass(frozen=True, slots=True)
class _Selector:
    """What a Prometheus asks for; `release` when the chart asks for its own, whose value is not known."""

    given: object
    namespaces: object
    home: str
    release: bool

    def takes(self, document: Document) -> bool:
        labels = _labels(document)
        if self.release:
            return "release" in labels
        if self.namespaces is None and self.home and document.namespace and document.namespace != self.home:
            return False
        return selects(self.given, labels)


@lint("error")
def ignored_by_selector(subject: Subject) -> Iterator[Finding]:
    """Objects beside the one Prometheus object, or the chart's values, that say what is selected."""
    if subject.program is not None or len(tuple(subject.of_kind("Prometheus"))) > 1:
        return  # with several, each folder may be about another cluster
    for kind, word in SELECTORS.items():
        selectors, evidence = _selectors(subject, word)
        for document in subject.of_kind(kind) if selectors else ():
            if document.name and not _unknown(document) and not any(one.takes(document) for one in selectors):
                yield _finding(document, word, selectors[0], evidence)


def _selectors(subject: Subject, word: str) -> tuple[list[_Selector], Evidence]:
    servers = [one for one in subject.of_kind("Prometheus") if isinstance(one.get("spec"), Mapping)]
    if servers:
        found = [
            _Selector(
                one.get("spec", f"{word}Selector"),
                one.get("spec", f"{word}NamespaceSelector"),
                one.namespace,
                False,
            )
            for one in servers
        ]
        return found, "certain"
    found = []
    for values in subject.of_kind("values"):
        for path in chart_paths(values):
            spec = values.get(*path, "prometheus", "prometheusSpec")
            if isinstance(spec, Mapping) and path:
                given = spec.get(f"{word}Selector")
                own = not given and spec.get(f"{word}SelectorNilUsesHelmValues") is not False
                found.append(_Selector(given or {}, {}, "", own))
    return found, "likely"


def _labels(document: Document) -> dict[str, str]:
    found = document.get("metadata", "labels")
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, Mapping) else {}


def _unknown(document: Document) -> bool:
    """Whether a template decides about the labels."""
    return "{{" in document.source.text and any(
        word in document.source.text for word in ("{{-", "include ", ".Values", ".Release", "template ")
    )


def _finding(document: Document, word: str, selector: _Selector, evidence: Evidence) -> Finding:
    wanted = selector.given.get("matchLabels") if isinstance(selector.given, Mapping) else None
    labels = {"release": "RELEASE"} if selector.release else dict(wanted or {})
    asked = ", ".join(f"{name}: {value}" for name, value in labels.items())
    return Finding(
        f"no Prometheus takes {document.kind} {document.name}: its labels or namespace are not what {word}Selector asks for",
        document.at("metadata", "labels"),
        why="the chart asks for a label release"
        if selector.release
        else f"it asks for {asked or 'nothing, and so takes nothing'}",
        fix=f"labels: {{{asked}}}" if asked else f"give the Prometheus a {word}Selector: {{}}",
        object=f"{document.kind} {document.name}",
        evidence=evidence,
        severity="warning" if evidence == "likely" else None,
    )
