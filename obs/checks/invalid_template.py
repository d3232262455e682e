"""A Go template that Prometheus or Alertmanager cannot read.

Prometheus refuses the rule file; Alertmanager refuses its whole configuration, or fails at each message.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from obs.checks.base import check
from obs.diagnostic import Diagnostic, Excerpt
from obs.graph.program import Program
from obs.lang import gotemplate
from obs.lang.error import LanguageError, Unsupported
from obs.model.route import Discord
from obs.origin import Origin

Kind = Literal["prometheus", "alertmanager"]


@check()
def invalid_template(program: Program) -> Iterator[Diagnostic]:
    """Labels and annotations of every alert, title and body of every message."""
    for alert in program.definitions.alerts:
        texts = {**program.annotations.get(alert.name, {}), **alert.labels}
        for name, text in texts.items():
            yield from _problem(text, "prometheus", f"{alert}: {name}", alert.origin)
    for route in program.definitions.routes:
        for receiver in route.receivers():
            if isinstance(receiver, Discord):
                message = receiver.message
                yield from _problem(message.title, "alertmanager", f"{receiver}: title", message.origin)
                yield from _problem(message.body, "alertmanager", f"{receiver}: body", message.origin)


def _problem(text: str, kind: Kind, what: str, at: Origin) -> Iterator[Diagnostic]:
    try:
        gotemplate.check(text, kind)
    except Unsupported:
        return
    except LanguageError as error:
        yield Diagnostic(
            "invalid-template",
            f"{what} is not a template: {error.message}",
            at,
            excerpt=Excerpt(text, error.start, error.end),
        )
