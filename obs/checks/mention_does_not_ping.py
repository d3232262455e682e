"""A mention stands where Discord shows it and tells nobody.

Discord pings for mentions in a message's `content` alone, never for those in an embed, which is where Alertmanager puts
title and message.

Flagged:
    route: {receiver: discord}
    receivers:
      - name: discord
        discord_configs:
          - webhook_url_file: /etc/alertmanager/discord
            message: '@here {{ .CommonLabels.alertname }}'

Instead:
    route: {receiver: discord}
    receivers:
      - name: discord
        discord_configs:
          - webhook_url_file: /etc/alertmanager/discord
            content: '@here'
            message: '{{ .CommonLabels.alertname }}'

Source: Discord, embeds and allowed mentions; Alertmanager 0.28 added `content`, prometheus-operator 0.82 took it over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.model.route import Discord

_MENTION = re.compile(r"@(?:here|everyone)\b|<@[!&]?[0-9]+>")


@lint("warning")
def mention_does_not_ping(subject: Subject) -> Iterator[Finding]:
    """Titles and messages of Discord integrations."""
    for routing in subject.routing_documents:
        for receiver in routing.receivers:
            for path, kind, given in receiver.integrations:
                if kind not in ("discord_configs", "discordConfigs"):
                    continue
                for name, text in _texts(given):
                    found = _MENTION.search(text)
                    if found and not _MENTION.search(str(given.get("content") or "")):
                        yield Finding(
                            f"{found.group()} in the {name} of {receiver.name} tells nobody",
                            routing.document.at(*path, name),
                            fix=f"content: '{found.group()}'",
                            object=f"receiver {receiver.name}",
                        )
    if subject.program is not None:
        yield from _of_program(subject)


def _texts(given: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name in ("title", "message"):
        text = given.get(name)
        if isinstance(text, str):
            yield name, text


def _of_program(subject: Subject) -> Iterator[Finding]:
    assert subject.program is not None
    for route in subject.program.definitions.routes:
        for receiver in route.receivers():
            if isinstance(receiver, Discord):
                message = receiver.message
                found = _MENTION.search(message.title) or _MENTION.search(message.body)
                if found:
                    yield Finding(
                        f"{found.group()} in the message of {receiver} tells nobody: Discord pings for no mention in an embed",
                        message.origin,
                        fix="leave it out: operator 0.77 cannot set the content, where it would ping",
                        object=f"receiver {receiver}",
                    )
