"""An object of YAML as somebody wrote it: its plain values, and where each of them stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from obs.diagnostic import Excerpt, TextPlace
from obs.formats.yaml_places import Fields, Node, Path, Scalar, find, node_place, plain
from obs.origin import Origin
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.formats.source import Source

KPS = ("kube-prometheus-stack", "prometheus-operator", "kube_prometheus_stack")
"""Names under which an umbrella chart holds the values of kube-prometheus-stack."""


PLACEHOLDER = "\ue000"
"""Stands in a text for what depends on Helm values; whatever holds it is not known."""


@dataclass(frozen=True, eq=False)
class Document:
    """`kind` is the Kubernetes kind, or `alertmanager`, `promtail`, `prometheus`, `values`, `chart`, `datasources`.

    A path leads to one of its values by keys and indexes. `name` and `namespace` are empty
    where the object says none. `when` are the conditions of the Helm template around it (`.Values.monitor.enabled`).
    Its parts' places fall back to the nearest thing around them.
    """

    kind: str
    source: Source
    root: Node
    name: str = ""
    namespace: str = ""
    when: tuple[str, ...] = ()

    @cached_property
    def value(self) -> Mapping[str, Any]:
        """Its plain values; none when it is no mapping."""
        found = plain(self.root)
        return found if isinstance(found, dict) else {}

    def get(self, *path: str | int) -> Any:
        """The value at a path; None when there is none."""
        value: Any = self.value
        for part in path:
            if isinstance(value, Mapping):
                value = value.get(part)
            elif isinstance(value, Sequence) and not isinstance(value, str) and isinstance(part, int):
                value = value[part] if -1 < part < len(value) else None
            else:
                return None
        return value

    @property
    def origin(self) -> Origin:
        """Its first line."""
        return self.at()

    def at(self, *path: str | int) -> Origin:
        """The line of a value."""
        return Origin(self.source.file, self.place(*path).lines[0][0])

    def place(self, *path: str | int) -> TextPlace:
        """Where a value stands; for a text, all of its lines."""
        return node_place(self.source, self._nearest(path))

    def excerpt(self, *path: str | int) -> Excerpt | None:
        """A text or number as it is written, whole; None for a mapping or a list."""
        node = find(self.root, path)
        if not isinstance(node, Scalar) or not node.text:
            return None
        return Excerpt(node.text, 0, len(node.text), node_place(self.source, node))

    def key(self, *path: str | int) -> Excerpt | None:
        """The key at the end of a path as it is written; None for an index, and where there is none."""
        fields = find(self.root, path[:-1])
        key = fields.key(str(path[-1])) if isinstance(fields, Fields) else None
        return Excerpt(key.text, 0, len(key.text), node_place(self.source, key)) if key and key.text else None

    def _nearest(self, path: Path) -> Node:
        for length in range(len(path), 0, -1):
            found = find(self.root, path[:length])
            if found is not None:
                return found
        return self.root


@dataclass(frozen=True, eq=False)
class LogPipeline:
    """The `pipeline_stages` of one Promtail job; `path` leads to them in the document."""

    document: Document
    path: Path
    job: str = ""

    @property
    def stages(self) -> Sequence[Any]:
        """The stages as YAML gives them: one-key mappings where they are right."""
        found = self.document.get(*self.path)
        return found if isinstance(found, list) else ()

    def at(self, *path: str | int) -> Origin:
        """The line of something within the stages: `at(0, "match", "selector")`."""
        return self.document.at(*self.path, *path)

    def place(self, *path: str | int) -> TextPlace:
        """Where something within the stages stands."""
        return self.document.place(*self.path, *path)

    def excerpt(self, *path: str | int) -> Excerpt | None:
        """A text within the stages, whole."""
        return self.document.excerpt(*self.path, *path)


DEFAULT_RETENTION = 15 * 24 * 60 * 60 * 1000
"""Milliseconds that Prometheus keeps samples where nothing else is said. Source: Prometheus 2.55, tsdb retention."""


@dataclass(frozen=True, slots=True)
class Server:
    """What files say about the Prometheus server; None where they say nothing. Durations are milliseconds."""

    scrape_interval: int | None = None
    evaluation_interval: int | None = None
    retention: int | None = None
    version: tuple[int, int] | None = None
    features: frozenset[str] = frozenset()
    external_labels: Mapping[str, str] | None = None
    origin: Origin | None = None


def origin_of(excerpt: Excerpt | None) -> Origin | None:
    """The line of a text in a file; None where it is in none."""
    if excerpt is None or excerpt.place is None:
        return None
    return Origin(excerpt.place.file, excerpt.place.at(excerpt.text, excerpt.start)[0])
