"""A template stage prints a value that no earlier stage extracts: the text gets `<no value>` in it.

Flagged:
    - regex:
        expression: 'user=(?P<user>\\w+)'
    - template:
        source: who
        template: '{{ .usr }}@{{ .namespace }}'

Instead:
    - regex:
        expression: 'user=(?P<user>\\w+)'
    - template:
        source: who
        template: '{{ .user }}@{{ .namespace }}'

Source: Promtail 3.0, template stage: Go's text/template over a map, in which a missing key prints so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from obs.checks.base import Finding, lint
from obs.graph.log_stages import LogStage
from obs.graph.subject import Subject

_PRINTED = re.compile(r"\{\{-?\s*\.([A-Za-z_]\w*)\s*-?\}\}")
_GIVEN = frozenset({"Value", "Entry"})


@lint("warning")
def template_prints_no_value(subject: Subject) -> Iterator[Finding]:
    """Actions that print one name and nothing else."""
    for stages in subject.log_stages:
        for stage in stages:
            text = stage.option("template")
            extracted = stage.extracted
            if stage.kind != "template" or not isinstance(text, str) or extracted is None:
                continue
            for name in dict.fromkeys(_PRINTED.findall(text)):
                if name not in _GIVEN and not extracted.may_have(name):
                    yield _finding(stage, name, sorted(extracted.maybe))


def _finding(stage: LogStage, name: str, known: list[str]) -> Finding:
    close = get_close_matches(name, known, 1, 0.6)
    return Finding(
        f"{stage.title} prints {name}, which no earlier stage extracts: it prints <no value>",
        stage.at("template"),
        fix=f"did you mean {close[0]}?"
        if close
        else f"{{{{ if .{name} }}}}...{{{{ end }}}}, or extract it first",
        excerpt=stage.excerpt("template"),
        object=stage.title,
        evidence="certain" if stage.kubernetes else "likely",
    )
