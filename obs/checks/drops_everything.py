"""A stage that drops every line, or almost.

A JSON key that a line does not have is still there for a drop stage, with no value; an expression that matches
nothing at all matches a source that is missing; and a sampling stage without a rate keeps nothing.

Flagged:
    - json:
        expressions: {debug: debug}
    - drop:
        source: debug

Instead:
    - json:
        expressions: {debug: debug}
    - drop:
        source: debug
        value: "true"

Flagged:
    - drop:
        source: health
        expression: '^$'

Instead:
    - regex:
        expression: 'GET (?P<health>/health)?'
    - drop:
        source: health
        expression: '^/health$'

Flagged:
    - sampling: {}

Instead:
    - sampling:
        rate: 0.25

Source: Promtail 3.0, drop stage (a JSON null counts as there) and sampling stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from obs.checks.base import Finding, lint
from obs.graph.log_stages import LogStage
from obs.graph.subject import Subject
from obs.lang import re2
from obs.lang.error import LanguageError

_OTHERS = ("value", "expression", "older_than", "longer_than")


@lint("error")
def drops_everything(subject: Subject) -> Iterator[Finding]:
    """What can be told from the stage and those before it."""
    for stages in subject.log_stages:
        for number, stage in enumerate(stages):
            why = _why(stage, stages[:number])
            if why:
                yield Finding(
                    f"{stage.title} drops {why}",
                    stage.at(),
                    fix="give it a rate above 0"
                    if stage.kind == "sampling"
                    else "say which value is meant: value:",
                    object=stage.title,
                )


def _why(stage: LogStage, before: Sequence[LogStage]) -> str:
    if stage.kind == "sampling":
        return "every line: its rate is 0" if stage.option("rate") in (None, 0, 0.0) else ""
    if stage.kind != "drop":
        return ""
    source = stage.option("source")
    if not isinstance(source, str) or stage.before is None:
        return ""
    if all(stage.option(name) is None for name in _OTHERS):
        return _after_json(source, before)
    expression = stage.option("expression")
    alone = stage.option("older_than") is None and stage.option("longer_than") is None
    extracted = stage.extracted
    never = extracted is not None and not extracted.may_have(source)
    if isinstance(expression, str) and alone and never and _matches_nothing(expression):
        return f"every line: nothing extracts {source}, and {expression} matches what is missing"
    return ""


def _after_json(source: str, before: Sequence[LogStage]) -> str:
    for stage in before:
        expressions = stage.option("expressions")
        if stage.kind == "json" and isinstance(expressions, Mapping) and source in expressions:
            return (
                f"every line of JSON: {source} is extracted from each of them, empty where the line has none"
            )
    return ""


def _matches_nothing(expression: str) -> bool:
    try:
        return re2.matches_empty(expression, anchored=False)
    except LanguageError:
        return False
