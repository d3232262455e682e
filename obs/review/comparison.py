"""Everything that differs between two subjects; one file for each kind of thing."""

from __future__ import annotations

from obs.graph.subject import Subject
from obs.review.change import Change, Review, ordered


def compare(before: Subject, after: Subject) -> Review:
    """All differences, the riskiest first. What is written otherwise and means the same is none."""
    from obs.review import impact
    from obs.review.differences import dashboards, pipelines, receivers, routes, rules, values

    marks: dict[str, dict[str, str]] = {}
    paired = rules.paired(before, after)
    found: list[Change] = [
        *rules.compare(before, after, paired),
        *routes.compare(before, after, paired),
        *receivers.compare(before, after),
        *pipelines.compare(before, after),
        *dashboards.compare(before, after, marks),
        *values.compare(before, after),
    ]
    return Review(ordered(impact.added(found, before, after)), marks)
