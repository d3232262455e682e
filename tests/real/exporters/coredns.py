"""CoreDNS as k3s sets it up, beside an API server, with an upstream that answers and one that is not there."""

from __future__ import annotations

import socket
import struct
from datetime import UTC, datetime

from obs.testing.certificates import Certificates
from obs.testing.control_plane import ControlPlane
from obs.testing.servers import Servers, free_ports, listens

SECONDS = 30.0
NAMESPACE = "coredns-test"
COREFILE = """
.:{dns} {{
    bind 127.0.0.1
    errors
    health 127.0.0.1:{health}
    ready 127.0.0.1:{ready}
    kubernetes cluster.local in-addr.arpa ip6.arpa {{
        endpoint {api}
        tls {certificate} {key} {ca}
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
    }}
    hosts {{
        127.0.0.1 host.k3d.internal
        fallthrough
    }}
    prometheus 127.0.0.1:{metrics}
    forward dead.test 127.0.0.1:{dead}
    forward busy.test 127.0.0.1:{upstream} {{
        max_concurrent 1
    }}
    forward . 127.0.0.1:{upstream}
    cache 30 {{
        success 1000
        denial 1000
    }}
    loop
    reload
    loadbalance
}}
.:{upstream} {{
    bind 127.0.0.1
    view all {{
        expr name() != ''
    }}
    prometheus 127.0.0.1:{metrics}
    cache 30
    template IN A one.test {{
        answer "{{{{ .Name }}}} 60 IN A 127.0.0.2"
    }}
    template IN ANY missing.test {{
        rcode NXDOMAIN
    }}
    template IN ANY failing.test {{
        rcode SERVFAIL
    }}
}}
"""


class CoreDns:
    """Start with `start`; `pages` has its address."""

    def __init__(self, servers: Servers, plane: ControlPlane) -> None:
        self.servers, self.plane = servers, plane
        names = ("dns", "health", "ready", "metrics", "upstream", "dead")
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))

    def start(self) -> None:
        """The server, when it has answered questions of several kinds."""
        certificates = Certificates(self.plane.folder)
        file = self.servers.folder / "Corefile"
        file.write_text(
            COREFILE.format(
                **self.ports,
                api=self.plane.api.url,
                certificate=certificates.certificate("admin"),
                key=certificates.key("admin"),
                ca=certificates.ca,
            ),
            encoding="utf-8",
        )
        self.plane.namespace(NAMESPACE)
        for name, more in (("web", {}), ("peers", {"clusterIP": "None"})):
            self.plane.apply(_service(name, more), namespace=NAMESPACE)
        self.servers.spawn("coredns", "coredns", "-conf", str(file))
        self.servers.wait_for(lambda: listens(self.ports["metrics"]), SECONDS, "CoreDNS listens")
        self.servers.wait_for(
            lambda: self._asks("web.coredns-test.svc.cluster.local"), SECONDS, "it knows the Service"
        )
        self.plane.apply(_slice("peers"), namespace=NAMESPACE)
        self.servers.wait_for(
            lambda: self._asks("peers.coredns-test.svc.cluster.local"), SECONDS, "it knows the endpoint"
        )
        for name in ("a.one.test", "a.one.test", "x.missing.test", "x.missing.test", "x.failing.test", "x.dead.test",
                     "host.k3d.internal", "a.busy.test", "10-42-0-1.coredns-test.pod.cluster.local"):  # fmt: skip
            self._asks(name)
        self._asks("b.one.test", tcp=True)
        for _ in range(2):
            self._asks("c.one.test", port="upstream")

    def work(self) -> None:
        """Some more of it."""
        for name in ("a.one.test", "x.missing.test", "x.failing.test"):
            self._asks(name)

    @property
    def pages(self) -> dict[str, tuple[str, ...]]:
        return {"coredns": (f"http://127.0.0.1:{self.ports['metrics']}/metrics",)}

    def _asks(self, name: str, *, tcp: bool = False, port: str = "dns") -> bool:
        """Ask for an address; whether it is answered and with one."""
        question = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
        signed = b"\0" + struct.pack(">2H2BHH", 41, 1232, 0, 0, 0x8000, 0)  # EDNS with the DO bit
        asked = (
            struct.pack(">6H", 1, 0x0100, 1, 0, 0, 1) + question + b"\0" + struct.pack(">2H", 1, 1) + signed
        )
        kind = socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
        try:
            with socket.socket(socket.AF_INET, kind) as channel:
                channel.settimeout(10)
                channel.connect(("127.0.0.1", self.ports[port]))
                channel.sendall(struct.pack(">H", len(asked)) + asked if tcp else asked)
                answer = channel.recv(4096)
        except ConnectionRefusedError:
            return False
        return struct.unpack(">6H", answer[2:14] if tcp else answer[:12])[3] > 0


def _service(name: str, more: dict[str, str]) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"ports": [{"port": 80, "name": "http"}], "selector": {"app": name}, **more},
    }


def _slice(service: str) -> dict[str, object]:
    """An endpoint that a controller would have noted just now."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": f"{service}-1",
            "labels": {"kubernetes.io/service-name": service},
            "annotations": {"endpoints.kubernetes.io/last-change-trigger-time": now},
        },
        "addressType": "IPv4",
        "ports": [{"name": "http", "port": 80, "protocol": "TCP"}],
        "endpoints": [{"addresses": ["10.42.0.1"]}],
    }
