"""The API server and the operator of a control plane, and kube-state-metrics beside a small cluster's objects."""

from __future__ import annotations

import urllib.request
from collections.abc import Mapping
from pathlib import Path

from obs.formats import yaml
from obs.testing.certificates import Certificates
from obs.testing.control_plane import ControlPlane
from obs.testing.servers import Servers, free_ports, listens
from tests.real.exporters.comparison import Page

SECONDS = 60.0
NAMESPACE = "real"
OBJECTS = Path(__file__).parent / "objects.yaml"
MONITORING = """
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: real}
spec: {replicas: 1, shards: 1, ruleSelector: {}, serviceMonitorSelector: {}}
---
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata: {name: real}
spec: {replicas: 1}
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: wrong}
spec: {groups: [{name: wrong, rules: [{record: "a:b", expr: "sum("}]}]}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: right}
spec: {selector: {}, endpoints: [{port: http}]}
"""
SEEN = (
    *("configmap_info", "cronjob_info", "daemonset_created", "deployment_created", "endpoint_info", "ingress_path"),
    *("horizontalpodautoscaler_info", "job_failed", "limitrange", "namespace_created", "node_info", "secret_info"),
    *("persistentvolume_info", "persistentvolumeclaim_info", "pod_deletion_timestamp", "replicaset_owner", "service_info"),
    *("poddisruptionbudget_created", "resourcequota", "statefulset_created", "lease_owner"),
)  # fmt: skip
"""A metric of each kind of object, without `kube_`: kube-state-metrics lists the kinds one by one."""
RESOURCES = "pods,nodes,deployments,namespaces,persistentvolumeclaims"


class Kubernetes:
    """Start with `start`; `pages` are the addresses, `api_server` is the page of the API server."""

    def __init__(self, servers: Servers, plane: ControlPlane) -> None:
        self.servers, self.plane = servers, plane
        self.port, self.own_port = free_ports(2)

    def start(self) -> None:
        """kube-state-metrics and the operator, when they have seen the objects."""
        self.plane.namespace(NAMESPACE, {"team": "checkmate"})
        for document in yaml.loads_all(OBJECTS.read_text(encoding="utf-8")):
            assert isinstance(document, Mapping)
            self._put(document)
        self.plane.api.delete(f"/api/v1/namespaces/{NAMESPACE}/pods/leaving")
        # What the API server counts apart: a request on trial, and one for an API that will go.
        self.plane.api.delete(f"/api/v1/namespaces/{NAMESPACE}/configmaps/none", dryRun="All")
        self.plane.api.items("/apis/flowcontrol.apiserver.k8s.io/v1beta3/flowschemas")
        self.plane.apply_all(MONITORING, namespace=NAMESPACE)
        self.plane.reconcile()
        allowed = ",".join(f"{one}=[*]" for one in RESOURCES.split(","))
        self.servers.spawn(
            "kube-state-metrics",
            "kube-state-metrics",
            f"--kubeconfig={kubeconfig(self.servers.folder, self.plane)}",
            "--host=127.0.0.1",
            f"--port={self.port}",
            "--telemetry-host=127.0.0.1",
            f"--telemetry-port={self.own_port}",
            f"--metric-labels-allowlist={allowed}",
        )
        self.servers.wait_for(
            lambda: listens(self.port) and listens(self.own_port), SECONDS, "kube-state-metrics"
        )
        self.servers.wait_for(self._knows, SECONDS, "it knows every kind of object")
        self.servers.wait_for(
            lambda: 'state="rejected"} 1' in self._get(self.plane.operator_port),
            SECONDS,
            "the operator has refused a rule",
        )

    @property
    def pages(self) -> dict[str, tuple[str, ...]]:
        ports = {
            "prometheus-operator": (self.plane.operator_port,),
            "kube-state-metrics": (self.port, self.own_port),
        }
        return {
            name: tuple(f"http://127.0.0.1:{port}/metrics" for port in each) for name, each in ports.items()
        }

    def api_server(self) -> Page:
        """The API server's page, which wants a certificate."""
        handler = urllib.request.HTTPSHandler(context=self.plane.api.context)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), handler)
        wanted = {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"}
        with opener.open(
            urllib.request.Request(f"{self.plane.api.url}/metrics", headers=wanted), timeout=30
        ) as answer:
            return Page(answer.read().decode(), "openmetrics" in answer.headers["Content-Type"])

    def _knows(self) -> bool:
        page = self._get(self.port)
        return all(f"\nkube_{each}{{" in page for each in SEEN)

    def _put(self, document: Mapping[str, object]) -> None:
        """Apply an object, then its status, as controllers do."""
        api = self.plane.api
        api.apply({key: value for key, value in document.items() if key != "status"}, namespace=NAMESPACE)
        if "status" in document:
            named = {key: document[key] for key in ("apiVersion", "kind", "status")}
            metadata = document["metadata"]
            assert isinstance(metadata, Mapping)
            body = yaml.dumps({**named, "metadata": {"name": metadata["name"]}})
            api.apply_at(f"{api.path_of(document, namespace=NAMESPACE)}/status", body.encode())

    def _get(self, port: int) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
            text: str = answer.read().decode()
            return text


def kubeconfig(folder: Path, plane: ControlPlane) -> Path:
    """A file with which programs may do everything in a control plane."""
    certificates = Certificates(plane.folder)
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "a", "cluster": {"server": plane.api.url, "certificate-authority": str(certificates.ca)}}],
        "users": [{"name": "a", "user": {"client-certificate": str(certificates.certificate("admin")),
                                         "client-key": str(certificates.key("admin"))}}],
        "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}],
        "current-context": "a",
    }  # fmt: skip
    file = folder / "kubeconfig"
    file.write_text(yaml.dumps(config), encoding="utf-8")
    return file
