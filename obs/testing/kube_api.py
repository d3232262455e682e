"""A small client of the Kubernetes API: server-side apply as Argo CD does it, get, list and delete."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from obs.testing import manifest as manifests

FIELD_MANAGER = "obs-test"
TIMEOUT_SECONDS = 30

Object = dict[str, Any]
"""One JSON object of the API, as foreign as it comes."""


class ApiError(RuntimeError):
    """The server refused a request; `status` is the HTTP code, the message the server's own."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message


@dataclass(frozen=True, slots=True)
class Applied:
    """An accepted object: what was sent, what the server stored, and what it warned of."""

    sent: Mapping[str, object]
    stored: Object
    warnings: tuple[str, ...] = ()

    @property
    def dropped(self) -> tuple[str, ...]:
        """Paths of everything that was sent and is not in what is stored."""
        return tuple(manifests.dropped(manifests.as_stored(self.sent), self.stored))


@dataclass(frozen=True, slots=True)
class Resource:
    """How the API serves a kind: `plural` is its name in paths."""

    plural: str
    namespaced: bool


@dataclass(slots=True)
class KubeApi:
    """Requests to the API server at `url` (https://host:port) with a client certificate in `context`.

    Every call raises ApiError when the server refuses it and OSError when it cannot be reached.
    """

    url: str
    context: ssl.SSLContext
    _resources: dict[str, dict[str, Resource]] = field(default_factory=dict)

    def get(self, path: str) -> Object:
        """The object at a path such as `/api/v1/namespaces/monitoring/secrets/discord-webhook`."""
        return self._request("GET", path)[0]

    def find(self, path: str) -> Object | None:
        """As `get`, but None when there is no such object."""
        try:
            return self.get(path)
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def items(self, path: str, **query: str) -> list[Object]:
        """The items at a collection's path; `query` as the API has it (`labelSelector="a=b"`)."""
        found: list[Object] = self.get(_with_query(path, query)).get("items", [])
        return found

    def delete(self, path: str, **query: str) -> None:
        """Delete an object, or a collection; absent objects are no error."""
        try:
            self._request("DELETE", _with_query(path, query))
        except ApiError as error:
            if error.status != 404:
                raise

    def apply(self, manifest: Mapping[str, object] | str, *, namespace: str = "default") -> Applied:
        """Server-side apply one object with forced ownership and strict field validation.

        A text (YAML or JSON, one document) is sent byte for byte, so the server's own reader judges it.
        `namespace` is used where a namespaced object names none, as Helm and Argo CD do. An unknown field is
        refused by the server (ApiError), a doubled one before it is sent (YamlError).
        """
        sent = _single(manifest) if isinstance(manifest, str) else manifest
        body = manifest if isinstance(manifest, str) else json.dumps(manifest, ensure_ascii=False)
        path = self.path_of(sent, namespace=namespace)
        return self.apply_at(path, body.encode(), sent)

    def apply_all(self, stream: str, *, namespace: str = "default") -> list[Applied]:
        """Apply every document of a YAML stream, such as the output of `helm template`, in its order."""
        return [self.apply(text, namespace=namespace) for text in manifests.documents(stream)]

    def apply_at(self, path: str, body: bytes, sent: Mapping[str, object] | None = None) -> Applied:
        """Server-side apply `body` (YAML or JSON) at an object's path."""
        query = {"fieldManager": FIELD_MANAGER, "force": "true", "fieldValidation": "Strict"}
        stored, warnings = self._request(
            "PATCH", _with_query(path, query), body, content_type="application/apply-patch+yaml"
        )
        return Applied(sent or {}, stored, warnings)

    def path_of(self, manifest: Mapping[str, object], *, namespace: str = "default") -> str:
        """The path under which the API serves this object; ApiError(404) when its kind is unknown."""
        version, kind = str(manifest.get("apiVersion", "")), str(manifest.get("kind", ""))
        metadata = manifest.get("metadata")
        named = metadata if isinstance(metadata, Mapping) else {}
        resource = self._resource(version, kind)
        place = f"/namespaces/{named.get('namespace') or namespace}" if resource.namespaced else ""
        name = urllib.parse.quote(str(named.get("name", "")), safe="")
        if not name:
            raise ApiError(422, "Invalid", f"a {kind} without metadata.name")
        return f"{_root(version)}{place}/{resource.plural}/{name}"

    def _resource(self, version: str, kind: str) -> Resource:
        if kind not in self._resources.get(version, {}):
            # Asked anew for an unknown kind: its CRD may have been applied since.
            served = self.get(_root(version)).get("resources", [])
            self._resources[version] = dict(_kinds(served))
        try:
            return self._resources[version][kind]
        except KeyError:
            raise ApiError(404, "NotFound", f"the API serves no kind {kind!r} in {version!r}") from None

    def _request(
        self, method: str, path: str, body: bytes | None = None, *, content_type: str = "application/json"
    ) -> tuple[Object, tuple[str, ...]]:
        request = urllib.request.Request(self.url + path, data=body, method=method)
        request.add_header("Accept", "application/json")
        if body is not None:
            request.add_header("Content-Type", content_type)
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self.context)
        )
        try:
            with opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                warnings = tuple(_warning(text) for text in response.headers.get_all("Warning", []))
                return json.loads(response.read()), warnings
        except urllib.error.HTTPError as error:
            with error:
                raise _api_error(error.code, error.read()) from None


def _single(text: str) -> Mapping[str, object]:
    from obs.formats.yaml import loads  # PyYAML only where a text is applied

    read = loads(text)
    if not isinstance(read, Mapping):
        raise ApiError(400, "BadRequest", "a manifest must be one mapping")
    return read


def _root(version: str) -> str:
    return f"/apis/{version}" if "/" in version else f"/api/{version}"


def _kinds(served: list[Object]) -> Iterator[tuple[str, Resource]]:
    for entry in served:
        if "/" not in entry["name"]:  # not a subresource such as `prometheuses/status`
            yield entry["kind"], Resource(entry["name"], entry["namespaced"])


def _with_query(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urllib.parse.urlencode(query)}" if query else path


def _warning(header: str) -> str:
    """The text of a header such as `299 - "unknown field \\"x\\""`."""
    return header.partition('"')[2].rpartition('"')[0].replace('\\"', '"')


def _api_error(code: int, body: bytes) -> ApiError:
    try:
        status = json.loads(body)
        return ApiError(code, str(status.get("reason", "")), str(status.get("message", "")))
    except (ValueError, AttributeError):
        return ApiError(code, "", body.decode(errors="replace").strip())
