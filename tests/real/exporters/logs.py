"""Promtail with the project's own pipeline, and the Loki that it writes to."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from obs.testing.prove.loki import Loki
from obs.testing.scenario.names import stream_labels
from obs.testing.servers import Servers, free_ports
from obs.testing.tools import Tools

SECONDS = 60.0
LINES = {
    "gateway": (
        "{now:%Y-%m-%dT%H:%M:%S}.000Z ERROR 1 --- [gateway] [main] c.c.g.Handler : boom",
        '10.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "GET /users/1 HTTP/1.1" 200 12 34',
    ),
    "noise": ("nobody wants this",),
}
"""By namespace: an error and a request in the access log; what is dropped."""
DROP = {"match": {"selector": '{namespace="noise"}', "action": "drop", "drop_counter_reason": "noise"}}


class Logs:
    """Start with `start`; `pages` are their addresses."""

    def __init__(self, servers: Servers, tools: Tools, stages: Sequence[object]) -> None:
        self.servers = servers
        self.loki = Loki(tools, tenants=False)
        self.stages = [*stages, DROP]
        (self.port,) = free_ports(1)

    def start(self) -> None:
        """Both, when Loki has the lines, has stored them and was asked for them."""
        self.loki.__enter__()
        self.servers.wait_for(self._pushes, SECONDS, "Loki takes lines")  # long before it calls itself ready
        self._write("promtail.yml", json.dumps(self._promtail()))
        for namespace in LINES:
            self._write(f"{namespace}.log", "")
        self.servers.spawn("promtail", "promtail", f"--config.file={self.servers.folder / 'promtail.yml'}")
        self._shows("promtail", "promtail_files_active_total 2")
        self._log()
        self.servers.wait_for(lambda: self._answers('{namespace="gateway"}'), SECONDS, "Loki has the lines")
        self._answers('sum(count_over_time({namespace="gateway"} |= "boom" [5m]))')
        urllib.request.urlopen(
            urllib.request.Request(f"{self._loki}/flush", b"", method="POST"), timeout=30
        ).close()
        self._push("old", 1.0)
        self._push("a" * 300_000, time.time())
        for wanted in ("promtail_custom_spring_error_logs_total{", "promtail_read_bytes_total{"):
            self._shows("promtail", wanted)
        for wanted in ("loki_ingester_chunks_flushed_total{", "loki_discarded_samples_total{"):
            self._shows("loki", wanted)

    def work(self) -> None:
        """Some more of it."""
        self._log()
        self._push("old", 1.0)
        self._answers('{namespace="gateway"}')

    def _log(self) -> None:
        now = datetime.now(UTC)
        for namespace, lines in LINES.items():
            framed = (f"{now.isoformat()} stdout F {line.format(now=now)}\n" for line in lines)
            self._write(f"{namespace}.log", "".join(framed))

    def stop(self) -> None:
        self.loki.servers.close()

    @property
    def pages(self) -> dict[str, tuple[str, ...]]:
        return {"loki": (f"{self._loki}/metrics",), "promtail": (f"http://127.0.0.1:{self.port}/metrics",)}

    @property
    def _loki(self) -> str:
        return f"http://127.0.0.1:{self.loki.port}"

    def _answers(self, query: str) -> bool:
        asked = urlencode({"query": query, "start": f"{time.time() - 600:.0f}000000000"})
        with urllib.request.urlopen(f"{self._loki}/loki/api/v1/query_range?{asked}", timeout=30) as answer:
            return bool(json.load(answer)["data"]["result"])

    def _pushes(self) -> bool:
        return self._push("hello", time.time()) == 204

    def _push(self, line: str, at: float) -> int:
        """Send a line to Loki; the status of its answer, 0 for none."""
        entry = {"stream": {"namespace": "direct"}, "values": [[f"{at:.0f}000000000", line]]}
        request = urllib.request.Request(
            f"{self._loki}/loki/api/v1/push",
            json.dumps({"streams": [entry]}).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def _shows(self, system: str, wanted: str) -> None:
        """Wait until its page has a text."""
        (address,) = self.pages[system]
        self.servers.wait_for(lambda: wanted in _text(address), SECONDS, f"{system} shows {wanted}")

    def _write(self, name: str, text: str) -> None:
        """Append, as a container's log is written."""
        with (self.servers.folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def _promtail(self) -> dict[str, object]:
        folder = self.servers.folder
        return {
            "server": {"http_listen_address": "127.0.0.1", "http_listen_port": self.port,
                       "grpc_listen_address": "127.0.0.1", "grpc_listen_port": 0},
            "positions": {"filename": str(folder / "positions.yaml"), "sync_period": "200ms"},
            "target_config": {"sync_period": "1s"},
            "global": {"file_watch_config": {"min_poll_frequency": "20ms", "max_poll_frequency": "20ms"}},
            "clients": [{"url": f"{self._loki}/loki/api/v1/push", "batchwait": "100ms"}],
            "scrape_configs": [{
                "job_name": "kubernetes-pods",
                "pipeline_stages": self.stages,
                "static_configs": [
                    {"targets": ["localhost"],
                     "labels": {**_labels(namespace), "__path__": str(folder / f"{namespace}.log")}}
                    for namespace in LINES
                ] + [{"targets": ["localhost"], "labels": {"namespace": "pathless"}}],
            }],
        }  # fmt: skip


def _labels(namespace: str) -> dict[str, str]:
    """What the chart sets on the lines of a pod, without the file, which Promtail knows itself."""
    made = stream_labels(namespace, namespace, f"{namespace}-0", namespace, "node-1")
    return {key: value for key, value in made.items() if key != "filename"}


def _text(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            text: str = answer.read().decode()
            return text
    except OSError:
        return ""
