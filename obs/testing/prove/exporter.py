"""The pages of metrics of every target of a scenario, served at their moment of the scenario.

A scrape is answered with the values of the moment at which Prometheus planned it, not of the moment when it came, and
with that moment as their timestamp: what is stored does not depend on how busy the machine is.
"""

from __future__ import annotations

import threading
import time
import urllib.parse
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from obs.testing.prove.speed import Speed
from obs.testing.scenario.inputs import Exposition, Outage

EARLY = 0.25
"""The share of an interval that a scrape may come before its moment: what was measured may have been late itself."""

Instance = tuple[str, str]


class Quiet(ThreadingHTTPServer):
    """A server on this machine that tells nobody when a client goes away: servers are stopped here."""

    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, request: object, client_address: object) -> None:
        return None


class Exporter:
    """Serves at `port` until `close`. Times are seconds since 1970, phases seconds within an interval."""

    def __init__(self, speed: Speed, expositions: Sequence[Exposition], outages: Sequence[Outage]) -> None:
        self.speed = speed
        self.start: float | None = None
        """When the scenario starts; before it is known pages are empty."""
        self.phases: dict[Instance, float] = {}
        self.intervals: dict[Instance, float] = {}
        self._outages = [one for one in outages if one.how == "down"]
        self._pages: dict[Instance, list[Exposition]] = {}
        for one in expositions:
            self._pages.setdefault((one.target, one.instance), []).append(one)
        self._server = Quiet(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def instances(self) -> Sequence[Instance]:
        """Target and instance of every page."""
        return list(self._pages)

    def planned(self, instance: Instance, now: float) -> float:
        """The moment for which Prometheus planned the scrape that comes now."""
        interval, phase = self.intervals.get(instance), self.phases.get(instance)
        if interval is not None and phase is not None:
            early = EARLY * interval
            return now + early - (now + early - phase) % interval
        return now

    def page(self, instance: Instance, now: float) -> str | None:
        """The text of a page; None when the target is down."""
        if self.start is None:
            return ""
        planned = self.planned(instance, now)
        at = round((planned - self.start) * 1000 * self.speed.factor)
        target, name = instance
        for outage in self._outages:
            if outage.what == target and outage.instance in ("", name) and outage.start <= at < outage.end:
                return None
        lines = []
        for one in self._pages.get(instance, ()):
            value = one.curve.value(at)
            if value is not None:
                lines.append(f"{one.name}{_labels(one.labels)} {value!r} {round(planned * 1000)}\n")
        return "".join(lines)

    def _handler(exporter) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
                target, _, name = asked.get("of", [""])[0].partition("/")
                text = exporter.page((target, name), time.time())
                body = (text or "").encode()
                self.send_response(200 if text is not None else 503)
                self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                return None

        return Handler


def _labels(labels: Mapping[str, str]) -> str:
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
