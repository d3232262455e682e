"""Redis with a replica, some commands on it, and redis_exporter beside each of the two."""

from __future__ import annotations

import subprocess

from obs.testing.servers import Servers, free_ports, listens
from tests.real.exporters.debian import command

SECONDS = 30.0
WORK = (
    *("set greeting hello", "set session abc ex 600", "incr count", "lpush list a b c", "sadd set a b"),
    *("get greeting", "get nothing", "hset user name kim", "select 1", "set other 1", "config set slowlog-log-slower-than 0"),
    *("lpush greeting wrong", "nonsense", "get", "config set latency-tracking yes", "get greeting", "bgsave"),
)  # fmt: skip
"""Hits, misses, keys that expire, an error while a command runs, and commands that are refused."""


class Redis:
    """Start with `start`; `pages` are the exporters' addresses."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.ports = tuple(free_ports(4))

    def start(self) -> None:
        """Both servers and both exporters, when the replica has what was written."""
        primary, replica = self.ports[:2]
        self._server("primary", primary)
        self._server("replica", replica, f"--replicaof 127.0.0.1 {primary}")
        self._ask(primary, *WORK)
        self.servers.wait_for(
            lambda: "state=online" in self._ask(primary, "info replication"), SECONDS, "the replica"
        )
        self.servers.wait_for(
            lambda: "hello" in self._ask(replica, "get greeting"), SECONDS, "the replica has the keys"
        )
        exporter = command("prometheus-redis-exporter")
        for of, port in zip(self.ports[:2], self.ports[2:], strict=True):
            options = (f"-redis.addr=redis://127.0.0.1:{of}", f"-web.listen-address=127.0.0.1:{port}")
            self.servers.spawn(
                f"redis-exporter-{port}",
                exporter,
                *options,
                "-include-config-metrics",
                "-include-system-metrics",
            )
        self.servers.wait_for(lambda: all(map(listens, self.ports[2:])), SECONDS, "the exporters listen")

    def work(self) -> None:
        """Some more of it."""
        self._ask(self.ports[0], *WORK)

    @property
    def pages(self) -> dict[str, tuple[str, ...]]:
        return {"redis": tuple(f"http://127.0.0.1:{port}/metrics" for port in self.ports[2:])}

    def _server(self, name: str, port: int, *options: str) -> None:
        folder = self.servers.folder / f"redis-{name}"
        folder.mkdir()
        settings = (
            f"port {port}",
            "bind 127.0.0.1",
            f"dir {folder}",
            "maxmemory 64mb",
            "repl-diskless-sync-delay 0",
        )
        self.servers.spawn(
            f"redis-{name}",
            command("redis-server"),
            *(word for one in settings for word in f"--{one}".split()),
            *(word for one in options for word in one.split()),
        )
        self.servers.wait_for(lambda: listens(port), SECONDS, f"the {name} listens")

    def _ask(self, port: int, *commands: str) -> str:
        """What redis-cli prints for the commands; errors are answers too."""
        done = subprocess.run(
            [command("redis-cli"), "-h", "127.0.0.1", "-p", str(port)],
            input="\n".join(commands) + "\n", capture_output=True, text=True, timeout=30, check=True,
        )  # fmt: skip
        return done.stdout
