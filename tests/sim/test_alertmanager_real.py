"""The running Alertmanager against the emulated one: a webhook that fails, restarts, and what is tried again.

Intervals are short (group_wait 1 s, group_interval 3 s); order, reasons and numbers of attempts must be equal, and times
within a second.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from obs.sim.routing import read
from obs.sim.routing.server import Alertmanager, Answer, Delivery
from obs.testing.tools import Tools

LABELS = {"alertname": "A", "pod": "a"}
SLACK_SECONDS = 1.2
Seen = list[tuple[float, str, int]]
"""Time since the first post, `firing` or `resolved`, and the answer."""


def config(url: str, send_resolved: bool = True) -> dict[str, object]:
    discord = {"webhook_url": url, "title": "{{ .Status }}", "message": "x", "send_resolved": send_resolved}
    return {
        "route": {
            "receiver": "d",
            "group_by": ["alertname"],
            "group_wait": "1s",
            "group_interval": "3s",
            "repeat_interval": "1h",
        },
        "receivers": [{"name": "d", "discord_configs": [discord]}],
    }


class Server:
    """The real one, with a webhook that answers as told."""

    def __init__(self, tools: Tools, folder: Path, answers: Callable[[float], int]) -> None:
        self.seen: Seen = []
        self.started = 0.0
        server = self

        class Webhook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                at = time.monotonic() - server.started
                status = answers(at)
                server.seen.append((at, body["embeds"][0]["title"], status))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.webhook = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
        threading.Thread(target=self.webhook.serve_forever, daemon=True).start()
        self.folder = folder
        self.file = folder / "alertmanager.yml"
        self.file.write_text(json.dumps(config(f"http://127.0.0.1:{self.webhook.server_port}/x")))
        self.command = tools.path("alertmanager")

    def start(self, data: str = "data") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.url = f"http://{address}"
        self.process = subprocess.Popen(
            [
                self.command, "--config.file", self.file, "--storage.path", self.folder / data,
                "--web.listen-address", address, "--cluster.listen-address=",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/-/ready", timeout=5)
                return
            time.sleep(0.05)
        raise TimeoutError("Alertmanager does not become ready")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def post(self, starts: float, ends: float) -> None:
        """Times are seconds since the first post."""
        now = time.time() - (time.monotonic() - self.started)
        body = [
            {"labels": LABELS, "startsAt": _rfc3339(now + starts), "endsAt": _rfc3339(now + ends)},
        ]
        request = urllib.request.Request(
            f"{self.url}/api/v2/alerts", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=5)

    def wait_until(self, at: float) -> None:
        time.sleep(max(0.0, at - (time.monotonic() - self.started)))


def _rfc3339(seconds: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(int(seconds)))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"


@pytest.fixture
def make(tools: Tools, tmp_path: Path) -> Iterator[Callable[[Callable[[float], int]], Server]]:
    made: list[Server] = []

    def one(answers: Callable[[float], int]) -> Server:
        made.append(Server(tools, tmp_path, answers))
        return made[-1]

    yield one
    for server in made:
        server.webhook.shutdown()
        with contextlib.suppress(AttributeError):
            server.stop()


def emulated(
    answers: Callable[[float], int],
    posts: list[tuple[float, float]],
    until: float,
    restart: tuple[float, bool] | None,
) -> Seen:
    seen: Seen = []

    def deliver(delivery: Delivery) -> Answer:
        at = delivery.at / 1000
        status = answers(at)
        over = all(alert.over(delivery.at) for alert in delivery.alerts)
        seen.append((at, "resolved" if over else "firing", status))
        return Answer(200 <= status < 300, status >= 500)

    server = Alertmanager(read(config("http://127.0.0.1/x")), deliver)
    events: list[tuple[float, float | bool | None]] = [*posts]
    for at, ends in sorted(events, key=lambda event: event[0]):
        if restart is not None and at >= restart[0] > 0:
            server.run_until(round(restart[0] * 1000))
            server.restart(keep=restart[1])
            restart = None
        server.run_until(round(at * 1000) - 1)
        assert ends is not None
        server.post(LABELS, {}, round(at * 1000), starts_at=0, ends_at=round(ends * 1000))
    server.run_until(round(until * 1000))
    return seen


def status(code: int, first: float, last: float) -> Callable[[float], int]:
    return lambda at: code if first <= at < last else 204


CASES: dict[
    str, tuple[Callable[[float], int], list[tuple[float, float]], float, tuple[float, bool] | None]
] = {
    "all is well": (status(204, 0, 0), [(0, 60), (5.3, 5.3)], 8.5, None),
    "429 is not tried again": (status(429, 0, 2), [(0, 60)], 5.5, None),
    "400 is not tried again": (status(400, 0, 2), [(0, 60)], 5.5, None),
    "a message that 429 swallowed, and whose alert ended": (
        status(429, 0, 2),
        [(0, 60), (2.5, 2.5)],
        8.5,
        None,
    ),
    "restarted, its disk kept": (status(204, 0, 0), [(0, 60), (4.6, 60)], 8.5, (2.5, True)),
    "restarted, its disk lost": (status(204, 0, 0), [(0, 60), (4.6, 60)], 8.5, (2.5, False)),
}


@pytest.mark.parametrize(("answers", "posts", "until", "restart"), CASES.values(), ids=CASES.keys())
def test_the_same_messages(
    make: Callable[[Callable[[float], int]], Server],
    answers: Callable[[float], int],
    posts: list[tuple[float, float]],
    until: float,
    restart: tuple[float, bool] | None,
) -> None:
    server = make(answers)
    server.start()
    server.started = time.monotonic()
    left = restart
    for at, ends in posts:
        if left is not None and at > left[0]:
            server.wait_until(left[0])
            server.stop()
            server.start("data" if left[1] else "other")
            left = None
        server.wait_until(at)
        server.post(0, ends)
    server.wait_until(until)
    expected = emulated(answers, posts, until, restart)
    assert [one[1:] for one in server.seen] == [one[1:] for one in expected]
    for real, ours in zip(server.seen, expected, strict=True):
        assert abs(real[0] - ours[0]) < SLACK_SECONDS


def test_server_errors_are_tried_again_within_the_flush(
    make: Callable[[Callable[[float], int]], Server],
) -> None:
    """The waits between attempts vary at random, so only their end is compared."""
    answers = status(503, 0, 2.2)
    server = make(answers)
    server.start()
    server.started = time.monotonic()
    server.post(0, 60)
    server.wait_until(4.5)
    ours = emulated(answers, [(0, 60)], 4.5, None)
    for seen in (server.seen, ours):
        assert [one[2] for one in seen][-1] == 204
        assert [one[2] for one in seen].count(204) == 1
        assert len(seen) >= 2
        assert 2.2 <= seen[-1][0] < 4.2
