"""What Alertmanager 0.27 really posts, against ours: bytes, groups, and what follows what."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from obs.sim.routing import Firing, read, render_discord
from obs.sim.routing.timeline import run
from obs.testing.tools import Tools

MESSAGE = "{{ range .Alerts }}{{ .Status }} <{{ .Labels }}> {{ .Fingerprint }} {{ .StartsAt }}\n{{ end }}{{ .Receiver }}"


@pytest.fixture
def discord() -> Iterator[tuple[str, list[bytes]]]:
    """A webhook on loopback, and the bodies that it was sent."""
    bodies: list[bytes] = []

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Webhook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/x", bodies
        server.shutdown()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Alertmanager:
    def __init__(self, tools: Tools, config: object, folder: Path) -> None:
        file = folder / "alertmanager.yml"
        file.write_text(json.dumps(config))
        self.url = f"http://127.0.0.1:{free_port()}"
        self.log = (folder / "log").open("w")
        self.process = subprocess.Popen(
            [
                tools.path("alertmanager"), "--config.file", file, "--storage.path", folder / "data",
                "--web.listen-address", self.url.removeprefix("http://"), "--cluster.listen-address=",
            ],
            stderr=self.log,
        )  # fmt: skip

    def __enter__(self) -> Alertmanager:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/-/ready", timeout=5)
            except OSError:
                time.sleep(0.1)
            else:
                return self
        self.__exit__()
        raise TimeoutError("Alertmanager does not become ready")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.log.close()

    def post(self, *alerts: dict[str, object]) -> None:
        body = json.dumps(alerts).encode()
        request = urllib.request.Request(
            f"{self.url}/api/v2/alerts", body, {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=5)


def wait_for(bodies: list[bytes], count: int) -> None:
    deadline = time.monotonic() + 20
    while len(bodies) < count and time.monotonic() < deadline:
        time.sleep(0.05)


def test_the_same_bytes_in_the_same_order(
    tools: Tools, discord: tuple[str, list[bytes]], tmp_path: Path
) -> None:
    url, bodies = discord
    raw = {
        "route": {
            "receiver": "hook.x",
            "group_by": ["alertname"],
            "group_wait": "1s",
            "group_interval": "2s",
            # An empty list inherits: the alerts of both names stay two groups.
            "routes": [{"matchers": ['pod=~".+"'], "group_by": []}],
        },
        "receivers": [{"name": "hook.x", "discord_configs": [{"webhook_url": url, "message": MESSAGE}]}],
    }
    start = datetime.now(UTC).replace(microsecond=0)
    first = {"alertname": "한글 & <b>", "pod": "b"}
    second = {"alertname": "한글 & <b>", "pod": "a", "job": "z"}
    other = {"alertname": "B", "pod": "c"}
    # The second comes after the first message, and the first has ended when the second message is due.
    messages = run(read(raw), [Firing(first, 0, 2), Firing(other, 0.3), Firing(second, 1.5)], 4, start)
    expected = [
        render_discord(read(raw).receivers[0].discord[0], message.data()).body for message in messages
    ]
    assert [message.reason for message in messages] == ["first", "first", "new alert"]
    with Alertmanager(tools, raw, tmp_path) as alertmanager:
        ends = datetime.now(UTC) + timedelta(seconds=2)
        alertmanager.post({"labels": first, "startsAt": start.isoformat(), "endsAt": ends.isoformat()})
        wait_for(bodies, 1)
        alertmanager.post({"labels": other, "startsAt": (start + timedelta(seconds=0.3)).isoformat()})
        wait_for(bodies, 2)
        alertmanager.post({"labels": second, "startsAt": (start + timedelta(seconds=1.5)).isoformat()})
        wait_for(bodies, 3)
    assert bodies == expected
