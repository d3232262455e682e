"""What Helm values say about the conditions of a template: whether an object of a chart is there at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from obs.graph.document import Document
from obs.origin import Origin
from obs.record import dataclass

_VALUE = re.compile(r"\(?\s*\$?\.Values\.([A-Za-z_][\w.]*)\s*\)?\Z")
_BOTH = re.compile(r"and\s+(\S+)\s+(\S+)\Z")


STACK: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("nodeExporter", "enabled"): ("node-exporter",),
    ("kubeStateMetrics", "enabled"): ("kube-state-metrics",),
    ("kubelet", "enabled"): ("kubelet", "kubelet-cadvisor"),
    ("kubelet", "serviceMonitor", "cAdvisor"): ("kubelet-cadvisor",),
    ("coreDns", "enabled"): ("coredns",),
    ("kubeApiServer", "enabled"): ("kube-apiserver",),
}
"""Switches of kube-prometheus-stack and the systems of the catalogue that they take away. Source: its values, 65.8."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A value that decides whether an object exists, and where it says no."""

    path: str
    at: Origin


def switched_off(document: Document, values: Sequence[Document]) -> Switch | None:
    """The value that keeps an object of a chart's template out; None when it is there, or may be.

    Of several files for one chart (one per environment) all that say something have to say no.
    """
    chart = chart_of(document)
    if chart is None:
        return None
    for condition in document.when:
        for path in _paths(condition):
            said = list(_said(path, chart, values))
            if said and all(off for off, _ in said):
                return Switch(path, said[-1][1])
    return None


def chart_of(document: Document) -> PurePath | None:
    """The folder of the chart that a template belongs to."""
    parents = list(PurePath(document.source.file).parents)
    return next((parent.parent for parent in parents if parent.name == "templates"), None)


def _paths(condition: str) -> Iterator[str]:
    """The values that all have to be true: of `.Values.a.b` and of `and .Values.a .Values.b`."""
    both = _BOTH.match(condition.strip())
    for part in both.groups() if both else (condition.strip(),):
        found = _VALUE.match(part)
        if found:
            yield found[1]


def _said(path: str, chart: PurePath, values: Sequence[Document]) -> Iterator[tuple[bool, Origin]]:
    """What each file of values for the chart says; the chart's own only where no other says anything."""
    own: list[tuple[bool, Origin]] = []
    given: list[tuple[bool, Origin]] = []
    keys = tuple(path.split("."))
    for document in values:
        file = PurePath(document.source.file)
        for place in (keys, (chart.name, *keys)):
            value = document.get(*place)
            if not isinstance(value, bool):
                continue
            beside = file.parent == chart and len(place) == len(keys)
            if beside or len(place) > len(keys) or _is_for(file, chart.name):
                listed = own if beside and file.stem == "values" else given
                listed.append((not value, document.at(*place)))
    yield from given or own


def _is_for(file: PurePath, chart: str) -> bool:
    """Whether a file of values is named after the chart: `gateway.yaml`, `gateway/values.yaml`."""
    words = re.split(r"[^A-Za-z0-9]+", file.stem)
    plain = re.sub(r"[^A-Za-z0-9]+", "-", file.stem)
    return chart in (plain, file.parent.name) or (chart in words and "values" in words)


def switched_off_parts(
    values: Document, parts: Mapping[tuple[str, ...], tuple[str, ...]], paths: Sequence[tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], Switch]]:
    """Of the parts of a known chart, those whose switch is off: what the part is worth, and the switch."""
    for keys, worth in parts.items():
        for path in paths:
            if values.get(*path, *keys) is False:
                yield worth, Switch(".".join((*path, *keys)), values.at(*path, *keys))
