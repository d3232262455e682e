"""Everything that a subject holds as one graph, with typed edges and their evidence.

    graph = build(of_program(program))
    graph.below(["metric/node_cpu_seconds_total"])

Nothing is drawn before it is asked for; the same subject gives the same graph.
"""

from __future__ import annotations

from obs.graph.subject import Subject
from obs.graph.whole.names import Meant, meant
from obs.graph.whole.nodes import KINDS, Edge, Effect, Graph, Node, Reached

__all__ = ["KINDS", "Edge", "Effect", "Graph", "Meant", "Node", "Reached", "build", "meant"]


def build(subject: Subject) -> Graph:
    """The graph of a project's definitions, or of files that others wrote."""
    from obs.graph.whole import dashboards, files, pipeline, routes, rules
    from obs.graph.whole import labels as label_room
    from obs.graph.whole.sheet import Sheet

    sheet = Sheet(subject)
    rules.place_rules(sheet)
    pipeline.draw(sheet)
    rules.draw(sheet)
    routes.draw(sheet)
    labels = label_room.Labels(sheet)
    dashboards.draw(sheet, labels)
    rules.draw_targets(sheet)
    label_room.draw(sheet, labels)
    files.draw(sheet)
    return sheet.graph()
