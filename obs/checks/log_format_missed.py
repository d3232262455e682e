"""A pattern sees some of the ways in which a program writes a line, and not the others.

An upgrade of Spring Boot, tracing, colours or structured logging changes the line. The pattern then matches nothing,
without a word: a counter stays at zero, and the alert on it is silent.

Flagged:
    - cri: {}
    - match:
        selector: '{namespace=~".+"} |~ "[0-9] ERROR [0-9]+ --- .[a-z]+-[a-z0-9-]+. "'
        stages:
          - metrics:
              error_lines_total:
                type: Counter
                description: ERROR lines.
                config: {match_all: true, action: inc}

Instead:
    - cri: {}
    - decolorize: {}
    - match:
        selector: '{namespace=~".+"} |~ " ERROR [0-9]+ --- |\\"(log.)?level\\": ?\\"ERROR\\"|\\"_level_name\\": ?\\"ERROR\\""'
        stages:
          - metrics:
              error_lines_total:
                type: Counter
                description: ERROR lines.
                config: {match_all: true, action: inc}

Source: Spring Boot 2.7 to 3.5, console patterns and structured formats; Reactor Netty, access log. Each line is sent
through Promtail's own stages, emulated.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.log_survival import COLOUR, LogPattern, formats, log_patterns
from obs.graph.subject import Subject


@lint("info")
def log_format_missed(subject: Subject) -> Iterator[Finding]:
    """A warning where another form that the same program writes in plain text is missed."""
    uncoloured = any(stage.kind == "decolorize" for stages in subject.log_stages for stage in stages)
    for pattern in log_patterns(subject):
        missed = pattern.missed
        if not missed or (missed == (COLOUR,) and uncoloured and not pattern.of_stage):
            continue
        yield Finding(
            f"{pattern.title} sees {len(pattern.seen)} of {len(formats(pattern.family))} forms of "
            f"{'an ERROR line of Spring Boot' if pattern.family == 'error' else 'a line of the access log'}",
            pattern.origin,
            why=f"not: {', '.join(missed)}",
            fix=_fix(pattern),
            excerpt=pattern.excerpt,
            object=pattern.title,
            evidence="likely",
            severity="warning" if pattern.misses_its_own else None,
            cause="" if pattern.of_stage else f"{pattern.family} {missed}",
        )


def _fix(pattern: LogPattern) -> str:
    if pattern.family == "access":
        return "let the date, the length and what stands before be anything"
    if pattern.missed == (COLOUR,):
        return "decolorize: {} before it, where colours are on"
    return r'match " ERROR [0-9]+ --- " and the JSON forms: "(log\.)?level": ?"ERROR"'
