"""What a reviewer has to answer before saying yes: a question for each thing that can hurt."""

from __future__ import annotations

from collections.abc import Iterator

from obs.review.change import Cause, Review

_QUESTIONS = {
    "expr": "The condition of {count} changed: was the new one seen to fire, and to stay quiet?",
    "for": "Other times to fire, of {count}: is that soon enough for whoever is on call?",
    "receiver": "The way of {count} to people changed: do they know?",
    "unit": "The unit of {count} changed: do the numbers still fit it?",
    "thresholds": "Thresholds of {count} moved: do the alerts over the same numbers agree?",
    "query": "The queries of {count} changed: does the picture still show what its title says?",
    "variable": "Variables of {count} changed: do links from elsewhere still set them?",
    "pipeline": "The log pipeline changed: do real lines of each service still end where they should?",
    "group_by": "Messages are grouped otherwise: how many will a bad night bring?",
    "label": "Labels of {count} changed: what fires now resolves and fires anew, and silences may no longer hold.",
}


def questions(review: Review) -> Iterator[str]:
    """Every breaking cause by itself, then one question for each kind of other change."""
    causes = review.causes
    for cause in causes:
        if cause.first.risk == "breaking":
            name = cause.first.object
            said = cause.sentence
            yield f"{said if name.endswith(said.partition(' ')[0]) else f'{name}: {said}'}. Is that meant?"
    kinds: dict[str, list[Cause]] = {}
    for cause in causes:
        if cause.first.risk == "behaviour":
            kinds.setdefault(cause.first.field.partition(" ")[0].partition(":")[0], []).append(cause)
    for field, question in _QUESTIONS.items():
        found = [change.object for cause in kinds.get(field, ()) for change in cause.changes]
        if found:
            yield question.format(count=_counted(list(dict.fromkeys(found))))


def _counted(objects: list[str]) -> str:
    if len(objects) == 1:
        return objects[0]
    kinds = {one.rpartition(" / ")[2].partition(" ")[0] for one in objects}
    return f"{len(objects)} {f'{kinds.pop()}s' if len(kinds) == 1 else 'objects'}"
