"""A pipeline makes a label of a value that is different for almost every line.

Each value is a stream of its own in Loki, with chunks and an index entry; thousands of them make it slow and dear.

Flagged:
    - json:
        expressions: {trace_id: traceId}
    - labels:
        trace_id:

Instead:
    - json:
        expressions: {trace_id: traceId}
    - structured_metadata:
        trace_id:

Source: Loki, label best practices: use labels for what has few values, structured metadata for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from obs.checks.base import Finding, lint
from obs.graph.log_stages import LogStage
from obs.graph.subject import Subject

_MANY = re.compile(
    r"(?:trace|span|request|req|correlation|session|user|customer|order|transaction|tx|message|event|client)_?id"
    r"|uuid|guid|ip|ip_?addr(?:ess)?|(?:client|remote|source|src)_?(?:ip|addr|address|port)|remote_?addr"
    r"|path|uri|url|query|query_?string|referr?er|user_?agent|message|msg|line|body|content|log"
    r"|time|timestamp|ts|duration|latency|elapsed|took|bytes|size|email|token",
    re.IGNORECASE,
)


@lint("warning")
def high_cardinality_label(subject: Subject) -> Iterator[Finding]:
    """By the name of the label; silent where a later stage drops it again."""
    for stages in subject.log_stages:
        for number, stage in enumerate(stages):
            if stage.kind != "labels" or not isinstance(stage.options, Mapping):
                continue
            for name in map(str, stage.options):
                if _MANY.fullmatch(name.strip("_")) and not _dropped(stages[number:], name):
                    yield Finding(
                        f"label {name} makes a stream of its own for each of its many values",
                        stage.at(name),
                        fix="keep it as structured_metadata, or extract it in the query",
                        excerpt=stage.excerpt(name),
                        object=stage.title,
                        evidence="likely",
                    )


def _dropped(later: Sequence[LogStage], name: str) -> bool:
    return any(
        (stage.kind == "labeldrop" and isinstance(stage.options, list) and name in stage.options)
        or (stage.kind == "labelallow" and isinstance(stage.options, list) and name not in stage.options)
        or (stage.kind in ("pack", "structured_metadata") and name in _names(stage))
        for stage in later
    )


def _names(stage: LogStage) -> Sequence[object]:
    if stage.kind == "structured_metadata":
        return list(stage.options) if isinstance(stage.options, Mapping) else ()
    found = stage.option("labels")
    return found if isinstance(found, list) else ()
