"""A pipeline stage that can change nothing.

A regex stage writes only its named groups, and never filters; a replace stage replaces only what its groups capture.

Flagged:
    - regex:
        expression: ' ERROR [0-9]+ --- '

Instead:
    - regex:
        expression: ' (?P<level>ERROR) [0-9]+ --- '

Flagged:
    - replace:
        expression: 'password=\\S+'
        replace: 'password=***'

Instead:
    - replace:
        expression: 'password=(\\S+)'
        replace: '***'

Source: Promtail 3.0, regex and replace stages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.log_stages import LogStage
from obs.graph.subject import Subject
from obs.lang import re2
from obs.lang.error import LanguageError

_GROUP = re.compile(r"(?<!\\)(?:\\\\)*\((?!\?)|\(\?P<")


@lint("warning")
def dead_stage(subject: Subject) -> Iterator[Finding]:
    """Regex without a named group, replace without any group."""
    for stages in subject.log_stages:
        for stage in stages:
            expression = stage.option("expression")
            if stage.kind == "regex" and isinstance(expression, str) and _is_nameless(expression):
                yield _finding(
                    stage,
                    "names no group, so it extracts nothing; and a regex stage filters nothing",
                    "name what is wanted (?P<name>...), or put the pattern into a match stage's selector",
                )
            if stage.kind == "replace" and isinstance(expression, str) and not _GROUP.search(expression):
                yield _finding(
                    stage,
                    "has no group, and only what groups capture is replaced: nothing is",
                    f"put what is to be replaced into a group: ({expression})",
                )


def _is_nameless(expression: str) -> bool:
    try:
        return not re2.named_groups(expression)
    except LanguageError:
        return False


def _finding(stage: LogStage, problem: str, fix: str) -> Finding:
    return Finding(
        f"{stage.title} {problem}",
        stage.at("expression"),
        fix=fix,
        excerpt=stage.excerpt("expression"),
        object=stage.title,
    )
