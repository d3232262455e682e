"""A message whose lines YAML joins into one.

In a folded block (`>`), a line break becomes a space: the list of alerts is one long line.

Flagged:
    route: {receiver: channel}
    receivers:
      - name: channel
        slack_configs:
          - api_url_file: /etc/alertmanager/slack
            text: >-
              {{ range .Alerts }}
              - {{ .Annotations.summary }}
              {{ end }}

Instead:
    route: {receiver: channel}
    receivers:
      - name: channel
        slack_configs:
          - api_url_file: /etc/alertmanager/slack
            text: |-
              {{ range .Alerts }}
              - {{ .Annotations.summary }}
              {{ end }}

Source: YAML 1.2, section 8.1.3, folded style.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.formats.yaml_places import Scalar, find
from obs.graph.subject import Subject

_TEXTS = ("text", "message", "description", "body", "content", "html")


@lint("warning")
def message_lines_folded(subject: Subject) -> Iterator[Finding]:
    """Texts that go over several alerts."""
    for routing in subject.routing_documents:
        for receiver in routing.receivers:
            for path, _, given in receiver.integrations:
                for name in _TEXTS:
                    node = find(routing.document.root, (*path, name))
                    if name in given and isinstance(node, Scalar) and _folds(node):
                        yield Finding(
                            f"the {name} of receiver {receiver.name} is one line: `>` joins the lines of its list",
                            routing.document.at(*path, name),
                            fix="write `|-` for `>-`",
                            object=f"receiver {receiver.name}",
                        )


def _folds(node: Scalar) -> bool:
    return node.style == ">" and "range" in node.text and "\n" not in node.text.strip()
