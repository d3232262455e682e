"""What goes wrong with labels inside one rule: in its expression, and between it and its templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from obs.lang.promql.labels import Branch, ProblemKind, Reason
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.graph.panel_query import PanelQuery
    from obs.graph.subject import Rule, Subject

ABSENT = ("absent() keeps", "absent_over_time() keeps")
"""How the flow explains that a label is gone because the series are made up."""

DIFFERENT_VALUES = ' on the left side and "'
"""Part of how the flow explains that equality matchers exclude each other."""


def problems(subject: Subject, kind: ProblemKind) -> Iterator[tuple[Rule | PanelQuery, Reason]]:
    """Every problem of this kind that the label flow met, in all rules and panels."""
    for rule, _ in subject.expressions:
        if rule.flow is not None:
            for problem in rule.flow.problems:
                if problem.kind == kind:
                    yield rule, problem.why


@dataclass(frozen=True, slots=True)
class MissingRead:
    """A template prints a label that some branch of the condition cannot have; `text` is `annotation:NAME` or so.

    `lacking` of `total` branches do not have it; `start` and `end` are its place in the template.
    """

    rule: Rule
    text: str
    label: str
    start: int
    end: int
    branch: Branch
    why: Reason | None
    lacking: int
    total: int


def missing_reads(subject: Subject) -> Iterator[MissingRead]:
    """The first read of each label that the alert's series, or some of them, never have."""
    for alert in subject.alerts:
        told: set[str] = set()
        for text, template in alert.templates.items():
            for read in template.reads:
                if read.kind != "label" or read.name is None or read.name in told or alert.flow is None:
                    continue
                lacking, live = alert.flow.without(read.name), alert.flow.live
                if not lacking or (len(lacking) < len(live) and _is_asked(template.text, read.name)):
                    continue
                told.add(read.name)
                yield MissingRead(
                    alert,
                    text,
                    read.name,
                    read.start,
                    read.end,
                    lacking[0],
                    lacking[0].why(read.name),
                    len(lacking),
                    len(live),
                )


def _is_asked(template: str, label: str) -> bool:
    """Whether the template asks first if the label is there."""
    return (
        re.search(rf"\{{\{{-?\s*(?:else\s+)?(?:if|with)\b[^}}]*\b{re.escape(label)}\b", template) is not None
    )
