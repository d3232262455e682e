"""A Prometheus that scrapes the running programs as the cluster's would: the operator's relabelling, discovery's labels."""

from __future__ import annotations

import json
import math
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlencode, urlsplit

from obs.catalogue.library import default
from obs.formats import yaml
from obs.testing.prove.configuration import asked_labels, filled, job_label
from obs.testing.prove.generated import Document, Generated
from obs.testing.servers import Servers, free_ports


@dataclass(frozen=True)
class Place:
    """Where a system runs in the cluster; `monitor` is the name of its monitor in the chart, when the chart renders it."""

    namespace: str
    service: str
    container: str
    monitor: str = ""


PLACES = {
    "alertmanager": Place("monitoring", "monitoring-kube-prometheus-alertmanager", "alertmanager"),
    "argo-rollouts": Place(
        "argo-rollouts", "argo-rollouts-metrics", "argo-rollouts", "monitoring-argo-rollouts"
    ),
    "eureka": Place("eureka", "eureka", "eureka"),
    "coredns": Place("kube-system", "monitoring-coredns", "coredns"),
    "kube-state-metrics": Place(
        "monitoring", "monitoring-kube-state-metrics", "kube-state-metrics", "monitoring-kube-state-metrics"
    ),
    "loki": Place("monitoring", "monitoring-loki", "loki"),
    "node-exporter": Place(
        "monitoring",
        "monitoring-prometheus-node-exporter",
        "node-exporter",
        "monitoring-prometheus-node-exporter",
    ),
    "postgres": Place("data", "prometheus-postgres-exporter", "exporter", "monitoring-postgres-exporter"),
    "prometheus": Place("monitoring", "monitoring-kube-prometheus-prometheus", "prometheus"),
    "prometheus-operator": Place(
        "monitoring", "monitoring-kube-prometheus-operator", "kube-prometheus-stack"
    ),
    "promtail": Place("monitoring", "monitoring-promtail-metrics", "promtail", "monitoring-promtail"),
    "redis": Place("data", "prometheus-redis-exporter", "exporter", "monitoring-redis-exporter"),
    "spring-boot": Place("user", "user", "user"),
    "spring-cloud-gateway": Place("gateway", "gateway", "gateway"),
}


class QueryRefusedError(ValueError):
    """Prometheus cannot evaluate a query; the message is its own."""


class Scraped:
    """Start with `start`; `ask` answers a query."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.port, self.dead = free_ports(2)

    def start(self, generated: Generated, addresses: Mapping[str, Sequence[str]]) -> None:
        """Prometheus, when it scrapes every address; one more target is not there."""
        folder = self.servers.folder
        rules = {
            "groups": [
                {
                    "name": "own",
                    "rules": [{"alert": "Fires", "expr": "vector(1)", "labels": {"severity": "info"}}],
                }
            ]
        }
        config = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(folder / "own-rules.yml")],
            "scrape_configs": [
                *(_job(system, PLACES[system], each, generated) for system, each in addresses.items()),
                {"job_name": "away", "static_configs": [{"targets": [f"127.0.0.1:{self.dead}"]}]},
            ],
        }
        for name, document in (("own-rules.yml", rules), ("scraped.yml", config)):
            (folder / name).write_text(json.dumps(document), encoding="utf-8")
        self.servers.spawn(
            "scraped",
            "prometheus",
            f"--config.file={folder / 'scraped.yml'}",
            f"--storage.tsdb.path={folder / 'scraped'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
        )
        wanted = sum(len(each) for each in addresses.values())
        self.servers.wait_for(
            lambda: len(self.ask("up == 1")) == wanted, 60, f"Prometheus scrapes {wanted} targets"
        )

    def ask(self, query: str) -> list[dict[str, object]]:
        """The series of an instant query that have a number, none while Prometheus starts."""
        address = f"http://127.0.0.1:{self.port}/api/v1/query?{urlencode({'query': query})}"
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                found = json.load(answer)["data"]["result"]
        except urllib.error.HTTPError as error:
            if error.code == 503:
                return []
            raise QueryRefusedError(json.load(error)["error"]) from None
        except urllib.error.URLError:
            return []
        return [one for one in found if not math.isnan(float(one["value"][1]))]


def _job(system: str, place: Place, addresses: Sequence[str], generated: Generated) -> dict[str, object]:
    """The operator's job with fixed targets in the place of discovery; without one, the labels that the catalogue names."""
    if place.monitor:
        return _monitored(place, addresses, generated)
    known = default().system(system)
    assert known is not None
    of_target = {
        "namespace": place.namespace,
        "service": place.service,
        "container": place.container,
        "endpoint": "metrics",
    }
    labels = {name: value for name, value in of_target.items() if name in known.scrape.target_labels}
    return {
        "job_name": (*known.scrape.jobs, place.service)[0],
        "metrics_path": urlsplit(addresses[0]).path,
        "honor_labels": known.scrape.honor_labels,
        "static_configs": [
            {"targets": [urlsplit(address).netloc], "labels": {**labels, "pod": f"{system}-{number}"}}
            for number, address in enumerate(addresses)
        ],
    }


def _monitored(place: Place, addresses: Sequence[str], generated: Generated) -> dict[str, object]:
    whole = filled(generated.prometheus)
    jobs = cast("Sequence[Document]", whole["scrape_configs"])
    (job,) = [one for one in jobs if str(one["job_name"]).split("/")[2:3] == [place.monitor]]
    kept = {
        key: value
        for key, value in job.items()
        if key in ("job_name", "honor_labels", "relabel_configs", "metric_relabel_configs")
    }
    steps = cast("Sequence[Document]", job.get("relabel_configs") or ())
    name = job_label(steps)
    discovered = {
        **asked_labels(steps),
        "__meta_kubernetes_namespace": place.namespace,
        "__meta_kubernetes_service_name": place.service,
        "__meta_kubernetes_pod_container_name": place.container,
        **({name: place.service.removeprefix("monitoring-")} if name else {}),
    }
    return {
        **kept,
        "static_configs": [
            {"targets": [urlsplit(address).netloc],
             "labels": {**discovered, "__meta_kubernetes_pod_name": f"{place.container}-{number}"}}
            for number, address in enumerate(addresses)
        ],
    }  # fmt: skip


def empty_panels() -> Mapping[str, Mapping[str, str]]:
    """Why a panel has no data here, by dashboard and panel."""
    tree = yaml.loads((Path(__file__).parent / "empty_panels.yaml").read_text(encoding="utf-8"))
    assert isinstance(tree, Mapping)
    return cast("Mapping[str, Mapping[str, str]]", tree)
