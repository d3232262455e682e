"""An integration that speaks another language than the address that it posts to.

Slack and Microsoft Teams refuse the JSON of a plain webhook, and each other's. What Discord refuses: see
empty-message.

Flagged:
    route: {receiver: channel}
    receivers:
      - name: channel
        webhook_configs: [{url: "https://hooks.slack.com/services/T0/B0/abc"}]

Instead:
    route: {receiver: channel}
    receivers:
      - name: channel
        slack_configs: [{api_url_file: /etc/alertmanager/slack}]

Source: Slack, incoming webhooks (`invalid_payload`, `no_text`); Alertmanager 0.27, webhook payload.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject

_HOSTS = {
    "slack": re.compile(r"https?://hooks\.slack(?:-gov)?\.com/", re.IGNORECASE),
    "msteams": re.compile(r"https?://[\w.-]+\.(?:webhook\.office|logic\.azure)\.com[:/]", re.IGNORECASE),
}
_NAMES = {"slack": "Slack", "msteams": "Microsoft Teams"}
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
                            excerpt=routing.document.key(*path, name),
                            fix="use the integration of the service that is meant",
                            object=f"receiver {receiver.name}",
                        )


def _problem(kind: str, address: str) -> str:
    service = next((name for name, host in _HOSTS.items() if host.match(address)), "")
    speaks = kind.removesuffix("_configs").removesuffix("Configs")
    if not service or speaks.startswith(service):
        return ""
    return f"{_NAMES[service]} does not take what {kind} sends"
