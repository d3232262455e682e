"""Grafana's legend format, which looks like a Go template and is not one.

Grafana puts the value of the label in place of `{{ name }}`, or the name itself when the series lacks the
label: there are no functions and no variables. Source: Grafana 11.3, `renderLegendFormat` of the Prometheus
and Loki data sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from obs.lang.error import LanguageError
from obs.record import dataclass

AUTO = "__auto"
"""The legend that leaves the choice to Grafana."""

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class LegendLabel:
    """One label that a legend shows, and the place of its name."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Legend:
    """A legend that Grafana can fill in."""

    text: str
    labels: tuple[LegendLabel, ...]

    @property
    def labels_read(self) -> frozenset[str]:
        """The names of the labels it shows."""
        return frozenset(label.name for label in self.labels)


def legend(text: str) -> Legend:
    """The labels that a legend shows.

    Raises LanguageError for what looks like a Go template, as Grafana would take it for the name of a label
    and print it as it is: `{{ .pod }}`, `{{ $labels.pod }}`, `{{ pod | toUpper }}`, `{{pod`.
    """
    labels: list[LegendLabel] = []
    for opened, closed in _places(text):
        if closed < 0:
            raise LanguageError("{{ without }} stays in the legend as it is", opened, opened + 2)
        inside = text[opened + 2 : closed - 2]
        name = inside.strip()
        start = opened + 2 + len(inside) - len(inside.lstrip())
        if not _NAME.match(name):
            message = f"{name!r} is not the name of a label: a legend is {{{{name}}}}"
            raise LanguageError(message, opened, closed)
        labels.append(LegendLabel(name, start, start + len(name)))
    return Legend(text, tuple(labels))


def render_legend(text: str, labels: Mapping[str, str]) -> str:
    """The legend of one series, of a legend that `legend` accepts."""
    out: list[str] = []
    at = 0
    for label in legend(text).labels:
        opened = text.rindex("{{", 0, label.start)
        out += text[at:opened], labels.get(label.name) or label.name
        at = text.index("}}", label.end) + 2
    out.append(text[at:])
    return "".join(out)


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Where each `{{` opens and its `}}` ends; -1 when there is none."""
    at = 0
    while (opened := text.find("{{", at)) >= 0:
        closed = text.find("}}", opened + 2)
        at = closed + 2 if closed >= 0 else len(text)
        yield opened, at if closed >= 0 else -1
