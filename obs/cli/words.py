"""What `obs explain` prints, as sections, for pages that wrap their own lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from obs.cli.explain import deliveries, sections
from obs.cli.terminal import unwrapped
from obs.graph.alert_story import story
from obs.graph.subject import Rule, Subject
from obs.graph.whole import Graph
from obs.site.words import Section


def words(subject: Subject, graph: Graph, node: str, rule: Rule) -> Sequence[Section]:
    """The story of an alert."""
    root = subject.program.settings.root if subject.program is not None else Path.cwd()
    told = story(subject, graph, rule, node)
    with unwrapped():
        return [
            Section(title, tuple(lines), title == "When it fires")
            for title, lines in sections(subject, graph, told, deliveries(subject, told), None, root)
        ]
