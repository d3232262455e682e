"""Alertmanager's configuration, written as such or put together by prometheus-operator, and the lines of its routes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from obs.formats.yaml_places import Fields, Node, Path, find
from obs.graph.delivery import BASE
from obs.graph.document import Document
from obs.importer.findings import Findings
from obs.importer.values import stack_paths
from obs.lang.error import LanguageError
from obs.origin import Origin

DEPTH = 60
FROM_VALUES = "values"
"""The name of a configuration that stands in Helm values."""
Lines = dict[tuple[int, ...], Origin]


class Routing:
    """What was found; `resolve` makes the one effective configuration of it, if there is just one."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.plain: list[Document] = []
        """Whole configurations, a values file's `alertmanager.config` among them as `root`."""
        self.objects: list[Document] = []
        self.managers: list[Document] = []
        self.values: list[Document] = []

    def resolve(self) -> tuple[Any, Lines]:
        """The configuration that Alertmanager would load, None when that is unknown; and the lines of its nodes."""
        for one in self.plain:
            self._undefined(one, ("route",), "receivers", "routes", snake=True)
        for one in self.objects:
            self._undefined(one, ("spec", "route"), "receivers", "routes", snake=False)
        if self.objects:
            return self._by_operator()
        loaded = [self._load(one) for one in self.plain]
        if len(loaded) == 1 and loaded[0] is not None:
            return loaded[0], _lines(self.plain[0], ("route",), ())
        return None, {}

    def _load(self, document: Document) -> Any:
        from obs.sim.routing import ConfigError, read

        try:
            return read(_whole(document), newest=self._is_newer())
        except ConfigError as error:
            self._refused(
                document,
                error.path,
                error.message,
                "Alertmanager does not start, or runs on with what it had",
            )
        except LanguageError as error:
            self._refused(
                document, (), error.message, "Alertmanager does not start, or runs on with what it had"
            )
        return None

    def _is_newer(self) -> bool:
        """Whether the server may know more than 0.27 does: no file says which version it is, or it is a later one."""
        stated = [one.get("spec", "version") for one in self.managers]
        for document in self.values:
            for path in stack_paths(document):
                stated.append(document.get(*path, "alertmanager", "alertmanagerSpec", "image", "tag"))
        found = [re.match(r"v?(\d+)\.(\d+)", str(one)) for one in stated if one]
        return (
            not all(one is not None and (int(one[1]), int(one[2])) <= (0, 27) for one in found) or not found
        )

    def _refused(self, document: Document, path: Sequence[str | int], message: str, why: str) -> None:
        if message.startswith(("undefined receiver", "not supported: ")) or self._told(document):
            return
        node = _nearest(document.root, tuple(path))
        self.findings.at_node(
            "refused-alertmanager-config", message, document.source, node, why=why, object=_title(document)
        )

    def _told(self, document: Document) -> bool:
        return any(
            one.check in ("undefined-receiver", "refused-alertmanager-config")
            and one.object == _title(document)
            for one in self.findings.found
        )

    # The operator

    def _by_operator(self) -> tuple[Any, Lines]:
        from obs.sim.routing import Cluster, ConfigError, effective

        manager, certain = self._manager()
        base, base_document = self._base()
        for one in self.objects:
            self._literals(one)
        cluster = Cluster(secrets=_secrets(self.objects))
        values = [one.value for one in self.objects]
        try:
            made = effective(manager, values, base, cluster)
            loaded = made.loaded()
        except (ConfigError, LanguageError):
            loaded = None
            made = None
        if made is None:
            try:
                made = effective(manager, values, base, cluster)
            except (ConfigError, LanguageError):
                return None, {}
        out = set()
        for skipped in made.skipped:
            document = self._document(skipped.namespace, skipped.name)
            out.add((skipped.namespace, skipped.name))
            if document is None:
                continue
            if skipped.rejected:
                self._refused(
                    document, ("spec",), skipped.reason, "prometheus-operator leaves the whole object out"
                )
            elif certain:
                self._ignored(document, skipped.reason)
        if loaded is None:
            return None, {}
        return loaded, self._effective_lines(out, base_document)

    def _ignored(self, document: Document, reason: str) -> None:
        labels = find(document.root, ("metadata", "labels"))
        metadata = find(document.root, ("metadata",))
        key = metadata.key("labels") if isinstance(metadata, Fields) and labels is not None else None
        self.findings.at_node(
            "ignored-alertmanager-config",
            f"prometheus-operator passes over AlertmanagerConfig {document.name}: {reason}",
            document.source,
            key or metadata or document.root,
            why="none of its routes and receivers exists for Alertmanager",
            fix="give it the labels that alertmanagerConfigSelector asks for",
            object=_title(document),
        )

    def _document(self, namespace: str, name: str) -> Document | None:
        return next(
            (one for one in self.objects if one.name == name and (one.namespace or "default") == namespace),
            None,
        )

    def _manager(self) -> tuple[Mapping[str, object], bool]:
        """The Alertmanager object, and whether its selectors are known."""
        if len(self.managers) == 1:
            found = self.managers[0].value
            given = found.get("spec")
            return found, isinstance(given, Mapping) and "alertmanagerConfigSelector" in given
        spec: dict[str, object] = {}
        for document in self.values:
            for path in stack_paths(document):
                said = document.get(*path, "alertmanager", "alertmanagerSpec")
                spec |= said if isinstance(said, Mapping) else {}
        certain = bool(spec)
        unknown_home = any(not one.namespace for one in self.objects)
        if not spec or unknown_home:
            # Whether a namespace matcher is added, and which, is not known: none is assumed.
            spec["alertmanagerConfigMatcherStrategy"] = spec.get("alertmanagerConfigMatcherStrategy") or {
                "type": "None"
            }
        spec.setdefault("alertmanagerConfigSelector", {})
        spec.setdefault("alertmanagerConfigNamespaceSelector", {})
        image = spec.get("image")
        tag = image.get("tag") if isinstance(image, Mapping) else None
        version = spec.get("version") or tag or "v0.27.0"
        return {
            "metadata": {"name": "alertmanager", "namespace": "monitoring"},
            "spec": {**spec, "version": str(version)},
        }, certain

    def _base(self) -> tuple[Mapping[str, object] | None, Document | None]:
        if len(self.plain) == 1:
            return _whole(self.plain[0]), self.plain[0]
        return (BASE, None) if self.values and not self.plain else (None, None)

    def _effective_lines(self, out: set[tuple[str, str]], base: Document | None) -> Lines:
        """Each object's route comes first, in order of namespace and name, then the base's children."""
        taken = sorted(
            (one for one in self.objects if ((one.namespace or "default"), one.name) not in out),
            key=lambda one: f"{one.namespace or 'default'}/{one.name}".encode(),
        )
        taken = [one for one in taken if isinstance(one.get("spec", "route"), Mapping)]
        found: Lines = {}
        for index, one in enumerate(taken):
            found |= _lines(one, ("spec", "route"), (index,))
        if base is not None:
            for path, origin in _lines(base, ("route",), ()).items():
                found[(path[0] + len(taken), *path[1:]) if path else ()] = origin
        return found

    def _undefined(
        self, document: Document, route: Path, receivers: str, routes: str, *, snake: bool
    ) -> None:
        """Receivers that a route names and nobody defines."""
        from_values = document.name == FROM_VALUES and snake
        listed = _whole(document).get(receivers) if from_values else document.get(*route[:-1], receivers)
        names = {
            str(one.get("name"))
            for one in (listed if isinstance(listed, list) else ())
            if isinstance(one, Mapping)
        }
        refuser = (
            "Alertmanager refuses the whole configuration"
            if snake
            else "the operator leaves the whole object out"
        )
        for path in _walk(document, route, routes, 0):
            name = document.get(*path, "receiver")
            node = find(document.root, (*path, "receiver"))
            if isinstance(name, str) and name and name not in names and node is not None:
                self.findings.at_node(
                    "undefined-receiver",
                    f"a route sends to {name}, which no receiver is named: {refuser}",
                    document.source,
                    node,
                    fix=_close(name, names),
                    object=_title(document),
                )
        given = find(document.root, (receivers,)) if from_values else None
        if given is not None and document.get(*route, routes) is None and "null" not in names:
            # Helm merges mappings and replaces lists: the chart's route of Watchdog stays, its receiver does not.
            self.findings.at_node(
                "undefined-receiver",
                "the chart's own route sends Watchdog to null, which no receiver is named any more: "
                "Alertmanager refuses the whole configuration",
                document.source,
                given,
                why="values replace the chart's list of receivers, and leave its list of routes as it is",
                fix='add - name: "null" to the receivers',
                object=_title(document),
            )

    def _literals(self, document: Document) -> None:
        """Addresses written out where the object wants a reference to a Secret; the address itself is not quoted."""
        receivers = document.get("spec", "receivers")
        for index, receiver in enumerate(receivers if isinstance(receivers, list) else ()):
            for kind, configs in receiver.items() if isinstance(receiver, Mapping) else ():
                for number, config in enumerate(configs if isinstance(configs, list) else ()):
                    for name in ("apiURL", "urlSecret", "apiSecret", "serviceKey", "routingKey", "botToken"):
                        if isinstance(config, Mapping) and isinstance(config.get(name), (str, int)):
                            path = ("spec", "receivers", index, kind, number)
                            fields = find(document.root, path)
                            key = fields.key(name) if isinstance(fields, Fields) else None
                            self.findings.at_node(
                                "refused-alertmanager-config",
                                f"{name} of receiver {receiver.get('name')} is a text, not a reference to a Secret",
                                document.source,
                                key or document.root,
                                why="the API server refuses the whole object, and a secret in Git is everybody's",
                                fix=f"{name}: {{name: SECRET, key: KEY}}",
                                object=_title(document),
                            )


def _title(document: Document) -> str:
    if document.kind == "AlertmanagerConfig":
        return f"AlertmanagerConfig {document.name}"
    return f"Alertmanager configuration {document.source.file}"


def _whole(document: Document) -> Mapping[str, Any]:
    """The configuration; one from Helm values lies over the chart's own, as Helm merges them."""
    return _over(BASE, document.value, 0) if document.name == FROM_VALUES else document.value


def _over(base: Mapping[str, Any], given: Mapping[str, Any], depth: int) -> dict[str, Any]:
    found = dict(base)
    for name, value in given.items():
        below = found.get(name)
        if isinstance(below, Mapping) and isinstance(value, Mapping) and depth < DEPTH:
            found[name] = _over(below, value, depth + 1)
        elif value is None:
            found.pop(name, None)
        else:
            found[name] = value
    return found


def _close(name: str, names: set[str]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(name, sorted(names), n=1, cutoff=0.5)
    if found:
        return f"receiver: {found[0]}"
    return f"one of: {', '.join(sorted(names))}" if names else f"define a receiver named {name}"


def _walk(document: Document, route: Path, routes: str, depth: int) -> Iterator[Path]:
    given = document.get(*route)
    if not isinstance(given, Mapping) or depth > DEPTH:
        return
    yield route
    children = given.get(routes)
    for index in range(len(children) if isinstance(children, list) else 0):
        yield from _walk(document, (*route, routes, index), routes, depth + 1)


def _lines(document: Document, route: Path, prefix: tuple[int, ...]) -> Lines:
    """The line of each node; its path in the tree are the indexes of its path in the document."""
    return {
        (*prefix, *(part for part in path[len(route) :] if isinstance(part, int))): document.at(*path)
        for path in _walk(document, route, "routes", 0)
    }


def _nearest(node: Node, path: Path) -> Node:
    for length in range(len(path), -1, -1):
        found = find(node, path[:length])
        if found is not None:
            return found
    return node


def _secrets(objects: Sequence[Document]) -> dict[tuple[str, str], dict[str, str]]:
    """Every secret that is referred to, as if it existed: what it holds is not in the files."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for one in objects:
        waiting: list[object] = [one.value]
        seen = 0
        while waiting and seen < 100_000:
            seen += 1
            value = waiting.pop()
            if isinstance(value, Mapping):
                if isinstance(value.get("name"), str) and isinstance(value.get("key"), str):
                    secret = found.setdefault((one.namespace or "default", value["name"]), {})
                    secret[value["key"]] = "https://example.invalid/"
                waiting += value.values()
            elif isinstance(value, list):
                waiting += value
    return found
