"""Everything that differs between two subjects; one file for each kind of thing."""

from __future__ import annotations

from obs.graph.subject import Subject
from obs.review.change import Change, Review, ordered


def compare(before: Subject, after: Subject) -> Review:
    """All differences, the riskiest first. What is written otherwise and means the same is none."""
    from obs.review.differences import dashboards, pipelines, routes, rules, values

    marks: dict[str, dict[str, str]] = {}
    found: list[Change] = [
        *rules.compare(before, after),
        *routes.compare(before, after),
        *pipelines.compare(before, after),
        *dashboards.compare(before, after, marks),
        *values.compare(before, after),
    ]
    return Review(ordered(found), marks)
