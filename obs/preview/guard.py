"""Who may ask: the browser that was given the token, on this machine, from the page itself."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from obs.record import dataclass

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Of every answer: nothing from elsewhere is loaded, nobody else frames or reads it, and nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a request is not answered, and with which status."""

    status: int
    why: str


@dataclass(frozen=True, slots=True)
class Guard:
    """`token` is the first part of every path; a cookie would be sent to other ports of this machine too."""

    port: int
    token: str

    def path(
        self, method: str, target: str, hosts: Sequence[str], origins: Sequence[str] = ()
    ) -> str | Refused:
        """What is asked for behind the token, or why it is refused; `hosts` and `origins` are all such headers."""
        own = (f"127.0.0.1:{self.port}", f"localhost:{self.port}")
        if len(hosts) != 1 or hosts[0].lower() not in own:
            return Refused(421, "this server answers to 127.0.0.1 only")
        if any(origin not in [f"http://{name}" for name in own] for origin in origins):
            return Refused(403, "pages from elsewhere may not ask")
        if method not in ("GET", "HEAD"):
            return Refused(405, "only GET is answered")
        token, slash, rest = target.removeprefix("/").partition("/")
        if (
            not target.startswith("/")
            or not slash
            or not hmac.compare_digest(token.encode(), self.token.encode())
        ):
            return Refused(404, "nothing here; open the address that obs preview printed")
        return rest
