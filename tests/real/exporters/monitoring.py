"""Prometheus and two Alertmanagers at work: a scrape, rules of which one fails, alerts, a silence, deliveries that fail."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from obs.testing.servers import Servers, free_ports

SECONDS = 60.0
RULES = {
    "groups": [
        {
            "name": "work",
            "interval": "1s",
            "rules": [
                {"record": "job:up:sum", "expr": "sum by (job) (up)"},
                {"record": "twice:up:sum", "expr": "up * on (job) group_left up"},
                *(
                    {"alert": name, "expr": "vector(1)", "labels": {"severity": severity, "to": to}}
                    for name, severity, to in (
                        ("Fires", "warning", "discord"),
                        ("Refused", "warning", "refused"),
                        ("Gone", "warning", "gone"),
                        ("Inhibits", "critical", "hook"),
                        ("Silenced", "warning", "hook"),
                        ("Muted", "warning", "muted"),
                    )
                ),
            ],
        }
    ]
}
"""The second record fails as soon as two targets of a job are up."""


class Monitoring:
    """Start with `start`; `pages` are their addresses."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        names = ("prometheus", "first", "second", "first-peer", "second-peer")
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.sink = ThreadingHTTPServer(("127.0.0.1", 0), _Sink)

    def start(self, jobs: Sequence[Mapping[str, object]] = ()) -> None:
        """All three; Prometheus scrapes itself, the Alertmanagers and `jobs` every second."""
        threading.Thread(target=self.sink.serve_forever, daemon=True).start()
        self._write("alertmanager.yml", _routes(self.sink.server_port))
        self._write("rules.yml", RULES)
        self._write("prometheus.yml", self._configuration(jobs))
        for one, other in (("first", "second"), ("second", "first")):
            self.servers.spawn(
                f"alertmanager-{one}",
                "alertmanager",
                f"--config.file={self.servers.folder / 'alertmanager.yml'}",
                f"--storage.path={self.servers.folder / one}",
                f"--web.listen-address=127.0.0.1:{self.ports[one]}",
                f"--cluster.listen-address=127.0.0.1:{self.ports[f'{one}-peer']}",
                f"--cluster.peer=127.0.0.1:{self.ports[f'{other}-peer']}",
                "--cluster.settle-timeout=1s",
            )
        self.servers.wait_for(
            lambda: _answers(self._url("first", "/-/ready")), SECONDS, "Alertmanager is ready"
        )
        self._silence()
        self.servers.spawn(
            "prometheus",
            "prometheus",
            f"--config.file={self.servers.folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.servers.folder / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{self.ports['prometheus']}",
            "--web.enable-remote-write-receiver",
            "--rules.alert.resend-delay=1s",  # the Alertmanagers are found after the first alerts
        )
        self.servers.wait_for(
            lambda: _answers(self._url("prometheus", "/-/ready")), SECONDS, "Prometheus is ready"
        )
        self.servers.wait_for(self._delivered, SECONDS, "an alert is delivered, and one refused")

    def stop(self) -> None:
        """The sink; the servers go with their group."""
        self.sink.shutdown()
        self.sink.server_close()

    def ask(self, query: str) -> list[dict[str, object]]:
        """What Prometheus answers to a query now."""
        from urllib.parse import urlencode

        with urllib.request.urlopen(
            self._url("prometheus", f"/api/v1/query?{urlencode({'query': query})}"), timeout=30
        ) as answer:
            found: list[dict[str, object]] = json.load(answer)["data"]["result"]
            return found

    @property
    def pages(self) -> dict[str, tuple[str, ...]]:
        return {
            "prometheus": (self._url("prometheus", "/metrics"),),
            "alertmanager": (self._url("first", "/metrics"), self._url("second", "/metrics")),
        }

    def _delivered(self) -> bool:
        failed = "sum(alertmanager_notifications_failed_total{integration='discord'}) > 0"
        return all(self.ask(query) for query in ("sum(alertmanager_notifications_total) > 2", failed))

    def _silence(self) -> None:
        now = datetime.now(UTC)
        silence = {
            "matchers": [{"name": "alertname", "value": "Silenced", "isRegex": False, "isEqual": True}],
            "startsAt": now.isoformat(),
            "endsAt": (now + timedelta(hours=1)).isoformat(),
            "createdBy": "obs",
            "comment": "test",
        }
        request = urllib.request.Request(
            self._url("first", "/api/v2/silences"),
            json.dumps(silence).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=10).close()

    def _configuration(self, jobs: Sequence[Mapping[str, object]]) -> dict[str, object]:
        own = f"127.0.0.1:{self.ports['prometheus']}"
        managers = [f"127.0.0.1:{self.ports[name]}" for name in ("first", "second")]
        return {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(self.servers.folder / "rules.yml")],
            "remote_write": [{"url": f"http://{own}/api/v1/write", "name": "loop",
                              "write_relabel_configs": [
                                  {"source_labels": ["__name__", "copy"], "regex": "up;", "action": "keep"},
                                  {"target_label": "copy", "replacement": "1"}]}],
            "scrape_configs": [
                {"job_name": "prometheus", "static_configs": [{"targets": [own]}]},
                {"job_name": "alertmanager", "static_configs": [{"targets": managers}]},
                *jobs,
            ],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": managers}]}]},
        }  # fmt: skip

    def _url(self, name: str, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}{path}"

    def _write(self, name: str, document: object) -> None:
        """JSON is YAML too."""
        (self.servers.folder / name).write_text(json.dumps(document), encoding="utf-8")


def _routes(port: int) -> dict[str, object]:
    def discord(name: str, path: str) -> dict[str, object]:
        return {"name": name, "discord_configs": [{"webhook_url": f"http://127.0.0.1:{port}/{path}"}]}

    routes: list[dict[str, object]] = [
        {"matchers": [f'to="{name}"'], "receiver": name} for name in ("discord", "refused", "gone")
    ]
    routes.append({"matchers": ['to="muted"'], "receiver": "hook", "mute_time_intervals": ["always"]})
    return {
        "route": {"receiver": "hook", "group_by": ["alertname"], "group_wait": "0s", "group_interval": "1s", "routes": routes},
        "receivers": [
            discord("discord", "fine"),
            discord("refused", "400"),
            discord("gone", "500"),
            {"name": "hook", "webhook_configs": [{"url": f"http://127.0.0.1:{port}/fine"}]},
        ],
        "inhibit_rules": [{"source_matchers": ['alertname="Inhibits"'], "target_matchers": ['alertname="Fires"'], "equal": ["none"]}],
        "time_intervals": [{"name": "always", "time_intervals": [{"times": [{"start_time": "00:00", "end_time": "24:00"}]}]}],
    }  # fmt: skip


class _Sink(BaseHTTPRequestHandler):
    """Takes messages, or refuses them with the status that the path names."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        name = self.path.strip("/")
        self.send_response(int(name) if name.isdigit() else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Nothing."""


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True
