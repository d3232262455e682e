"""A message that Discord gets cut, because it grows with each alert of its group.

Alertmanager cuts the title at 256 characters and the message at 4,096; what stands at the end is lost, links and runbooks
first. Before 0.27 it does not cut, and Discord refuses the whole message.

Flagged:
    route: {receiver: discord}
    receivers:
      - name: discord
        discord_configs:
          - webhook_url_file: /etc/alertmanager/discord
            title: '{{ range .Alerts }}{{ .Labels.alertname }} {{ .Labels.namespace }}/{{ .Labels.pod }}, {{ end }}'
            message: '{{ .CommonLabels.alertname }}'

Instead:
    route: {receiver: discord}
    receivers:
      - name: discord
        discord_configs:
          - webhook_url_file: /etc/alertmanager/discord
            title: '{{ .CommonLabels.alertname }}: {{ len .Alerts.Firing }}'
            message: '{{ range $i, $a := .Alerts }}{{ if lt $i 5 }}{{ $a.Labels.alertname }} {{ $a.Labels.pod }} {{ end }}{{ end }}'

Source: Discord, message embeds: 256, 4,096 and, for the content, 2,000 characters; Alertmanager 0.27, its Discord sender.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.routing_document import Path, RoutingDocument
from obs.graph.subject import Subject
from obs.lang.error import LanguageError

LIMITS = {"title": 256, "message": 4096, "content": 2000}
ORDINARY = 5
"""Alerts of a group that is nothing out of the way: a node with its pods."""
CROWD = 30


@lint("info")
def discord_message_cut(subject: Subject) -> Iterator[Finding]:
    """Texts that are written out; a warning where a handful of alerts is enough."""
    for routing in subject.routing_documents:
        for receiver in routing.receivers:
            for path, kind, given in receiver.integrations:
                if kind not in ("discord_configs", "discordConfigs"):
                    continue
                for name, limit in LIMITS.items():
                    text = given.get(name)
                    if isinstance(text, str) and "{{" in text:
                        yield from _finding(routing, (*path, name), receiver.name, text, limit)


def _finding(routing: RoutingDocument, path: Path, receiver: str, text: str, limit: int) -> Iterator[Finding]:
    try:
        if _length(text, CROWD) <= limit:
            return
        enough = next(count for count in range(1, CROWD + 1) if _length(text, count) > limit)
    except LanguageError:
        return  # said by invalid-template, or a template of another file
    yield Finding(
        f"the {path[-1]} of {receiver} is cut at {limit:,} characters with {enough} alert{'s' if enough > 1 else ''}",
        routing.document.at(*path),
        why="rendered with summaries of 80 and descriptions of 250 characters",
        fix="bound the list: {{ range $i, $a := .Alerts }}{{ if lt $i 5 }}...{{ end }}{{ end }}",
        object=f"receiver {receiver}",
        evidence="likely",
        severity="warning" if enough <= ORDINARY else None,
    )


def _length(text: str, count: int) -> int:
    from obs.lang.gotemplate.render import render_message
    from obs.sim.routing.message import Alert, message_data

    alerts = [
        Alert(
            {
                "alertname": "KubePodCrashLooping",
                "namespace": "community",
                "pod": f"community-6d4b75cb6d-{number:05d}",
                "instance": f"10.42.{number}.17:8080",
                "job": "kube-state-metrics",
                "severity": "warning",
            },
            {
                "summary": "s" * 80,
                "description": "d" * 250,
                "runbook_url": "https://runbooks.example/kubepodcrashlooping",
                "dashboard_url": "https://grafana.example/d/pods/pods?var-namespace=community",
            },
        )
        for number in range(count)
    ]
    return len(render_message(text, message_data(alerts, "discord", {"alertname": "KubePodCrashLooping"})))
