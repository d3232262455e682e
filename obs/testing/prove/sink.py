"""Discord's webhook, played: takes what Discord takes, refuses what it refuses, fails as the scenario says.

The rules are those of `obs.sim.discord`, so that the emulator and this server cannot disagree about Discord.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from obs.sim.discord import Response, Webhook
from obs.sim.routing.message import DiscordMessage
from obs.testing.prove.exporter import Quiet
from obs.testing.prove.speed import Speed

_OTHER = "/other"


@dataclass(frozen=True, slots=True)
class Heard:
    """A request: when it came (milliseconds of the scenario), at which webhook, what it said, the answer."""

    at: int
    receiver: str
    message: DiscordMessage
    response: Response


class Sink:
    """Serves at `port` until `close`."""

    def __init__(self, speed: Speed, webhook: Webhook) -> None:
        self.speed = speed
        self.start: float | None = None
        self.heard: list[Heard] = []
        self.strange: list[str] = []
        """Requests that no Alertmanager should make."""
        self._webhook = webhook
        self._receivers: dict[str, str] = {}
        self._lock = threading.Lock()
        self._server = Quiet(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def url(self, receiver: str, index: int) -> str:
        """The webhook of one integration of a receiver."""
        path = f"/api/webhooks/{len(self._receivers) + 1}/{index}"
        self._receivers[path] = receiver
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def other(self) -> str:
        """Where whatever is not Discord is told; everything is taken."""
        return f"http://127.0.0.1:{self.port}{_OTHER}"

    def post(self, path: str, body: bytes, now: float) -> Response:
        """What becomes of a request, noted down."""
        if path == _OTHER:
            return Response(200)
        receiver = self._receivers.get(path)
        message = _message(body)
        with self._lock:
            if receiver is None or message is None or self.start is None:
                self.strange.append(f"{path}: {body[:200].decode(errors='replace')}")
                return Response(404 if receiver is None else 400, "not a message")
            at = round((now - self.start) * 1000 * self.speed.factor)
            response = self._webhook.post(message, at)
            self.heard.append(Heard(at, receiver, message, response))
        return response

    def _handler(sink) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                now = time.time()
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                response = sink.post(self.path, body, now)
                time.sleep(sink.speed.seconds(response.takes))
                if response.status == 0:
                    with contextlib.suppress(OSError):
                        self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                self.answer(response)

            def answer(self, response: Response) -> None:
                told = b"" if response.ok else json.dumps({"message": response.body, "code": 0}).encode()
                self.send_response(response.status)
                wait = re.search(r"retry after ([0-9.]+) s", response.body)
                if response.status == 429 and wait:
                    told = json.dumps({"message": response.body, "retry_after": float(wait[1])}).encode()
                    self.send_header("Retry-After", wait[1])
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *arguments: object) -> None:
                return None

        return Handler


def _message(body: bytes) -> DiscordMessage | None:
    """The request's body as a message; None when it has not the form that Discord asks for."""
    try:
        read = json.loads(body)
    except ValueError:
        return None
    embeds = read.get("embeds") if isinstance(read, Mapping) else None
    if not isinstance(embeds, list) or len(embeds) != 1 or not isinstance(embeds[0], Mapping):
        return None
    one, color = embeds[0], embeds[0].get("color")
    return DiscordMessage(
        str(one.get("title") or ""),
        str(one.get("description") or ""),
        color if isinstance(color, int) else 0,
        str(read.get("content") or ""),
    )
