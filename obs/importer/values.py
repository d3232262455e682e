"""What Helm values, custom resources and prometheus.yml say about the server and Grafana's datasources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from obs.formats.yaml_places import Fields, find
from obs.graph.document import KPS, Document, Server
from obs.graph.external_labels import OPERATORS
from obs.lang import duration
from obs.lang.error import LanguageError
from obs.model.datasource import Datasource
from obs.origin import Origin

Path = tuple[str, ...]
_MINUTE = 60_000
"""What prometheus.yml means where it gives no interval. Source: Prometheus 2.55, `DefaultGlobalConfig`."""


def looks_like_values(document: Document) -> bool:
    """Whether a mapping is values of one of the charts that obs knows."""
    root = document.root
    keys = {key.text for key, _ in root.entries()} if isinstance(root, Fields) else set()
    if keys & {*KPS, "additionalPrometheusRules", "additionalPrometheusRulesMap", "prometheusOperator"}:
        return True
    paths = (
        ("prometheus", "prometheusSpec"),
        ("alertmanager", "alertmanagerSpec"),
        ("grafana", "additionalDataSources"),
        ("promtail", "config"),
        ("config", "snippets", "pipelineStages"),
    )
    return any(find(root, path) is not None for path in paths)


def stack_paths(values: Document) -> tuple[Path, ...]:
    """Where the values of kube-prometheus-stack are: under its name in an umbrella's, else at the top."""
    found = tuple((name,) for name in KPS if isinstance(values.get(name), Mapping))
    return found or ((),)


def servers(document: Document) -> Iterator[Server]:
    """What a document says about Prometheus."""
    if document.kind == "values":
        for path in stack_paths(document):
            if isinstance(document.get(*path, "prometheus", "prometheusSpec"), Mapping):
                yield _server_of_spec(document, (*path, "prometheus", "prometheusSpec"))
    elif document.kind == "Prometheus":
        yield _server_of_spec(document, ("spec",))
    elif document.kind == "prometheus":
        labels = document.get("global", "external_labels")
        yield Server(
            _milliseconds(document.get("global", "scrape_interval")) or _MINUTE,
            _milliseconds(document.get("global", "evaluation_interval")) or _MINUTE,
            external_labels=_texts(labels) or {},
            origin=document.at("global"),
        )


def _server_of_spec(document: Document, path: Path) -> Server:
    found = document.get(*path)
    spec: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    image = spec.get("image")
    tag = image.get("tag") if isinstance(image, Mapping) else str(image or "").rpartition(":")[2]
    features = spec.get("enableFeatures")
    return Server(
        _milliseconds(spec.get("scrapeInterval")),
        _milliseconds(spec.get("evaluationInterval")),
        _milliseconds(spec.get("retention")),
        _release(spec.get("version")) or _release(tag),
        frozenset(str(one) for one in features) if isinstance(features, list) else frozenset(),
        _with_operators(_texts(spec.get("externalLabels"))),
        document.at(*path),
    )


def _with_operators(declared: dict[str, str] | None) -> dict[str, str] | None:
    """With the labels that the operator adds itself."""
    return {**dict.fromkeys(OPERATORS, ""), **declared} if declared is not None else None


def merged(found: Sequence[Server]) -> Server | None:
    """Later ones say more than earlier ones, as values files do."""
    if not found:
        return None
    result = found[0]
    for one in found[1:]:
        result = Server(
            one.scrape_interval if one.scrape_interval is not None else result.scrape_interval,
            one.evaluation_interval if one.evaluation_interval is not None else result.evaluation_interval,
            one.retention if one.retention is not None else result.retention,
            one.version or result.version,
            one.features or result.features,
            one.external_labels if one.external_labels is not None else result.external_labels,
            one.origin,
        )
    return result


def _milliseconds(value: object) -> int | None:
    if not isinstance(value, str) or not value:
        return None
    try:
        return duration.parse(value)
    except LanguageError:
        return None


def _release(value: object) -> tuple[int, int] | None:
    found = re.match(r"v?(\d{1,3})\.(\d{1,4})", value) if isinstance(value, str) else None
    return (int(found[1]), int(found[2])) if found else None


def _texts(value: object) -> dict[str, str] | None:
    return {str(name): str(one) for name, one in value.items()} if isinstance(value, Mapping) else None


def datasources(documents: Sequence[Document]) -> tuple[Datasource, ...] | None:
    """Every datasource that the files provision; None when no file says anything about them."""
    found: list[Datasource] = []
    known = False
    for document in documents:
        before = tuple(found)  # another values file may say the same again; one that repeats itself is wrong
        if document.kind == "datasources":
            known = True
            found += _unless(before, _listed(document, ("datasources",)))
        elif document.kind == "values":
            for path in stack_paths(document):
                if isinstance(document.get(*path, "grafana"), Mapping):
                    known = True
                    found += _unless(before, _of_stack(document, path))
    return tuple(found) if known else None


def _unless(before: Sequence[Datasource], found: Iterator[Datasource]) -> Iterator[Datasource]:
    return (one for one in found if one not in before)


def _of_stack(document: Document, path: Path) -> Iterator[Datasource]:
    """Those of kube-prometheus-stack: its own two, unless switched off, and the additional ones."""
    sidecar = document.get(*path, "grafana", "sidecar", "datasources")
    sidecar = sidecar if isinstance(sidecar, Mapping) else {}
    at = document.at(*path, "grafana")
    if (
        sidecar.get("enabled", True) is not False
        and sidecar.get("defaultDatasourceEnabled", True) is not False
    ):
        uid = str(sidecar.get("uid") or "prometheus")
        name = str(sidecar.get("name") or "Prometheus")
        yield _datasource("prometheus", uid, name, sidecar.get("isDefaultDatasource", True) is not False, at)
        manager = sidecar.get("alertmanager")
        manager = manager if isinstance(manager, Mapping) else {}
        if manager.get("enabled", True) is not False:
            yield _datasource(
                "alertmanager", str(manager.get("uid") or "alertmanager"), "Alertmanager", False, at
            )
    yield from _listed(document, (*path, "grafana", "additionalDataSources"))
    provisioned = document.get(*path, "grafana", "datasources")
    for name in provisioned if isinstance(provisioned, Mapping) else ():
        yield from _listed(document, (*path, "grafana", "datasources", str(name), "datasources"))


def _listed(document: Document, path: Path) -> Iterator[Datasource]:
    given = document.get(*path)
    for index, one in enumerate(given if isinstance(given, list) else ()):
        if isinstance(one, Mapping) and one.get("name"):
            name = str(one["name"])
            yield _datasource(
                str(one.get("type") or ""),
                str(one.get("uid") or derived_uid(name)),
                name,
                one.get("isDefault") is True,
                document.at(*path, index),
            )


def _datasource(kind: str, uid: str, name: str, default: bool, at: Origin) -> Datasource:
    return Datasource(type=kind, uid=uid, name=name, default=default, provisioned_by="chart", origin=at)


def derived_uid(name: str) -> str:
    """What Grafana gives a provisioned datasource without a uid. Source: Grafana 11, `safeUIDFromName`."""
    from hashlib import sha256

    return "P" + sha256(name.encode("utf-8", "replace")).hexdigest()[:16].upper()
