"""Real servers are asked only what a panel asks, only for reading, and only at their own address."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from obs.diagnostic import ObsError
from obs.draw.data import Timeline
from obs.model.dashboard import Dashboard
from obs.preview import upstream
from obs.preview.board import board
from obs.preview.live import Live, level_of
from obs.preview.upstream import Upstream, UpstreamError
from obs.preview.view import View
from tests.draw.boards import board as made
from tests.draw.boards import panel

TIMES = Timeline(1_000_000.0, 1_003_600.0, 61)


class Fake(BaseHTTPRequestHandler):
    """Answers what the test says, and remembers what it was asked."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        form = parse_qs(parts.query or self.rfile.read(length).decode())
        self.server.asked.append((self.command, parts.path, form, dict(self.headers)))  # type: ignore[attr-defined]
        status, body, headers = self.server.answer(parts.path)  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        return


def success(data: object) -> tuple[int, bytes, dict[str, str]]:
    return 200, json.dumps({"status": "success", "data": data}).encode(), {}


MATRIX = {
    "resultType": "matrix",
    "result": [
        {"metric": {"__name__": "up", "pod": "a"}, "values": [[1_000_000, "1"], [1_000_060, "NaN"], [1_003_600, "3"]]},
        {"metric": {"pod": "b"}, "values": [[1_000_120, "+Inf"], [2_000_000, "9"], [1_000_180, "2.5"]]},
    ],
}  # fmt: skip


@pytest.fixture
def fake() -> Iterator[Any]:
    server: Any = HTTPServer(("127.0.0.1", 0), Fake)
    server.asked = []
    server.answer = lambda path: success(["x", "a"] if "/label/" in path else MATRIX)
    server.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def dashboard(kind: str = "timeseries", expr: str = "up", **more: Any) -> Dashboard:
    return made(panel(kind, "P", expr, **more), uid="b")


def test_a_curve(fake: Any) -> None:
    live = Live(fake.address, "", lambda: 0.0)
    one = dashboard(expr="rate(up[$__rate_interval])")
    data = live.data(one.panels()[0], one, TIMES)
    first, second = data.series
    assert (first.labels, first.metric) == ({"pod": "a"}, "up")
    assert (first.values[0], first.values[1], first.values[60]) == (1.0, None, 3.0)
    assert [value for value in second.values if value is not None] == [2.5]
    assert live.problems() == []
    method, path, form, _ = fake.asked[0]
    assert (method, path) == ("GET", "/api/v1/query_range")
    assert form["query"] == ["rate(up[75s])"]
    assert form["step"] == ["60.000"]


def test_one_moment(fake: Any) -> None:
    fake.answer = lambda path: success(
        {"resultType": "vector", "result": [{"metric": {"pod": "a"}, "value": [1_003_600, "7"]}]}
    )
    live = Live(fake.address, "", lambda: 0.0)
    one = dashboard("stat", instant=True)
    data = live.data(one.panels()[0], one, TIMES)
    assert data.series[0].values[-1] == 7.0
    assert data.instant == {"A"}
    assert fake.asked[0][1] == "/api/v1/query"


def test_lines(fake: Any) -> None:
    stream = {
        "stream": {"pod": "a"},
        "values": [["1000000000000000", "ERROR old"], ["1000001000000000", "INFO new"]],
    }
    fake.answer = lambda path: success({"resultType": "streams", "result": [stream]})
    live = Live("", f"{fake.address}/below/", lambda: 0.0)
    one = dashboard("logs")
    data = live.data(one.panels()[0], one, TIMES)
    assert [(line.at, line.text, line.level) for line in data.lines] == [
        (1_000_001.0, "INFO new", "info"),
        (1_000_000.0, "ERROR old", "error"),
    ]
    assert fake.asked[0][1] == "/below/loki/api/v1/query_range"


def test_long_queries_go_in_the_body(fake: Any) -> None:
    live = Live(fake.address, "", lambda: 0.0)
    one = dashboard(expr=" + ".join(["up"] * 2000))
    live.data(one.panels()[0], one, TIMES)
    method, path, form, _ = fake.asked[0]
    assert (method, path) == ("POST", "/api/v1/query_range")
    assert form["query"][0].count("up") == 2000


def test_variables_have_real_values(fake: Any) -> None:
    variables = [
        {"name": "pod", "type": "query", "query": "label_values(up, pod)", "multi": True, "includeAll": True,
         "datasource": {"type": "prometheus", "uid": "p"}, "current": {"value": ["$__all"], "text": ["All"]}}
    ]  # fmt: skip
    one = made(panel("timeseries", "P", 'up{pod=~"$pod"}'), templating={"list": variables}, uid="b")
    live = Live(fake.address, "", lambda: 0.0)
    found = board(one, View(), live)
    assert found["variables"][0]["options"] == [("a", "a"), ("x", "x")]  # type: ignore[index]
    queries = [form["query"][0] for _, path, form, _ in fake.asked if path.endswith("query_range")]
    assert queries == ['up{pod=~"(a|x)"}']
    labels = [path for _, path, _, _ in fake.asked if "/label/" in path]
    assert labels == ["/api/v1/label/pod/values"]  # asked once, then kept for a while


def test_only_these_paths_are_ever_asked(fake: Any) -> None:
    live = Live(fake.address, fake.address, lambda: 0.0)
    for kind, expr in (("timeseries", "up"), ("logs", '{a="b"}'), ("stat", "sum(up)"), ("table", "../admin")):
        one = dashboard(kind, expr)
        live.data(one.panels()[0], one, TIMES)
    server = Upstream("Prometheus", fake.address)
    server.label("../../admin/tsdb/delete_series", "up")
    allowed = ("/api/v1/query", "/api/v1/query_range", "/loki/api/v1/query", "/loki/api/v1/query_range")
    for method, path, _, _ in fake.asked:
        assert method in ("GET", "POST")
        assert path in allowed or path == "/api/v1/label/..%2F..%2Fadmin%2Ftsdb%2Fdelete_series/values"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((400, b'{"status":"error","error":"parse error"}', {}), "Prometheus: parse error"),
        ((500, b"<html>oops</html>", {}), "answers 500"),
        ((302, b"", {"Location": "http://169.254.169.254/latest"}), "sends elsewhere"),
        ((200, b"not json", {}), "cannot be asked"),
        ((200, b"[]", {}), "no such API"),
        ((200, b'{"status":"success","data":{"resultType":"matrix","result":[1]}}', {}), "no result"),
        ((200, b'{"status":"success","data":{"resultType":"new","result":[]}}', {}), "cannot be drawn"),
        ((200, b'{"status":"success","data":7}', {}), "no result"),
    ],
)
def test_bad_answers_are_told(fake: Any, answer: tuple[int, bytes, dict[str, str]], words: str) -> None:
    fake.answer = lambda path: answer
    live = Live(fake.address, "", lambda: 0.0)
    found = board(dashboard(), View(), live)
    assert words in found["problems"][0]  # type: ignore[index]
    assert len(fake.asked) == 1  # nothing is followed


def test_large_answers_are_refused(fake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "LARGEST", 100)
    with pytest.raises(UpstreamError, match="longer than"):
        Upstream("Prometheus", fake.address).instant({"query": "up"})


def test_slow_answers_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "SECONDS", 0.1)
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UpstreamError, match="cannot be asked"):
            Upstream("Loki", address).instant({"query": "up"})


def test_password_is_sent_and_never_shown(fake: Any) -> None:
    address = fake.address.replace("http://", "http://me:s3cret@")
    server = Upstream("Prometheus", address)
    server.instant({"query": "up"})
    assert fake.asked[0][3]["Authorization"] == "Basic bWU6czNjcmV0"
    assert "s3cret" not in repr(server)
    with pytest.raises(UpstreamError) as error:
        Upstream("Prometheus", "http://me:s3cret@127.0.0.1:1").instant({"query": "up"})
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    "address", ["", "prometheus", "file:///etc/passwd", "ftp://x", "http://", "http://x/?a=b", "http://x/#a", "http://x:99999", "http://[x"]
)  # fmt: skip
def test_no_address_of_a_server(address: str) -> None:
    with pytest.raises(ObsError) as error:
        Upstream("Loki", address)
    assert error.value.diagnostics[0].check == "invalid-address"


def test_panels_without_a_server_are_empty_and_say_so() -> None:
    found = board(dashboard("logs"), View(), Live("http://127.0.0.1:1", "", lambda: 0.0))
    assert found["problems"] == ["P: no server to ask; give --loki URL"]


@pytest.mark.parametrize(
    ("labels", "text", "level"),
    [
        ({"level": "WARNING"}, "", "warn"),
        ({"detected_level": "fatal"}, "", "error"),
        ({}, "2026 ERROR 1 --- x", "error"),
        ({}, "nothing", ""),
    ],
)
def test_level_of(labels: dict[str, str], text: str, level: str) -> None:
    assert level_of(labels, text) == level
