"""A real Prometheus and a real Loki, asked by the preview."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from obs.preview.board import board
from obs.preview.live import Live
from obs.preview.view import View
from obs.testing.tools import ToolMissingError, Tools
from tests.conftest import unavailable
from tests.draw.boards import board as made
from tests.draw.boards import panel
from tests.preview.projects import until

PROMETHEUS = """
global: {scrape_interval: 1s}
scrape_configs:
  - job_name: itself
    static_configs: [{targets: ["127.0.0.1:%d"]}]
"""
LOKI = """
auth_enabled: false
server: {{http_listen_address: 127.0.0.1, http_listen_port: {http}, grpc_listen_address: 127.0.0.1,
  grpc_listen_port: {grpc}, log_level: error}}
common:
  instance_addr: 127.0.0.1
  path_prefix: {folder}
  replication_factor: 1
  ring: {{instance_addr: 127.0.0.1, kvstore: {{store: inmemory}}}}
  storage: {{filesystem: {{chunks_directory: {folder}/chunks, rules_directory: {folder}/rules}}}}
memberlist: {{bind_addr: ["127.0.0.1"], bind_port: {gossip}}}
schema_config:
  configs:
    - {{from: 2024-01-01, store: tsdb, object_store: filesystem, schema: v13, index: {{prefix: i_, period: 24h}}}}
analytics: {{reporting_enabled: false}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


@contextmanager
def running(ready: str, *command: str) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in until(60):
            assert process.poll() is None
            try:
                urllib.request.urlopen(ready, timeout=1).read()
                break
            except OSError:
                continue
        yield
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def prometheus(tools: Tools, tmp_path: Path) -> Iterator[str]:
    """One that scrapes itself."""
    port = free_port()
    config = tmp_path / "prometheus.yml"
    config.write_text(PROMETHEUS % port)
    address = f"http://127.0.0.1:{port}"
    options = (
        f"--config.file={config}",
        f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    )
    with running(f"{address}/-/ready", str(tools.path("prometheus")), *options):
        yield address


def test_prometheus(prometheus: str) -> None:
    variables = [
        {"name": "job", "type": "query", "query": "label_values(up, job)", "includeAll": True, "multi": True,
         "datasource": {"type": "prometheus", "uid": "p"}, "current": {"value": ["$__all"], "text": ["All"]}}
    ]  # fmt: skip
    one = made(
        panel("timeseries", "Up", 'up{job=~"$job"}'),
        panel("stat", "Now", 'count(up{job=~"$job"} == 1)', instant=True),
        panel("timeseries", "Wrong", "rate(up)"),
        templating={"list": variables},
        uid="b",
    )
    for _ in until(30):
        found = board(one, View(start="now-5m"), Live(prometheus, "", time.time))
        if found["items"][0]["readings"]:  # type: ignore[index]
            break
    assert found["variables"][0]["options"] == [("itself", "itself")]  # type: ignore[index]
    reading = found["items"][0]["readings"][0]  # type: ignore[index]
    assert [text for text in reading["texts"] if text][-1] == "1"
    assert ">1<" in found["items"][1]["svg"]  # type: ignore[index]
    assert [words for words in found["problems"] if words.startswith("Wrong: Prometheus: ")]  # type: ignore[attr-defined]


@pytest.fixture
def loki(tmp_path: Path) -> Iterator[str]:
    """One without data."""
    try:
        command = Tools.find().path("loki")
    except ToolMissingError as error:
        unavailable(str(error))
    ports = {name: free_port() for name in ("http", "grpc", "gossip")}
    config = tmp_path / "loki.yaml"
    config.write_text(LOKI.format(folder=tmp_path, **ports))
    address = f"http://127.0.0.1:{ports['http']}"
    with running(f"{address}/ready", str(command), f"-config.file={config}"):
        yield address


def test_loki(loki: str) -> None:
    lines = [[str(time.time_ns() - number * 10**9), f"2026 ERROR 1 --- line {number}"] for number in range(5)]
    streams = {"streams": [{"stream": {"namespace": "gateway"}, "values": lines}]}
    request = urllib.request.Request(
        f"{loki}/loki/api/v1/push", json.dumps(streams).encode(), {"Content-Type": "application/json"}
    )
    for _ in until(60):
        try:
            urllib.request.urlopen(request).read()
            break
        except OSError:
            continue
    one = made(
        panel("logs", "Lines", '{namespace="gateway"} |= "ERROR"'),
        panel(
            "timeseries",
            "Rate",
            'sum by (namespace) (count_over_time({namespace="gateway"} [1m]))',
            datasource={"type": "loki", "uid": "loki"},
            targets=[{"refId": "A", "expr": 'sum by (namespace) (count_over_time({namespace="gateway"} [$__auto]))',
                      "datasource": {"type": "loki", "uid": "loki"}}],
        ),
        uid="b",
    )  # fmt: skip
    for _ in until(30):
        found = board(one, View(start="now-15m"), Live("", loki, time.time))
        if "line 4" in found["items"][0]["svg"] and found["items"][1]["readings"]:  # type: ignore[index]
            break
    assert found["problems"] == []
    assert found["items"][1]["readings"][0]["name"] == "gateway"  # type: ignore[index]
