"""An integration that speaks another language than the address that it posts to.

Discord answers 400, "Cannot send an empty message", to a plain webhook of Alertmanager and to Slack's form; the latter
it takes only at an address that ends in /slack.

Flagged:
    route: {receiver: discord}
    receivers:
      - name: discord
        webhook_configs: [{url: "https://discord.com/api/webhooks/1/abc"}]

Flagged:
    route: {receiver: discord}
    receivers:
      - name: discord
        slack_configs: [{api_url: "https://discord.com/api/webhooks/1/abc"}]

Instead:
    route: {receiver: discord}
    receivers:
      - name: discord
        discord_configs: [{webhook_url_file: /etc/alertmanager/discord}]

Source: Discord, execute webhook and its Slack-compatible variant; prometheus/alertmanager#3923.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject

_HOSTS = {
    "discord": re.compile(r"https?://(?:\w+\.)?discord(?:app)?\.com/", re.IGNORECASE),
    "slack": re.compile(r"https?://hooks\.slack(?:-gov)?\.com/", re.IGNORECASE),
    "msteams": re.compile(r"https?://[\w.-]+\.(?:webhook\.office|logic\.azure)\.com[:/]", re.IGNORECASE),
}
_ADDRESSES = ("url", "webhook_url", "api_url", "apiURL", "webhookURL")


@lint("error")
def chat_address_mismatch(subject: Subject) -> Iterator[Finding]:
    """Where the address stands in the file; it is never repeated."""
    for routing in subject.routing_documents:
        for receiver in routing.receivers:
            for path, kind, given in receiver.integrations:
                for name in _ADDRESSES:
                    address = given.get(name)
                    problem = _problem(kind, address) if isinstance(address, str) else ""
                    if problem:
                        yield Finding(
                            f"receiver {receiver.name}: {problem}",
                            routing.document.at(*path, name),
                            fix="use the integration of the service that is meant",
                            object=f"receiver {receiver.name}",
                        )


def _problem(kind: str, address: str) -> str:
    service = next((name for name, host in _HOSTS.items() if host.match(address)), "")
    speaks = kind.removesuffix("_configs").removesuffix("Configs")
    if not service or service == speaks or (service == "msteams" and speaks.startswith("msteams")):
        return ""
    if service == "discord" and speaks == "slack":
        plain = address.split("?", maxsplit=1)[0].rstrip("/")
        return (
            ""
            if plain.endswith("/slack")
            else "Discord takes Slack's form only at an address that ends in /slack"
        )
    names = {"discord": "Discord", "slack": "Slack", "msteams": "Microsoft Teams"}
    return f"{names[service]} does not take what {kind} sends"
