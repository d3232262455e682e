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

Flagged:
    route: {receiver: discord}
    receivers:
      - name: discord
        discord_configs:
          - webhook_url_file: /etc/alertmanager/discord
            title: "{{ .CommonAnnotations.summary }}"
            message: "{{ .CommonAnnotations.description }}"

Instead:
    route: {receiver: discord}
    receivers:
      - name: discord
        discord_configs:
          - webhook_url_file: /etc/alertmanager/discord
            title: "{{ .GroupLabels.alertname }}"
            message: "{{ range .Alerts }}{{ or .Annotations.summary .Labels.alertname }} {{ end }}"

An integration for another service is the same to Discord, which finds no text of its own form in what it gets.

Flagged:
    route: {receiver: discord}
    receivers:
      - name: discord
        webhook_configs: [{url: "https://discord.com/api/webhooks/1/not-a-real-token"}]

Instead:
    route: {receiver: discord}
    receivers:
      - name: discord
        discord_configs: [{webhook_url_file: /etc/alertmanager/discord}]

Source: Discord, message embeds; Alertmanager 0.28, discord_config.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from obs.checks.base import Finding, also_of_files, check
from obs.diagnostic import Diagnostic, Evidence, Severity
from obs.graph.document import origin_of
from obs.graph.program import Program
from obs.graph.sample_messages import ANNOTATIONS, LABELS, group
from obs.graph.subject import Subject
from obs.lang.error import LanguageError
from obs.model.route import Discord, Message

if TYPE_CHECKING:
    from obs.graph.integrations import Integration

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
            bare = [render_message(text, group(1, status, {}, {})) for status in ("firing", "resolved")]
            crowd = render_message(text, group(40, "firing", LABELS, ANNOTATIONS, resolved=40))
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


@also_of_files(empty_message)
def in_files(subject: Subject) -> Iterator[Finding]:
    """Every integration of a receiver that posts to Discord, or says that it does."""
    from obs.graph.integrations import integrations

    for one in integrations(subject):
        if one.kind == "discord":
            yield from _blank(one, "message")
        elif one.kind == "slack" and one.to_discord:
            if not one.address.rstrip("/").endswith("/slack"):
                yield _foreign_form(one, "a Slack message", "certain", "end the address in /slack, or use")
            else:
                yield from _blank(one, "text")
        elif one.kind == "webhook" and one.to_discord:
            yield _foreign_form(one, "Alertmanager's own JSON", "certain", "use")
        elif one.kind == "webhook" and "discord" in one.secret.lower() and not one.address:
            yield _foreign_form(one, "Alertmanager's own JSON", "likely", "use")


def _foreign_form(one: Integration, what: str, evidence: Evidence, fix: str) -> Finding:
    key = "discordConfigs" if one.by_operator else "discord_configs"
    excerpt = one.document.key(*one.path[:-1])
    return Finding(
        f"{one.receiver} posts {what} to Discord, which refuses it as an empty message (400)",
        one.document.at(*one.path),
        why=f"it goes to the webhook in Secret {one.secret}" if evidence == "likely" else "",
        fix=f"{fix} {key}",
        excerpt=excerpt,
        object=f"receiver {one.receiver}",
        evidence=evidence,
        severity="warning" if evidence == "likely" else None,
    )


def _blank(one: Integration, field: str) -> Iterator[Finding]:
    """One for a body that is empty for a bare alert, or for two whose annotations differ."""
    from obs.lang.gotemplate.render import render_message

    body, title = one.text(field), one.text("title")
    if body is None or (one.text("content") or "").strip():
        return
    apart = group(2, "firing", {}, {})
    try:
        bodies = [render_message(body, data) for data in (apart, group(1, "firing", LABELS, ANNOTATIONS))]
        titled = title is None or bool(render_message(title, apart).strip())
    except LanguageError:
        return  # said by invalid-template
    if bodies[0].strip():
        return
    always = not bodies[1].strip()
    defaulted = one.by_operator and not body
    severity: Severity = "warning" if titled or defaulted or not always else "error"
    excerpt = one.document.excerpt(*one.path, field) or one.document.key(*one.path, field)
    yield Finding(
        f"{one.receiver}: the {field} is empty"
        + (
            ", and Discord refuses an empty message"
            if always
            else " for alerts without annotations in common"
        ),
        origin_of(excerpt) or one.document.at(*one.path, field),
        why="prometheus-operator 0.77 sends Alertmanager's default text in its place"
        if defaulted
        else "Discord answers 400 when title and message are empty, and nobody is told",
        fix="range over .Alerts and show {{ or .Annotations.summary .Labels.alertname }}",
        excerpt=excerpt,
        object=f"receiver {one.receiver}",
        severity=severity,
    )
