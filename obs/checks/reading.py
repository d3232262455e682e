"""Checks whose finding is made while a file is read, so that its exact place is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from obs.checks.base import Finding

if TYPE_CHECKING:
    from obs.graph.subject import Subject


def of_reader(subject: Subject, name: str) -> Iterator[Finding]:
    """What the reader of files found under this name."""
    for one in subject.reader_findings:
        if one.check == name:
            yield Finding(
                one.problem,
                one.at,
                one.why,
                one.fix,
                one.also,
                one.excerpt,
                one.object,
                one.evidence,
                one.severity,
                one.cause,
                one.edits,
            )
