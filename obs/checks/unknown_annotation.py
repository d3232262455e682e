"""A message shows an annotation that no alert has.

The template shows nothing there, or leaves out the whole part that depends on it, and no program reports it.

Flagged:
    down = Alert("Down", expr="up == 0", summary="Down", description="A target is down.", runbook="Look at its log.")
    message = Message(title="{{ .Status }}", body="{{ range .Alerts }}{{ .Labels.alertname }}: {{ .Annotations.runbok }}{{ end }}")
    discord = Discord("discord", url=SecretKey("discord-webhook", key="url"), message=message)
    route = Route("monitoring-discord", default=discord, to={})

Instead:
    down = Alert("Down", expr="up == 0", summary="Down", description="A target is down.", runbook="Look at its log.")
    message = Message(title="{{ .Status }}", body="{{ range .Alerts }}{{ .Labels.alertname }}: {{ .Annotations.runbook }}{{ end }}")
    discord = Discord("discord", url=SecretKey("discord-webhook", key="url"), message=message)
    route = Route("monitoring-discord", default=discord, to={})

Source: Alertmanager 0.28, notification template reference: a map's absent key is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from obs.checks.base import check
from obs.diagnostic import Diagnostic, Excerpt
from obs.graph.program import Program
from obs.model.route import Discord, Message

CHART = frozenset(("description", "summary", "runbook_url", "message", "dashboard_url"))
"""Annotations of the alerts that kube-prometheus-stack ships."""
_READ = re.compile(r"\.(?:Common)?Annotations\.([A-Za-z_]\w*)")


@check(severity="warning")
def unknown_annotation(program: Program) -> Iterator[Diagnostic]:
    """Title and body of every message, beside the annotations of every alert."""
    known = CHART | {name for annotations in program.annotations.values() for name in annotations}
    if not program.annotations:
        return
    for route in program.definitions.routes:
        for receiver in route.receivers():
            if isinstance(receiver, Discord):
                for text in (receiver.message.title, receiver.message.body):
                    yield from _in(text, receiver.message, known, str(receiver))


def _in(text: str, message: Message, known: frozenset[str], receiver: str) -> Iterator[Diagnostic]:
    told: set[str] = set()
    for found in _READ.finditer(text):
        if found[1] in known or found[1] in told:
            continue
        told.add(found[1])
        close = get_close_matches(found[1], sorted(known), 1, 0.6)
        yield Diagnostic(
            "unknown-annotation",
            f"{receiver}: no alert has an annotation {found[1]}",
            message.origin,
            severity="warning",
            fix=f"did you mean {close[0]}?" if close else "give it to the alerts: annotations={...}",
            excerpt=Excerpt(text, found.start(1), found.end(1)),
            object=f"receiver {receiver}",
        )
