"""The server: this machine only, read only, everything below a path that nobody can guess."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from urllib.parse import parse_qs, urlsplit

from obs.preview.guard import HEADERS, Guard, Refused
from obs.preview.pages import Pages
from obs.preview.workspace import Workspace

ASSETS = {
    "preview.css": ("obs.preview", "text/css"),
    "preview.js": ("obs.preview", "text/javascript"),
    "chart.js": ("obs.preview", "text/javascript"),
    "site.css": ("obs.site", "text/css"),
}
"""The files that are served; no path of a request ever reaches the disk."""
MOST_LISTENERS = 24
_KEEP_ALIVE = 15.0


class Server(ThreadingHTTPServer):
    """Answers on 127.0.0.1, on a free port unless one is given."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, workspace: Workspace, pages: Pages, port: int = 0, token: str = "") -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.workspace = workspace
        self.pages = pages
        self.guard = Guard(self.server_address[1], token or secrets.token_urlsafe(24))
        self.listeners = threading.BoundedSemaphore(MOST_LISTENERS)
        self.over = threading.Event()

    @property
    def address(self) -> str:
        """What to open."""
        return f"http://127.0.0.1:{self.guard.port}/{self.guard.token}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle of an answer is no news."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    server_version = "obs"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """The only method there is."""
        asked = self.guarded()
        if isinstance(asked, Refused):
            self.refuse(asked)
            return
        parts = urlsplit(asked)
        try:
            query = parse_qs(parts.query, keep_blank_values=True, max_num_fields=200)
        except ValueError:
            self.refuse(Refused(400, "too many parameters"))
            return
        if parts.path == "events":
            self.events()
        elif parts.path in ("", *ASSETS):
            package, kind = ASSETS.get(parts.path, ("obs.preview", "text/html"))
            data = (files(package) / "assets" / (parts.path or "index.html")).read_bytes()
            self.send(200, data, f"{kind}; charset=utf-8")
        else:
            self.answer(parts.path, query)

    def guarded(self) -> str | Refused:
        """What is asked for behind the token."""
        return self.server.guard.path(
            self.command,
            self.path,
            self.headers.get_all("Host") or (),
            self.headers.get_all("Origin") or (),
        )

    def answer(self, name: str, query: dict[str, list[str]]) -> None:
        """A document of one of the pages."""
        page: Callable[[dict[str, list[str]]], object] | None = self.server.pages.named(name)
        if page is None:
            self.refuse(Refused(404, "there is no such page"))
            return
        try:
            found = page(query)
        except Exception as error:
            self.refuse(Refused(500, f"a fault of obs, not of yours: {type(error).__name__}: {error}"))
            return
        if found is None:
            self.refuse(Refused(404, "there is no such thing in this project"))
            return
        data = json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
        self.send(200, data, "application/json; charset=utf-8")

    def refuse(self, refused: Refused) -> None:
        """In words, without a body of anybody else's; the connection ends, whatever else was sent on it."""
        self.close_connection = True
        self.send(refused.status, f"{refused.why}\n".encode(), "text/plain; charset=utf-8")

    def send(self, status: int, data: bytes, kind: str) -> None:
        """A whole answer."""
        self.begin(status, kind)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def begin(self, status: int, kind: str) -> None:
        """The status and what every answer says."""
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)

    def events(self) -> None:
        """Every new state of the project, as it comes."""
        if not self.server.listeners.acquire(blocking=False):
            self.refuse(Refused(503, "too many pages are open"))
            return
        try:
            self.close_connection = True
            self.begin(200, "text/event-stream; charset=utf-8")
            self.send_header("Connection", "close")
            self.end_headers()
            version = -1
            while not self.server.over.is_set():
                snapshot = self.server.workspace.after(version, _KEEP_ALIVE)
                if snapshot is None:
                    self.wfile.write(b": still here\n\n")
                else:
                    version = snapshot.version
                    said = json.dumps(self.server.pages.state(snapshot), ensure_ascii=False)
                    self.wfile.write(b"data: " + said.encode("utf-8", "replace") + b"\n\n")
                self.wfile.flush()
        except OSError:
            return
        finally:
            self.server.listeners.release()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the address holds the token."""

    def __getattr__(self, name: str) -> object:
        if name == "do_HEAD":
            return self.do_GET
        if name.startswith("do_"):
            return self._refuse_method
        raise AttributeError(name)

    def _refuse_method(self) -> None:
        asked = self.guarded()
        self.refuse(asked if isinstance(asked, Refused) else Refused(405, "only GET is answered"))
