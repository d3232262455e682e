"""Checks whose finding is made while a file is read, so that its exact place is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from obs.checks.base import Finding

if TYPE_CHECKING:
    from obs.diagnostic import Diagnostic
    from obs.graph.subject import Subject
    from obs.model.dashboard import Dashboard


def of_reader(subject: Subject, name: str) -> Iterator[Finding]:
    """What the reader of files found under this name."""
    return (_again(one) for one in subject.reader_findings if one.check == name)


def of_notes(dashboard: Dashboard, name: str) -> Iterator[Finding]:
    """What the reader of a dashboard found under this name, told once for the dashboard."""
    for one in dashboard.notes:
        if one.check == name:
            yield replace(
                _again(one),
                severity=None,
                object=one.object or f"dashboard {dashboard.uid}",
                cause=f"{dashboard.uid}: {one.problem}",
            )


def _again(one: Diagnostic) -> Finding:
    return Finding(
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
