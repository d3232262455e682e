"""The part of a subject that a change can matter to, for checks that look at each rule or dashboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.graph.subject import Rule, Subject
    from obs.model.dashboard import Dashboard


def changed(subject: Subject, files: Collection[str], names: Iterable[str] = ()) -> Subject:
    """The rules and dashboards of these files, and those that read what they record, however indirectly.

    `names` are further metrics whose records changed: those of files, or versions of files, that are not here. What
    is known of metrics is that of the whole subject.
    """
    records = {*names, *(rule.name for rule in subject.records if rule.origin.file in files)}
    reading = _readers(subject, records) if records else set()
    return part_of(
        subject,
        tuple(rule for rule in subject.rules if rule.origin.file in files or id(rule) in reading),
        tuple(
            page
            for page in subject.dashboards
            if page.origin is None or page.origin.file in files or id(page) in reading
        ),
    )


def part_of(subject: Subject, rules: tuple[Rule, ...], dashboards: tuple[Dashboard, ...]) -> Subject:
    """Some of the rules and dashboards; what is known of metrics stays that of the whole subject."""
    found = replace(subject, rules=rules, dashboards=dashboards)
    for name in ("recorded", "metrics", "metric_types"):
        found.__dict__[name] = getattr(subject, name)
    return found


def _readers(subject: Subject, records: set[str]) -> set[int]:
    """The rules and dashboards, by identity, whose text names one of the records, or a record that does."""
    found: set[int] = set()
    seen: set[str] = set()
    new = set(records)
    while new:
        seen |= new
        names = _any_of(new)
        reading = [rule for rule in subject.rules if id(rule) not in found and names(rule.expr)]
        found.update(map(id, reading))
        new = {rule.name for rule in reading if rule.kind == "record"} - seen
    names = _any_of(seen)
    pages = {id(page) for page, _, query in subject.panel_queries if names(query.text)}
    return found | pages


def _any_of(names: Iterable[str]) -> Callable[[str], object]:
    """Finds any of the names in a text, or a selector that matches its metric's name in another way than by naming it.

    A name that goes on counts too: `x_bucket` is of `x`.
    """
    words = "|".join(map(re.escape, sorted(names)))
    return re.compile(rf"(?<![A-Za-z0-9_:])(?:{words})|__name__").search
