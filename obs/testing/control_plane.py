"""A Kubernetes control plane of a test's own: etcd, the API server and the prometheus-operator, on loopback.

What the operator generates here (`alertmanager.yaml`, `prometheus.yaml`, rule files) is what it would
generate in a cluster. There are no nodes and no controllers: pods never start, and the operator's
complaints about StatefulSets mean nothing.

    with ControlPlane(tools.bin, tools.crds) as plane:
        plane.namespace("monitoring")
        plane.apply(manifest)
        plane.reconcile()
        text = plane.generated_alertmanager("monitoring", "main")
"""

from __future__ import annotations

import base64
import gzip
import re
import ssl
import urllib.error
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from obs.testing.certificates import Certificates
from obs.testing.kube_api import ApiError, Applied, KubeApi, Object
from obs.testing.servers import ServerEndedError, Servers, free_ports, listens

START_TIMEOUT_SECONDS = 60.0
_START_ATTEMPTS = 3  # another program may take a free port before a server binds it
_MONITORING = ("/apis/monitoring.coreos.com/v1", "/apis/monitoring.coreos.com/v1alpha1")
_CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

T = TypeVar("T")


class ControlPlaneError(ServerEndedError):
    """A server did not start or ended; the message holds the last lines of its log."""


class ControlPlane:
    """Start with `with`; `tools` is the folder of the commands, `crds` that of the operator's CRD files.

    Everything lives in a temporary folder and in one process group, which a keeper process removes when
    the block ends or this process ends in any way. Methods raise ApiError for what the server refuses,
    ControlPlaneError when a server is gone and TimeoutError when a wait is over.
    """

    def __init__(self, tools: Path, crds: Path) -> None:
        self.tools = tools
        self.crds = crds
        self._servers = Servers("obs-control-plane-", tools, ControlPlaneError)
        self._api: KubeApi | None = None
        self.operator_port = 0
        """Where the operator serves its metrics, once it was started."""

    def __enter__(self) -> Self:
        for attempt in range(1, _START_ATTEMPTS + 1):
            try:
                self._start()
                return self
            except ControlPlaneError as error:
                self.close()
                if "address already in use" not in str(error) or attempt == _START_ATTEMPTS:
                    raise
            except BaseException:
                self.close()
                raise
        raise AssertionError("unreachable")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process and remove the data folder; returns when both have happened."""
        self._servers.close()
        self._api = None

    @property
    def api(self) -> KubeApi:
        """The API server's client."""
        if self._api is None:
            raise ControlPlaneError("the control plane is not started: use it in a `with` block")
        return self._api

    @property
    def pids(self) -> dict[str, int]:
        """Process id by server name, the keeper's included."""
        return self._servers.pids

    @property
    def folder(self) -> Path:
        """The temporary folder: certificates, etcd's data and one `<server>.log` each."""
        return self._servers.folder

    # What is in the cluster.

    def apply(self, manifest: Mapping[str, object] | str, *, namespace: str = "default") -> Applied:
        """See `KubeApi.apply`."""
        return self.api.apply(manifest, namespace=namespace)

    def apply_all(self, stream: str, *, namespace: str = "default") -> list[Applied]:
        """See `KubeApi.apply_all`."""
        return self.api.apply_all(stream, namespace=namespace)

    def get(self, path: str) -> Object:
        """See `KubeApi.get`."""
        return self.api.get(path)

    def list(self, path: str, **query: str) -> list[Object]:
        """See `KubeApi.items`."""
        return self.api.items(path, **query)

    def namespace(self, name: str, labels: Mapping[str, str] | None = None) -> Applied:
        """Make a namespace; no error when it is there."""
        metadata = {"name": name, "labels": dict(labels or {})}
        return self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})

    def secret(self, namespace: str, name: str, data: Mapping[str, str]) -> Applied:
        """Make a Secret of plain texts."""
        metadata = {"namespace": namespace, "name": name}
        return self.apply(
            {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": dict(data)}
        )

    def clear(self, namespace: str) -> None:
        """Delete the monitoring objects, Secrets and ConfigMaps of a namespace, for the next test."""
        for version in _MONITORING:
            for resource in self.get(version)["resources"]:
                if "deletecollection" in resource["verbs"]:
                    self.api.delete(f"{version}/namespaces/{namespace}/{resource['name']}")
        for kind in ("secrets", "configmaps"):
            self.api.delete(f"/api/v1/namespaces/{namespace}/{kind}")

    # What the operator makes of it.

    def start_operator(self) -> None:
        """Run the operator, if it does not run yet, until it is stopped or the block ends."""
        if self._servers.runs("operator"):
            return
        (self.operator_port,) = (port,) = free_ports(1)
        certificates = Certificates(self.folder)
        self._servers.spawn(
            "operator",
            "prometheus-operator",
            f"--apiserver={self.api.url}",
            f"--ca-file={certificates.ca}",
            f"--cert-file={certificates.certificate('admin')}",
            f"--key-file={certificates.key('admin')}",
            f"--web.listen-address=127.0.0.1:{port}",
        )
        self.wait_for(lambda: listens(port), START_TIMEOUT_SECONDS, "the operator listens")

    def stop_operator(self) -> None:
        """End the operator at once; what it has written stays."""
        self._servers.stop("operator")

    def reconcile(self) -> None:
        """Have the operator generate everything anew from what is applied now.

        Its earlier output is deleted and it is started afresh, so it lists every object before it writes
        and the next `generated_*` call cannot see a result that is out of date.
        """
        self.stop_operator()
        for resource in ("secrets", "configmaps"):
            for item in self.list(f"/api/v1/{resource}", labelSelector="managed-by=prometheus-operator"):
                place = item["metadata"]
                self.api.delete(f"/api/v1/namespaces/{place['namespace']}/{resource}/{place['name']}")
        self.start_operator()

    def generated_alertmanager(self, namespace: str, name: str, timeout: float = 30.0) -> str:
        """The `alertmanager.yaml` that the operator generates for the Alertmanager object `name`."""
        secret = f"/api/v1/namespaces/{namespace}/secrets/alertmanager-{name}-generated"
        return self._generated(secret, "alertmanager.yaml.gz", timeout)

    def generated_prometheus(self, namespace: str, name: str, timeout: float = 30.0) -> str:
        """The `prometheus.yaml` that the operator generates for the Prometheus object `name`."""
        secret = f"/api/v1/namespaces/{namespace}/secrets/prometheus-{name}"
        return self._generated(secret, "prometheus.yaml.gz", timeout)

    def rule_files(self, namespace: str, name: str, timeout: float = 30.0) -> dict[str, str]:
        """The rule files that the operator generates for the Prometheus object `name`: text by file name."""
        self.generated_prometheus(namespace, name, timeout)  # written after the last rule file
        path = f"/api/v1/namespaces/{namespace}/configmaps"
        maps = self.list(path, labelSelector=f"prometheus-name={name}")
        return {file: text for item in maps for file, text in item.get("data", {}).items()}

    def wait_for(self, predicate: Callable[[], T | None], timeout: float = 30.0, what: str = "") -> T:
        """The predicate's first truthy result, asked for every 50 ms.

        Raises TimeoutError after `timeout` seconds and ControlPlaneError when a server has ended.
        """
        return self._servers.wait_for(predicate, timeout, what)

    # Processes.

    def _start(self) -> None:
        self._servers.open()
        certificates = Certificates.create(self.folder)
        client, peer, secure = free_ports(3)
        self._start_etcd(client, peer)
        self._start_api_server(certificates, client, secure)
        self._install_crds()

    def _start_etcd(self, client: int, peer: int) -> None:
        self._servers.spawn(
            "etcd",
            "etcd",
            f"--data-dir={self.folder / 'etcd'}",
            f"--listen-client-urls=http://127.0.0.1:{client}",
            f"--advertise-client-urls=http://127.0.0.1:{client}",
            f"--listen-peer-urls=http://127.0.0.1:{peer}",
            f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
            f"--initial-cluster=default=http://127.0.0.1:{peer}",
            "--unsafe-no-fsync",  # the data need not outlive the test
        )
        self.wait_for(lambda: listens(client), START_TIMEOUT_SECONDS, "etcd listens")

    def _start_api_server(self, certificates: Certificates, etcd: int, port: int) -> None:
        self._servers.spawn(
            "kube-apiserver",
            "kube-apiserver",
            f"--etcd-servers=http://127.0.0.1:{etcd}",
            "--bind-address=127.0.0.1",
            "--external-hostname=127.0.0.1",
            f"--secure-port={port}",
            f"--tls-cert-file={certificates.certificate('server')}",
            f"--tls-private-key-file={certificates.key('server')}",
            f"--client-ca-file={certificates.ca}",
            f"--cert-dir={self.folder}",
            "--authorization-mode=AlwaysAllow",
            "--disable-admission-plugins=ServiceAccount",  # no controller makes the accounts it asks for
            "--endpoint-reconciler-type=none",  # a loopback address is no endpoint
            "--service-cluster-ip-range=10.0.0.0/24",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={certificates.certificate('server')}",
            f"--service-account-signing-key-file={certificates.key('server')}",
        )
        context = ssl.create_default_context(cafile=certificates.ca)
        context.load_cert_chain(certificates.certificate("admin"), certificates.key("admin"))
        self._api = api = KubeApi(f"https://127.0.0.1:{port}", context)

        def ready() -> bool:
            try:
                return bool(api.get("/api/v1/namespaces/default"))
            except (ApiError, urllib.error.URLError, OSError):
                return False

        self.wait_for(ready, START_TIMEOUT_SECONDS, "the API server is ready")

    def _install_crds(self) -> None:
        files = sorted(self.crds.glob("*.yaml"))
        if not files:
            raise ControlPlaneError(f"no CRDs in {self.crds}")
        with ThreadPoolExecutor(4) as pool:
            expected = set(pool.map(self._install_crd, files))
        self.wait_for(lambda: expected <= self._served(), START_TIMEOUT_SECONDS, "the CRDs are served")

    def _install_crd(self, file: Path) -> str:
        """Send one CRD as it stands (not every YAML reader takes its bare `=`); returns its plural."""
        body = file.read_bytes()
        name = re.search(rb"^  name: (\S+)$", body, re.MULTILINE)
        if name is None:
            raise ControlPlaneError(f"{file} is no CRD")
        self.api.apply_at(f"{_CRDS}/{name[1].decode()}", body)
        return name[1].decode().partition(".")[0]

    def _served(self) -> set[str]:
        found = [self.api.find(version) or {} for version in _MONITORING]
        return {resource["name"] for version in found for resource in version.get("resources", [])}

    def _generated(self, path: str, key: str, timeout: float) -> str:
        def made() -> str | None:
            secret = self.api.find(path)
            return (secret.get("data") or {}).get(key) if secret else None

        data = self.wait_for(made, timeout, f"{key} in {path}")
        return gzip.decompress(base64.b64decode(data)).decode()
