"""A repeat_interval that Alertmanager cannot keep.

Repeats are sent when a group is looked at, which is once in `group_interval`; and after the retention of its
notification log (120h unless it is set) Alertmanager has forgotten that it sent anything, and sends again.

Flagged:
    route: {receiver: pager, group_interval: 10m, repeat_interval: 5m}
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]

Flagged:
    route: {receiver: pager, repeat_interval: 2w}
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]

Instead:
    route: {receiver: pager, group_interval: 5m, repeat_interval: 4h}
    receivers:
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]

Source: Alertmanager 0.27 warns of both when it loads a configuration; `--data.retention` is 120h.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.lang import duration
from obs.lang.error import LanguageError
from obs.sim.routing.tree import Node

RETENTION = 120 * 3_600_000
"""Milliseconds. Source: Alertmanager 0.27, `--data.retention`; prometheus-operator's `retention` too."""


@lint("warning")
def repeat_interval_without_effect(subject: Subject) -> Iterator[Finding]:
    """Each route that sets one of the two itself."""
    if subject.alertmanager is None or subject.route is None:
        return
    retention = _retention(subject)
    for node, parent in _with_parents(subject.route, None):
        timing = (node.group_interval, node.repeat_interval)
        if parent is not None and timing == (parent.group_interval, parent.repeat_interval):
            continue
        problem = ""
        if node.repeat_interval < node.group_interval:
            problem = f"is shorter than its group_interval of {duration.render(node.group_interval)}, and has no effect"
        elif node.repeat_interval > retention:
            problem = (
                f"is longer than the {duration.render(retention)} that Alertmanager remembers what it sent"
            )
        if problem:
            yield Finding(
                f"repeat_interval {duration.render(node.repeat_interval)} of the route to {node.receiver} {problem}",
                subject.route_origin(node),
                fix=f"a value from {duration.render(node.group_interval)} to {duration.render(retention)}",
                object=f"route {node.receiver}",
            )


def _with_parents(node: Node, parent: Node | None) -> Iterator[tuple[Node, Node | None]]:
    yield node, parent
    for child in node.children:
        yield from _with_parents(child, node)


def _retention(subject: Subject) -> int:
    found: list[object] = [one.get("spec", "retention") for one in subject.of_kind("Alertmanager")]
    for values in subject.of_kind("values"):
        found.append(values.get("alertmanager", "alertmanagerSpec", "retention"))
        found.append(values.get("kube-prometheus-stack", "alertmanager", "alertmanagerSpec", "retention"))
    for text in found:
        if isinstance(text, str):
            try:
                return duration.parse(text)
            except LanguageError:
                continue
    return RETENTION
