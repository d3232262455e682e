"""The dashboards that ConfigMaps hand to Grafana's sidecar, each a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.graph.subject import Subject
from obs.origin import Origin
from obs.record import dataclass

_FOLDERS = ("grafana_folder", "k8s-sidecar-target-directory")
"""Annotations that name the folder: the usual one, and the sidecar's own."""


@dataclass(frozen=True, slots=True)
class DashboardFile:
    """`labelled` tells that the ConfigMap has a label for the sidecar; `folder` is where the file goes."""

    object: str
    namespace: str
    key: str
    text: str
    labelled: bool
    folder: str
    at: Origin


def dashboard_files(subject: Subject) -> Iterator[DashboardFile]:
    """Every JSON file of every ConfigMap that holds dashboards."""
    for document in subject.of_kind("ConfigMap"):
        labels, notes = document.get("metadata", "labels"), document.get("metadata", "annotations")
        labelled = isinstance(labels, Mapping) and any("dashboard" in str(name) for name in labels)
        folder = next(
            (str(notes[one]) for one in _FOLDERS if isinstance(notes, Mapping) and one in notes), ""
        )
        data = document.get("data")
        for key, text in data.items() if isinstance(data, Mapping) else ():
            if str(key).endswith(".json") and isinstance(text, str):
                at = document.at("data", str(key))
                yield DashboardFile(document.name, document.namespace, str(key), text, labelled, folder, at)
