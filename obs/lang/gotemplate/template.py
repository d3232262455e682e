"""A checked template of a Prometheus rule or of an Alertmanager message."""

from __future__ import annotations

from functools import lru_cache
from typing import get_args

from obs.lang.gotemplate.names import ALERTMANAGER, PROMETHEUS
from obs.lang.gotemplate.parse import parse
from obs.lang.gotemplate.reads import PREDECLARED, Dialect, Read, ReadKind, reads
from obs.lang.gotemplate.syntax import Tree
from obs.record import dataclass

_FUNCTIONS = {"prometheus": PROMETHEUS, "alertmanager": ALERTMANAGER}


@dataclass(frozen=True, slots=True)
class Template:
    """A template that parses, and what it reads."""

    text: str
    kind: Dialect
    tree: Tree
    reads: tuple[Read, ...]

    def _names(self, kind: ReadKind) -> frozenset[str]:
        return frozenset(read.name for read in self.reads if read.kind == kind and read.name is not None)

    @property
    def labels_read(self) -> frozenset[str]:
        """Labels of the alert that are read by name, through any of its sets and variables."""
        return self._names("label")

    @property
    def reads_every_label(self) -> bool:
        """Whether the whole label set is printed, ranged over, or indexed by a computed key."""
        return any(read.kind == "label" and read.name is None for read in self.reads)

    @property
    def external_labels_read(self) -> frozenset[str]:
        """External labels that are read by name."""
        return self._names("external label")

    @property
    def query_labels_read(self) -> frozenset[str]:
        """Labels read of samples that the template queries itself."""
        return self._names("query label")

    @property
    def queries(self) -> tuple[Read, ...]:
        """The PromQL texts that the template runs itself, where they stand; `name` is the query."""
        return tuple(read for read in self.reads if read.kind == "query")

    @property
    def annotations_read(self) -> frozenset[str]:
        """Annotations that are read by name."""
        return self._names("annotation")

    @property
    def variables_read(self) -> frozenset[str]:
        """Variables that are read, with their `$`; the bare `$` is not among them."""
        return self._names("variable")

    @property
    def functions(self) -> frozenset[str]:
        """Functions that are called, Go's own among them."""
        return self._names("function")


@lru_cache(maxsize=8192)
def check(template: str, kind: Dialect) -> Template:
    """The parsed template, kept by text.

    Raises LanguageError at the place of the mistake: TemplateSyntaxError for what Go refuses (`go` gives its
    words), Unsupported for nesting beyond `parse.DEPTH`.
    """
    if kind not in get_args(Dialect):
        raise ValueError(f"unknown kind of template: {kind!r}")
    tree = parse(template, _FUNCTIONS[kind], PREDECLARED[kind])
    return Template(template, kind, tree, reads(tree, kind))
