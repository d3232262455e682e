"""A Prometheus or Loki that is asked: only for queries and label values, only at its own address, within limits."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from obs.diagnostic import Diagnostic, ObsError
from obs.record import dataclass, field

SECONDS = 10.0
LARGEST = 16 * 1024 * 1024
"""Bytes of an answer."""
_LONG = 4000
_PREFIX = {"Prometheus": "/api/v1", "Loki": "/loki/api/v1"}

Labels = Mapping[str, str]


class UpstreamError(Exception):
    """Why there is no answer, in words for the page."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`kind` is what the server calls it: matrix, vector, scalar or streams. Times are seconds since 1970."""

    kind: str
    series: tuple[tuple[Labels, tuple[tuple[float, float], ...]], ...] = ()
    streams: tuple[tuple[Labels, tuple[tuple[float, str], ...]], ...] = ()


class _NoRedirects(HTTPRedirectHandler):
    """Another address is another server."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Upstream:
    """`name` is Prometheus or Loki; user and password of the address are sent as a header, and never shown."""

    name: str
    address: str = field(repr=False)

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.address)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            parts, usable = None, False
        if parts is None or not usable or parts.query or parts.fragment:
            raise ObsError(
                [
                    Diagnostic(
                        "invalid-address",
                        f"--{self.name.lower()} is not the address of a server",
                        fix=f"--{self.name.lower()} http://127.0.0.1:{9090 if self.name == 'Prometheus' else 3100}",
                    )
                ]
            )

    def over_time(self, asked: Mapping[str, str]) -> Answer:
        """A query over a range; `start`, `end` and `step` are seconds."""
        return _answer(self._get("query_range", self._limited(asked)))

    def instant(self, asked: Mapping[str, str]) -> Answer:
        """A query at one `time`."""
        return _answer(self._get("query", self._limited(asked)))

    def label(self, name: str, series: str) -> Sequence[str]:
        """The values of a label, of the series that a selector has if there is one."""
        selector = {"match[]" if self.name == "Prometheus" else "query": series} if series.strip() else {}
        found = self._get(f"label/{quote(name, safe='')}/values", selector)
        return [str(one) for one in found] if isinstance(found, list) else ()

    def _limited(self, asked: Mapping[str, str]) -> Mapping[str, str]:
        """Prometheus before 3 knows no limit."""
        return {key: value for key, value in asked.items() if key != "limit" or self.name == "Loki"}

    def _get(self, path: str, asked: Mapping[str, str]) -> Any:
        """What `data` of the answer is. Long queries are sent in the body, as Grafana does."""
        parts = urlsplit(self.address)
        host = parts.netloc.rpartition("@")[2]
        there = f"{parts.scheme}://{host}{parts.path.rstrip('/')}{_PREFIX[self.name]}/{path}"
        form = urlencode(asked)
        long = len(form) > _LONG and not path.startswith("label/")
        request = Request(there if long or not form else f"{there}?{form}", form.encode() if long else None)
        request.add_header("Accept", "application/json")
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            request.add_header("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")
        document = self._read(request)
        if not isinstance(document, dict) or document.get("status") != "success":
            raise UpstreamError(f"{self.name}: {_error(document)}")
        return document.get("data")

    def _read(self, request: Request) -> object:
        try:
            with build_opener(_NoRedirects()).open(request, timeout=SECONDS) as answer:
                return _document(answer.read(LARGEST + 1), self.name)
        except HTTPError as error:
            if 300 <= error.code < 400:
                raise UpstreamError(
                    f"{self.name} sends elsewhere, and only its own address is asked"
                ) from None
            said = error.read(10_000)
            try:
                raise UpstreamError(f"{self.name}: {_error(json.loads(said))}") from None
            except ValueError:
                words = said.decode("utf-8", "replace").strip()[:200]
                raise UpstreamError(f"{self.name} answers {error.code}: {words}") from None
        except URLError as error:
            raise UpstreamError(f"{self.name} cannot be asked: {error.reason}") from None
        except (OSError, ValueError) as error:
            raise UpstreamError(f"{self.name} cannot be asked: {error}") from None


def _document(data: bytes, name: str) -> object:
    if len(data) > LARGEST:
        raise UpstreamError(f"the answer of {name} is longer than {LARGEST >> 20} MiB")
    return json.loads(data)


def _error(document: object) -> str:
    return str(document.get("error") or "no success")[:400] if isinstance(document, dict) else "no such API"


def _answer(data: object) -> Answer:
    """Raises UpstreamError for what is no result."""
    if not isinstance(data, dict):
        raise UpstreamError("the answer is no result of a query")
    kind = str(data.get("resultType"))
    result: Any = data.get("result") or ()
    try:
        if kind == "streams":
            return Answer(kind, streams=tuple(
                (dict(one["stream"]), tuple((int(at) / 1e9, str(line)) for at, line, *_ in one["values"]))
                for one in result
            ))  # fmt: skip
        if kind == "scalar":
            return Answer("vector", (({}, ((float(result[0]), float(result[1])),)),))
        if kind == "vector":
            return Answer(
                kind,
                tuple((dict(one["metric"]), (_sample(one["value"]),)) for one in result if "value" in one),
            )
        if kind == "matrix":
            return Answer(kind, tuple(
                (dict(one["metric"]), tuple(map(_sample, one["values"]))) for one in result if "values" in one
            ))  # fmt: skip
    except (TypeError, ValueError, KeyError, IndexError):
        raise UpstreamError("the answer is no result of a query") from None
    raise UpstreamError(f"an answer of the kind {kind} cannot be drawn")


def _sample(pair: Sequence[Any]) -> tuple[float, float]:
    return float(pair[0]), float(pair[1])
