"""What is wrong with a file itself, at the exact place: the reader's findings, each a check with a page of its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from obs.diagnostic import Diagnostic, Evidence, Excerpt, Severity, TextPlace
from obs.formats.source import Source
from obs.formats.yaml_places import Node, Scalar, text_place
from obs.origin import Origin

NAMES = (
    "unreadable-file", "ignored-yaml-document", "duplicate-key", "wrong-yaml-type", "not-a-string",
    "unknown-rule-key", "alert-and-record", "rule-without-name", "rule-without-expr", "alerting-key-on-record",
    "invalid-rule-name", "invalid-label-name", "invalid-rule-duration", "empty-group-name", "repeated-group-name",
    "invalid-dashboard-json", "partly-read-dashboard", "refused-alertmanager-config",
    "ignored-alertmanager-config", "helm-template-skipped", "eaten-by-helm", "undefined-receiver",
)  # fmt: skip
"""Every name that a reader's finding can have."""


@dataclass(slots=True)
class Findings:
    """Collects them in the order of reading."""

    found: list[Diagnostic] = field(default_factory=list)

    def at_node(
        self,
        check: str,
        problem: str,
        source: Source,
        node: Node,
        *,
        severity: Severity = "error",
        evidence: Evidence = "certain",
        why: str = "",
        fix: str = "",
        object: str = "",
        also: tuple[tuple[Origin, str], ...] = (),
    ) -> None:
        """About a node of YAML: a scalar is quoted whole, of anything else the start of its first line."""
        excerpt = excerpt_of(source, node)
        at = Origin(source.file, excerpt.place.lines[0][0] if excerpt.place else 0)
        self.found.append(
            Diagnostic(check, problem, at, severity, evidence, why, fix, also, excerpt, object, "")
        )

    def at_line(
        self,
        check: str,
        problem: str,
        source: Source,
        line: int,
        column: int,
        *,
        length: int = 1,
        severity: Severity = "error",
        why: str = "",
        fix: str = "",
    ) -> None:
        """About `length` characters of a text from a place on, which is quoted with its line."""
        text = source.line(line)
        place: TextPlace | None
        if source.outer is None:
            place, at = TextPlace(source.file, ((line, 1),)), Origin(source.file, line)
        else:
            offset = source.starts[min(line, len(source.starts)) - 1]
            place = TextPlace(source.file, (source.at(offset),))
            at = Origin(source.file, source.at(offset)[0])
        start = min(column - 1, len(text))
        excerpt = Excerpt(text, start, start + length, place) if 0 < len(text) <= 1000 else None
        self.found.append(Diagnostic(check, problem, at, severity, why=why, fix=fix, excerpt=excerpt))

    def at_file(
        self,
        check: str,
        problem: str,
        file: str,
        *,
        severity: Severity = "error",
        why: str = "",
        fix: str = "",
        also: tuple[tuple[Origin, str], ...] = (),
    ) -> None:
        """About a file as a whole."""
        self.found.append(Diagnostic(check, problem, Origin(file, 1), severity, why=why, fix=fix, also=also))


def excerpt_of(source: Source, node: Node) -> Excerpt:
    """A scalar as its text, anything else as what its first line says from there on."""
    if isinstance(node, Scalar):
        text = node.text
        place = text_place(source, node)
        return Excerpt(text or " ", 0, max(1, len(text.split("\n", 1)[0])), place)
    place = source.place(source.starts[min(node.line, len(source.starts) - 1)] + node.column)
    text = source.line(node.line + 1)[node.column :] or " "
    return Excerpt(text, 0, max(1, len(text.rstrip())), place)
