"""node_exporter on this machine."""

from __future__ import annotations

from obs.testing.servers import Servers, free_ports, listens

COLLECTORS = ("cpu.info", "processes", "systemd")
"""What it leaves off by default."""


class NodeExporter:
    """Start with `start`; `pages` has its address."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        (self.port,) = free_ports(1)

    def start(self) -> None:
        """The exporter, when it listens."""
        address = f"--web.listen-address=127.0.0.1:{self.port}"
        self.servers.spawn(
            "node-exporter", "node_exporter", address, *(f"--collector.{name}" for name in COLLECTORS)
        )
        self.servers.wait_for(lambda: listens(self.port), 30, "node_exporter listens")

    @property
    def pages(self) -> dict[str, tuple[str, ...]]:
        return {"node-exporter": (f"http://127.0.0.1:{self.port}/metrics",)}
