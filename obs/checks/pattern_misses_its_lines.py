"""A pattern for the lines of Spring Boot or of its gateway's access log matches none of them, or not all.

What it counts stays at zero and what it extracts stays empty, as if nothing had happened. It is tried on lines in the
default formats: a pattern with ` --- ` on Spring Boot's console, one with the fields of a request on the access log of
Reactor Netty where a gateway is among the services.

Flagged:
    errors = Pattern(" EROR [0-9]+ --- ")
    count = Counter("error_lines_total", help="ERROR lines.", match_all=True)
    pipeline = Pipeline(cri(), match('{namespace=~".+"}', count, pattern=errors), honor_labels=True)

Instead:
    errors = Pattern(" ERROR [0-9]+ --- ")
    count = Counter("error_lines_total", help="ERROR lines.", match_all=True)
    pipeline = Pipeline(cri(), match('{namespace=~".+"}', count, pattern=errors), honor_labels=True)

Flagged:
    - regex: {expression: "(?P<level>[a-z]+) [0-9]+ --- "}
    - labels: {level: }

Instead:
    - regex: {expression: "(?P<level>[A-Z]+) [0-9]+ --- "}
    - labels: {level: }

Source: Spring Boot 3.4, Logback defaults.xml; Reactor Netty 1.1, AccessLogArgProviderH1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from obs.checks.base import Finding, also_of_files, check, found_by
from obs.diagnostic import Diagnostic, Excerpt
from obs.graph.log_survival import access_lines, console_lines
from obs.graph.pipeline_stages import pipeline_stages
from obs.graph.program import Program
from obs.graph.subject import Subject
from obs.lang import re2
from obs.lang.error import LanguageError
from obs.origin import Origin

_METHODS = frozenset(("method", "verb", "request_method"))
_STATUSES = frozenset(("status", "code", "status_code", "statuscode", "response_code"))


_FILTER = re.compile(r'\|~\s*("(?:[^"\\]|\\.)*")')


@check(severity="warning")
def pattern_misses_its_lines(program: Program) -> Iterator[Diagnostic]:
    """Every regular expression of the pipeline, at the step that it is used in."""
    if program.pipeline is None:
        return
    gateway = any(service.kind == "gateway" for service in program.definitions.services)
    told: set[str] = set()
    for path, text in _expressions(pipeline_stages(program.pipeline), ()):
        for found in _problems(text, program.pipeline.steps[int(path[0])].origin, gateway=gateway):
            if found.problem + text not in told:
                told.add(found.problem + text)
                yield found_by(pattern_misses_its_lines, found)


@also_of_files(pattern_misses_its_lines)
def in_files(subject: Subject) -> Iterator[Finding]:
    """Regex stages and line filters; what others log by itself is not known, Spring Boot's format is."""
    for pipeline in subject.pipelines:
        for path, text in _expressions(pipeline.stages, ()):
            for found in _problems(text, pipeline.at(*path), gateway=False):
                yield replace(found, excerpt=pipeline.excerpt(*path) or found.excerpt)


def _expressions(
    stages: Sequence[Any], path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for index, stage in enumerate(stages if len(path) < 150 else ()):
        for kind, options in stage.items() if isinstance(stage, Mapping) else ():
            if not isinstance(options, Mapping):
                continue
            if kind == "regex" and isinstance(options.get("expression"), str) and not options.get("source"):
                yield (*path, index, "regex", "expression"), options["expression"]
            if kind == "match":
                for text in _filters(str(options.get("selector"))):
                    yield (*path, index, "match", "selector"), text
            inner = options.get("stages") if kind == "match" else None
            if isinstance(inner, list):
                yield from _expressions(inner, (*path, index, "match", "stages"))


def _filters(selector: str) -> Iterator[str]:
    """The expressions of the line filters of a selector, which are quoted as in Go."""
    for quoted in _FILTER.findall(selector.partition("}")[2]):
        with suppress(ValueError):
            yield str(json.loads(quoted))


def _problems(text: str, at: Origin, *, gateway: bool) -> Iterator[Finding]:
    for part in _alternatives(text):
        if " --- " in part:
            yield from _tried(part, text, at, list(console_lines()), "Spring Boot's console", every=False)
    try:
        groups = set(re2.named_groups(text))
    except LanguageError:
        return
    if gateway and groups & _METHODS and groups & _STATUSES:
        yield from _tried(text, text, at, list(access_lines()), "the gateway's access log", every=True)


def _tried(
    part: str, text: str, at: Origin, lines: Sequence[str], what: str, *, every: bool
) -> Iterator[Finding]:
    try:
        regex = re2.compile(part)
    except LanguageError:
        return  # said by invalid-regex
    missed = [line for line in lines if not regex.test(line)]
    if not missed or (not every and len(missed) < len(lines)):
        return
    how = "no line" if len(missed) == len(lines) else "not every line"
    start = text.index(part)
    yield Finding(
        f"the pattern matches {how} of {what}",
        at,
        why=f"for one, it passes over: {missed[0]}",
        fix="mend it, and try it with `obs pipe`",
        excerpt=Excerpt(text, start, start + len(part)),
        evidence="likely",
        severity="warning",
    )


def _alternatives(pattern: str) -> list[str]:
    """The parts of a regular expression between its outermost `|`."""
    found, depth, in_class, start, index = [], 0, False, 0, 0
    while index < len(pattern):
        char = pattern[index]
        if char == "\\":
            index += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            found.append(pattern[start:index])
            start = index + 1
        index += 1
    return [*found, pattern[start:]]
