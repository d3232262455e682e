"""A message that can be empty, or longer than Discord takes.

Discord answers 400 to an empty message, and nobody is told; longer ones are cut by Alertmanager, links and all.

Flagged:
    message = Message(title="{{ .Status }}", body="{{ .CommonAnnotations.summary }}")
    discord = Discord("discord", url=SecretKey("discord-webhook", key="url"), message=message)
    route = Route("monitoring-discord", default=discord, to={})

Instead:
    message = Message(
        title="{{ .Status }}",
        body='{{ range $i, $a := .Alerts }}{{ if lt $i 5 }}{{ printf "%.300s" .Labels.alertname }} fires. {{ end }}{{ end }}',
    )
    discord = Discord("discord", url=SecretKey("discord-webhook", key="url"), message=message)
    route = Route("monitoring-discord", default=discord, to={})

Source: Discord, message embeds; Alertmanager 0.28, discord_config.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from obs.checks.base import check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program
from obs.lang.error import LanguageError
from obs.model.route import Discord, Message

if TYPE_CHECKING:
    from obs.lang.gotemplate.alertmanager import MessageData

TITLE = 256
BODY = 4096
"""Characters of an embed's title and description. Source: Discord, message embeds; Alertmanager 0.27 cuts there."""


@check()
def empty_message(program: Program) -> Iterator[Diagnostic]:
    """Render each message for an alert that has a name and nothing else, and for a crowd with everything."""
    for route in program.definitions.routes:
        for receiver in route.receivers():
            if isinstance(receiver, Discord):
                yield from _message(receiver.name, receiver.message)


def _message(name: str, message: Message) -> Iterator[Diagnostic]:
    from obs.lang.gotemplate.render import render_message

    for what, text, limit in (("title", message.title, TITLE), ("body", message.body, BODY)):
        try:
            bare = [render_message(text, _group(1, status, {}, {})) for status in ("firing", "resolved")]
            crowd = render_message(text, _group(40, "firing", LABELS, ANNOTATIONS, resolved=40))
        except LanguageError:
            continue  # said by invalid-template
        if what == "body" and not all(found.strip() for found in bare):
            yield Diagnostic(
                "empty-message",
                f"{name}: the body is empty for an alert that has no annotations, and Discord refuses it",
                message.origin,
                fix="show the alert's name where the summary is missing: "
                "{{ or .Annotations.summary .Labels.alertname }}",
            )
        if len(crowd) > limit:
            yield Diagnostic(
                "message-too-long",
                f"{name}: the {what} can reach {len(crowd):,} characters; Discord takes {limit:,}",
                message.origin,
                severity="warning",
                why="rendered for 40 firing and 40 resolved alerts with annotations of 1,000 characters",
                fix='bound each part, e.g. {{ printf "%.200s" .Annotations.description }}, and the number of alerts',
            )


LABELS = {"namespace": "n" * 63, "pod": "p" * 253, "instance": "i" * 100, "severity": "warning"}
ANNOTATIONS = dict.fromkeys(("summary", "description", "runbook", "runbook_url"), "가" * 1000) | {
    "dashboard_url": "http://grafana.example/d/" + "u" * 300
}


def _group(
    count: int, status: str, labels: Mapping[str, str], annotations: Mapping[str, str], resolved: int = 0
) -> MessageData:
    """A group of so many alerts that are alike, and of so many more that are over."""
    from obs.lang.gotemplate.alertmanager import AlertMessage, MessageData

    named = {"alertname": "Example", **labels}
    return MessageData(
        receiver="discord",
        status=status,
        alerts=[
            AlertMessage(
                status if number < count else "resolved", named, annotations, fingerprint=f"{number:016x}"
            )
            for number in range(count + resolved)
        ],
        group_labels={"alertname": "Example"},
        common_labels=named,
        common_annotations=annotations,
        external_url="http://alertmanager.example",
    )
