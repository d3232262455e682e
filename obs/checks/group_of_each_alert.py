"""A route to a chat makes a message of each alert by itself.

`group_by: ['...']` switches grouping off. Discord takes about five messages in two seconds; Alertmanager does not try
again when it is refused for that (429), so in a large outage the alerts that matter are among those that are lost.

Flagged:
    route:
      receiver: discord
      group_by: ['...']
    receivers:
      - name: discord
        discord_configs: [{webhook_url: "https://discord.example/"}]

Instead:
    route:
      receiver: discord
      group_by: [alertname, namespace]
    receivers:
      - name: discord
        discord_configs: [{webhook_url: "https://discord.example/"}]

Source: Alertmanager 0.28, `group_by` and its Discord integration, which retries only on 5xx.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("warning")
def group_of_each_alert(subject: Subject) -> Iterator[Finding]:
    """Discord and Slack, whose senders do not retry."""
    if subject.alertmanager is None or subject.route is None:
        return
    for node in subject.route.walk():
        receiver = subject.alertmanager.receiver(node.receiver)
        if node.group_by is None and (receiver.discord or receiver.others.get("slack_configs")):
            yield Finding(
                f"the route to {node.receiver} sends a message for each single alert, and what is refused is lost",
                subject.route_origin(node),
                fix="group_by: [alertname, namespace]",
                object=f"route {node.receiver}",
            )
