"""Who gets an answer, and what is never answered."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest

from obs.diagnostic import Diagnostic, ObsError
from obs.graph.subject import Subject
from obs.preview.guard import Guard, Refused
from obs.preview.pages import Pages
from obs.preview.samples import Samples
from obs.preview.server import Server
from obs.preview.workspace import Workspace
from tests.draw.boards import HOSTILE, board, panel

TOKEN = "a" * 32
GUARD = Guard(4000, TOKEN)


@pytest.mark.parametrize(
    ("method", "target", "hosts", "origins", "status"),
    [
        ("GET", f"/{TOKEN}/board?uid=x", ["127.0.0.1:4000"], [], 0),
        ("GET", f"/{TOKEN}/", ["localhost:4000"], ["http://localhost:4000"], 0),
        ("HEAD", f"/{TOKEN}/", ["LOCALHOST:4000"], [], 0),
        # a page elsewhere whose name was pointed at this machine
        ("GET", f"/{TOKEN}/", ["evil.example:4000"], [], 421),
        ("GET", f"/{TOKEN}/", ["127.0.0.1.evil.example:4000"], [], 421),
        ("GET", f"/{TOKEN}/", ["127.0.0.1"], [], 421),
        ("GET", f"/{TOKEN}/", ["127.0.0.1:4001"], [], 421),
        ("GET", f"/{TOKEN}/", ["[::1]:4000"], [], 421),
        ("GET", f"/{TOKEN}/", [""], [], 421),
        ("GET", f"/{TOKEN}/", [], [], 421),
        ("GET", f"/{TOKEN}/", ["127.0.0.1:4000", "evil.example"], [], 421),
        # a page elsewhere that asks from the browser
        ("GET", f"/{TOKEN}/", ["127.0.0.1:4000"], ["https://evil.example"], 403),
        ("GET", f"/{TOKEN}/", ["127.0.0.1:4000"], ["null"], 403),
        ("GET", f"/{TOKEN}/", ["127.0.0.1:4000"], ["http://127.0.0.1:4001"], 403),
        ("GET", f"/{TOKEN}/", ["127.0.0.1:4000"], ["https://127.0.0.1:4000"], 403),
        ("POST", f"/{TOKEN}/", ["127.0.0.1:4000"], [], 405),
        ("OPTIONS", f"/{TOKEN}/", ["127.0.0.1:4000"], [], 405),
        ("GET", "/", ["127.0.0.1:4000"], [], 404),
        ("GET", f"/{TOKEN}", ["127.0.0.1:4000"], [], 404),
        ("GET", f"/{TOKEN[:-1]}b/", ["127.0.0.1:4000"], [], 404),
        ("GET", f"/{TOKEN}x/", ["127.0.0.1:4000"], [], 404),
        ("GET", "/\N{SNOWMAN}/", ["127.0.0.1:4000"], [], 404),
        ("GET", f"http://127.0.0.1:4000/{TOKEN}/", ["127.0.0.1:4000"], [], 404),
    ],
)
def test_guard(method: str, target: str, hosts: Sequence[str], origins: Sequence[str], status: int) -> None:
    found = GUARD.path(method, target, hosts, origins)
    assert (found.status if isinstance(found, Refused) else 0) == status


class Fixed:
    """A project that is what it is given."""

    root = Path("/nowhere")

    def __init__(self, *subjects: Subject | ObsError) -> None:
        self.subjects = list(subjects)

    def words(self, *_: object) -> Sequence[object]:
        return ()

    def files(self) -> Sequence[Path]:
        return ()

    def load(self) -> Subject:
        found = self.subjects.pop(0)
        if isinstance(found, ObsError):
            raise found
        return found

    def find(self, subject: Subject) -> Sequence[Diagnostic]:
        return [Diagnostic("a-check", "is wrong", severity="warning", object="dashboard b / p")]

    def base(self) -> tuple[str, Subject]:
        raise ObsError([Diagnostic("unknown-revision", "Git knows no commit 'main' here")])


BOARD = board(panel("timeseries", HOSTILE), panel("nobody-knows"), uid="b")
KEY = BOARD.panels()[0].key


@pytest.fixture
def server() -> Iterator[Server]:
    workspace = Workspace(Fixed(Subject(dashboards=(BOARD,))))  # type: ignore[arg-type]
    made = Server(workspace, Pages(workspace, Samples()))
    workspace.read()
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    made.over.set()
    made.shutdown()
    made.server_close()


def asked(
    server: Server, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.guard.port, timeout=5)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=given)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def test_only_this_machine(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert len(server.guard.token) == 32
    assert server.guard.token in server.address


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", "text/html"),
        ("preview.js", "text/javascript"),
        ("chart.js", "text/javascript"),
        ("preview.css", "text/css"),
        ("site.css", "text/css"),
        ("board?uid=b", "application/json"),
    ],
)
def test_answers_are_confined(server: Server, path: str, kind: str) -> None:
    status, headers, body = asked(server, f"/{server.guard.token}/{path}")
    assert status == 200
    assert body
    assert headers["content-type"].startswith(kind)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers
    assert "set-cookie" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "../pyproject.toml", "..%2f..%2fpyproject.toml", "%2e%2e/index.html", "assets/index.html", "/etc/passwd",
        "preview.js/../index.html", "index.html", "pages.py", "preview.js%00", "constructor", "named",
        "board?uid=unknown", "panel?uid=b&key=unknown", "fragment?name=../alerts", "board",
    ],
)  # fmt: skip
def test_nothing_else_is_there(server: Server, path: str) -> None:
    status, _, body = asked(server, f"/{server.guard.token}/{path}")
    assert status == 404
    assert b"root:" not in body
    assert server.guard.token.encode() not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"])
def test_methods(server: Server, method: str) -> None:
    status, headers, _ = asked(server, f"/{server.guard.token}/", method)
    assert status == 405
    assert headers["connection"] == "close"


def test_head(server: Server) -> None:
    status, headers, body = asked(server, f"/{server.guard.token}/", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0


def test_refused_headers(server: Server) -> None:
    path = f"/{server.guard.token}/board?uid=b"
    assert asked(server, path, Host="evil.example")[0] == 421
    assert asked(server, path, Origin="https://evil.example")[0] == 403
    status, _, body = asked(server, "/wrong/board?uid=b")
    assert status == 404
    assert BOARD.title.encode() not in body


def test_one_request_cannot_hide_another(server: Server) -> None:
    """What follows a refused request on its connection is not read."""
    path = f"/{server.guard.token}/board?uid=b"
    hidden = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.guard.port}\r\n\r\n"
    first = f"POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: {len(hidden)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.guard.port), timeout=5) as raw:
        raw.sendall((first + hidden).encode())
        said = b""
        while part := raw.recv(65536):
            said += part
    assert said.startswith(b"HTTP/1.1 421")
    assert said.count(b"HTTP/1.1") == 1


def test_hostile_titles_are_data(server: Server) -> None:
    _, _, body = asked(server, f"/{server.guard.token}/board?uid=b")
    found = json.loads(body)
    first = next(one for one in found["items"] if one["key"] == KEY)
    assert first["title"] == HOSTILE
    assert "<script" not in first["svg"]


def test_events(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.guard.port, timeout=5)
    connection.request("GET", f"/{server.guard.token}/events")
    answer = connection.getresponse()
    assert answer.getheader("Content-Type", "").startswith("text/event-stream")
    state = json.loads(answer.fp.readline().removeprefix(b"data: "))
    assert state["boards"] == [{"uid": "b", "title": BOARD.title}]
    assert state["findings"] is None
    answer.fp.readline()
    server.workspace.check()
    state = json.loads(answer.fp.readline().removeprefix(b"data: "))
    assert [(one["check"], one["board"], one["panel"]) for one in state["findings"]] == [
        ("a-check", "b", "p")
    ]
    connection.close()


def test_a_base_that_cannot_be_read_is_said(server: Server) -> None:
    def changes() -> dict[str, object]:
        return json.loads(asked(server, f"/{server.guard.token}/panel?uid=b&key={quote(KEY)}")[2])["changes"]  # type: ignore[no-any-return]

    assert changes()["why"] == "the base is not read yet"
    server.workspace.prepare()
    assert changes()["why"] == "Git knows no commit 'main' here"


def test_a_mistake_keeps_the_last_good_state() -> None:
    good, mended = Subject(dashboards=(BOARD,)), Subject(dashboards=(BOARD,))
    broken = ObsError([Diagnostic("syntax-error", "invalid syntax")])
    workspace = Workspace(Fixed(good, broken, mended))  # type: ignore[arg-type]
    assert workspace.read().subject is good
    stale = workspace.read()
    assert (stale.subject, stale.errors) == (good, broken.diagnostics)
    assert workspace.check() is stale
    assert workspace.read().errors == ()
    assert workspace.current.subject is mended
