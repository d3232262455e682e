"""A query inside a template that does not work.

The message holds an error instead of its text, or a hole where the label should be; nobody sees it before it is sent.

Flagged:
    - alert: Down
      expr: up == 0
      annotations:
        summary: '{{ with query "sum(up" }}{{ . | first | value }}{{ end }} are up'

Instead:
    - alert: Down
      expr: up == 0
      annotations:
        summary: '{{ with query "sum(up)" }}{{ . | first | value }}{{ end }} are up'

Flagged:
    - alert: Down
      expr: up == 0
      annotations:
        summary: '{{ with query "sum(up)" }}{{ . | first | label "instance" }}{{ end }}'

Instead:
    - alert: Down
      expr: up == 0
      annotations:
        summary: '{{ with query "sum by (instance) (up)" }}{{ . | first | label "instance" }}{{ end }}'

Source: Prometheus 2.55, template functions `query` and `label`; pint's alerts/template finds the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Rule, Subject
from obs.lang import promql
from obs.lang.error import LanguageError
from obs.lang.gotemplate import Template
from obs.lang.gotemplate.reads import Read
from obs.lang.promql.flow import flow

_VERB = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[a-zA-Z%]")
_ARGUMENTS = ("x", "1", "5m")
"""What printf may be given where the query is right with it: a name or value, a number, a duration."""


@lint("error", alone=True)
def template_query_invalid(subject: Subject) -> Iterator[Finding]:
    """Queries that are written as they are, or from a format of printf that no argument can make right."""
    for alert in subject.alerts:
        for text, template in alert.templates.items():
            if template.queries:
                yield from _of_template(alert, text, template)


def _of_template(alert: Rule, text: str, template: Template) -> Iterator[Finding]:
    for read in template.queries:
        try:
            query = _checked(alert, read)
        except LanguageError as error:
            yield Finding.in_rule(
                alert,
                f"{alert}: the query in {text.partition(':')[2]} fails: {error.message}",
                (read.start, read.end),
                text=text,
                fix="write a query that Prometheus takes",
            )
            return
        if len(template.queries) > 1:
            continue
        labels = flow(query.tree)
        for label in template.reads:
            if (
                label.kind == "query label"
                and label.name
                and labels.live
                and labels.state(label.name) == "excluded"
            ):
                why = labels.live[0].why(label.name)
                yield Finding.in_rule(
                    alert,
                    f"{alert}: the query in {text.partition(':')[2]} has no label {label.name}",
                    (label.start, label.end),
                    text=text,
                    why=why.text if why is not None else "",
                    fix=f"keep {label.name} in the query",
                    severity="warning",
                )


def _checked(alert: Rule, read: Read) -> promql.Query:
    """Raises LanguageError where the query is wrong whatever printf is given."""
    text = read.name or ""
    tries = [_VERB.sub(argument, text) for argument in _ARGUMENTS] if read.of == "printf" else [text]
    refused: list[LanguageError] = []
    for query in tries:
        try:
            return promql.check(query, version=alert.version, features=alert.features)
        except LanguageError as error:
            refused.append(error)
    raise refused[0]
