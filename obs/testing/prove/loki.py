"""One Loki for all runs; each has a tenant of its own there."""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from collections import Counter
from types import TracebackType
from typing import Self

from obs.sim.scrape import Key
from obs.testing.servers import Servers, free_ports
from obs.testing.tools import Tools

START_SECONDS = 120.0
MOST = 5_000
"""Entries that Loki returns at once."""

OWN_LABELS = ("service_name", "detected_level")
"""Labels that Loki 3.4 adds by itself."""


class Loki:
    """Use it in a `with` block; it listens at `port`. Without `tenants` there is one, and no header names it."""

    def __init__(self, tools: Tools, *, tenants: bool = True) -> None:
        self._tenants = tenants
        self.servers = Servers("obs-loki-", tools.bin)
        self.port = 0

    def __enter__(self) -> Self:
        try:
            self.servers.open()
            self.port, grpc = free_ports(2)
            file = self.servers.folder / "loki.yml"
            file.write_text(json.dumps(self._config(grpc)), encoding="utf-8")
            self.servers.spawn("loki", "loki", f"-config.file={file}", "-log.level=warn")
        except BaseException:
            self.servers.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.servers.close()

    def _config(self, grpc: int) -> dict[str, object]:
        folder = str(self.servers.folder)
        return {
            "auth_enabled": self._tenants,
            "server": {
                "http_listen_address": "127.0.0.1",
                "http_listen_port": self.port,
                "grpc_listen_address": "127.0.0.1",
                "grpc_listen_port": grpc,
                "log_level": "warn",
            },
            "common": {
                "instance_addr": "127.0.0.1",
                "path_prefix": folder,
                "storage": {
                    "filesystem": {
                        "chunks_directory": f"{folder}/chunks",
                        "rules_directory": f"{folder}/rules",
                    }
                },
                "replication_factor": 1,
                "ring": {"instance_addr": "127.0.0.1", "kvstore": {"store": "inmemory"}},
            },
            "schema_config": {
                "configs": [
                    {
                        "from": "2020-01-01",
                        "store": "tsdb",
                        "object_store": "filesystem",
                        "schema": "v13",
                        "index": {"prefix": "index_", "period": "24h"},
                    }
                ]
            },
            "limits_config": {
                "ingestion_rate_mb": 100,
                "ingestion_burst_size_mb": 200,
                "per_stream_rate_limit": "50MB",
                "max_global_streams_per_user": 0,
                "max_entries_limit_per_query": MOST,
                "allow_structured_metadata": True,
                "volume_enabled": False,
                "discover_log_levels": False,
                "discover_service_name": [],
            },
            "analytics": {"reporting_enabled": False},
            "memberlist": {"bind_addr": ["127.0.0.1"], "join_members": []},
            "pattern_ingester": {"enabled": False},
        }

    def wait_ready(self) -> None:
        """Until it takes lines; raises ServerEndedError, TimeoutError."""
        self.servers.wait_for(self._ready, START_SECONDS, "Loki is ready")

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def count(self, tenant: str, expr: str) -> int:
        """The value of a LogQL metric query now, 0 when it has none."""
        data = self.ask(tenant, "query", query=expr)
        result = data["result"]
        assert isinstance(result, list)
        return sum(int(float(one["value"][1])) for one in result)

    def stored(self, tenant: str, start: float, end: float) -> Counter[tuple[Key, str]]:
        """Every entry of a tenant between two moments (seconds since 1970), page by page: labels and line."""
        found: Counter[tuple[Key, str]] = Counter()
        since, last = int(start * 1e9), int(end * 1e9)
        seen: set[tuple[Key, str, str]] = set()
        while True:
            data = self.ask(
                tenant,
                "query_range",
                query='{namespace=~".+"}',
                start=str(since),
                end=str(last),
                limit=str(MOST),
                direction="forward",
            )
            count, newest = 0, since
            streams = data["result"]
            assert isinstance(streams, list)
            for stream in streams:
                labels = {k: v for k, v in stream["stream"].items() if k not in OWN_LABELS}
                key = frozenset(labels.items())
                for moment, line, *_ in stream["values"]:
                    count, newest = count + 1, max(newest, int(moment))
                    if (key, moment, line) not in seen:
                        seen.add((key, moment, line))
                        found[key, line] += 1
            if count < MOST or newest == since:
                return found
            since = newest

    def wait_for(
        self, tenant: str, entries: int, start: float, patience: float = 10.0
    ) -> Counter[tuple[Key, str]]:
        """What is stored once so many entries are there, or after so many seconds."""
        until = time.monotonic() + patience
        while True:
            found = self.stored(tenant, start, time.time() + 60)
            if sum(found.values()) >= entries or time.monotonic() > until:
                return found
            time.sleep(0.3)

    def ask(self, tenant: str, path: str, **query: str) -> dict[str, object]:
        """The `data` of an answer of Loki's API; raises OSError where it refuses."""
        url = f"http://127.0.0.1:{self.port}/loki/api/v1/{path}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(url, headers={"X-Scope-OrgID": tenant})
        with urllib.request.urlopen(request, timeout=30) as answer:
            data: dict[str, object] = json.load(answer)["data"]
            return data
