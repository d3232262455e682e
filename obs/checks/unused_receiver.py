"""A receiver with an integration that no route sends to: whoever set it up waits for messages that never come.

Flagged:
    route: {receiver: channel}
    receivers:
      - name: channel
        webhook_configs: [{url: "http://channel.example/"}]
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]

Instead:
    route:
      receiver: channel
      routes:
        - matchers: ['severity="critical"']
          receiver: pager
    receivers:
      - name: channel
        webhook_configs: [{url: "http://channel.example/"}]
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]

Source: Alertmanager 0.27, `receivers`: only those that a route names are ever used.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("warning")
def unused_receiver(subject: Subject) -> Iterator[Finding]:
    """Of files; a project's receivers are objects that its routes hold."""
    for routing in subject.routing_documents:
        if routing.root is None:
            continue
        used = {node.receiver for node in routing.root.walk()}
        for receiver in routing.receivers:
            if receiver.name and receiver.name not in used and receiver.integrations:
                yield Finding(
                    f"no route sends to receiver {receiver.name}",
                    routing.document.at(*receiver.path),
                    excerpt=routing.document.excerpt(*receiver.path, "name"),
                    fix=f"add a route with receiver: {receiver.name}, or remove it",
                    object=f"receiver {receiver.name}",
                )
