"""A Go template that Prometheus or Alertmanager cannot read.

Prometheus refuses the rule file; Alertmanager refuses its whole configuration, or fails at each message.

Flagged:
    - alert: Errors
      expr: rate(errors_total[5m]) > 1
      annotations:
        summary: "{{ $lables.pod }} logs errors"

Instead:
    - alert: Errors
      expr: rate(errors_total[5m]) > 1
      annotations:
        summary: "{{ $labels.pod }} logs errors"

Where a function is given what it cannot take, each message holds an error instead of its text.

Flagged:
    - alert: Errors
      expr: rate(errors_total[5m]) > 1
      annotations:
        summary: "{{ $value | first }} errors"

Instead:
    - alert: Errors
      expr: rate(errors_total[5m]) > 1
      annotations:
        summary: "{{ $value | humanize }} errors"

Source: Prometheus 2.55, alerting rules; Go, text/template: an undefined variable is an error of the parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from obs.checks.base import Finding, also_of_files, check, found_by
from obs.diagnostic import Diagnostic, Excerpt
from obs.graph.document import origin_of
from obs.graph.integrations import integrations
from obs.graph.program import Program
from obs.graph.subject import Rule, Subject
from obs.lang import gotemplate
from obs.lang.error import LanguageError, Unsupported
from obs.model.route import Discord
from obs.origin import Origin

_TEXTS = ("title", "message", "text", "pretext", "fallback", "html", "body", "description")
"""Fields of integrations that Alertmanager fills in as templates."""
_OTHERS = re.compile(r"\{\{-?\s*(?:template|block|define)\b")
"""Templates of other files, which are not at hand."""
Kind = Literal["prometheus", "alertmanager"]


_OF_NUMBER = re.compile(
    r"(?:\$value|\.Value)\s*\|\s*((?:first|label|value|strvalue|sortByLabel|query|title|toUpper|toLower|match"
    r"|reReplaceAll|graphLink|tableLink|safeHtml|parseDuration|stripPort|stripDomain|urlQueryEscape)\b)"
)
"""Functions of samples and of texts, given the value of the alert. Source: Prometheus 2.55, template functions."""


@check()
def invalid_template(program: Program) -> Iterator[Diagnostic]:
    """Labels and annotations of every alert, title and body of every message."""
    for found in _in_program(program):
        yield found_by(invalid_template, found)


def _in_program(program: Program) -> Iterator[Finding]:
    for alert in program.definitions.alerts:
        texts = {**program.annotations.get(alert.name, {}), **alert.labels}
        for name, text in texts.items():
            yield from _problem(Excerpt(text, 0, 0), "prometheus", f"{alert}: {name}", alert.origin)
    for route in program.definitions.routes:
        for receiver in route.receivers():
            if isinstance(receiver, Discord):
                message = receiver.message
                for what, text in (("title", message.title), ("body", message.body)):
                    yield from _of_message(Excerpt(text, 0, 0), f"{receiver}: {what}", message.origin)


@also_of_files(invalid_template, alone=True)
def in_files(subject: Subject) -> Iterator[Finding]:
    """Labels and annotations of every alert, those of Loki's ruler included."""
    for rule in (*subject.rules, *subject.log_rules):
        if rule.kind != "alert":
            continue
        for kind, texts in (("annotation", rule.annotations), ("label", rule.labels)):
            for name, text in texts.items():
                if "{{" in text:
                    whole = rule.excerpt(0, 0, f"{kind}:{name}")
                    yield from _problem(whole, "prometheus", f"{rule}: {name}", rule.origin, f"alert {rule}")
                    yield from _not_a_number(rule, kind, name, text)
    for one in integrations(subject):
        for name in _TEXTS:
            whole_text = one.document.excerpt(*one.path, name)
            if whole_text is not None and "{{" in whole_text.text:
                what, at = f"{one.receiver}: {name}", origin_of(whole_text) or one.document.at(*one.path)
                yield from _of_message(replace(whole_text, end=0), what, at, f"receiver {one.receiver}")


def _not_a_number(rule: Rule, kind: str, name: str, text: str) -> Iterator[Finding]:
    found = _OF_NUMBER.search(text)
    if found is not None and "query" not in text[: found.start()]:
        yield Finding.in_rule(
            rule,
            f"{rule}: {name} fails in each message: {found[1]} does not take a number",
            found.span(1),
            text=f"{kind}:{name}",
            fix="write humanize, or printf",
        )


def _of_message(whole: Excerpt, what: str, at: Origin, owner: str = "") -> Iterator[Finding]:
    """One that is no template, or that fails for an ordinary group of alerts: then nothing is sent at all."""
    from obs.graph.sample_messages import ANNOTATIONS, LABELS, group
    from obs.lang.gotemplate.render import render_message

    problems = list(_problem(whole, "alertmanager", what, at, owner))
    yield from problems
    if problems or "{{" not in whole.text or _OTHERS.search(whole.text):
        return
    try:
        render_message(whole.text, group(2, "firing", LABELS, ANNOTATIONS, resolved=1))
    except Unsupported:
        return
    except LanguageError as error:
        yield Finding(
            f"{what} fails for every group of alerts: {error.message}",
            at,
            excerpt=Excerpt(whole.text, error.start, error.end, whole.place),
            object=owner,
        )


def _problem(whole: Excerpt, kind: Kind, what: str, at: Origin, owner: str = "") -> Iterator[Finding]:
    try:
        gotemplate.check(whole.text, kind)
    except Unsupported:
        return
    except LanguageError as error:
        yield Finding(
            f"{what} is not a template: {error.message}",
            at,
            excerpt=Excerpt(whole.text, error.start, error.end, whole.place),
            object=owner,
        )
