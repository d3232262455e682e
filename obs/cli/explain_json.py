"""The story of an alert as JSON; durations are seconds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from obs.cli.output import plain
from obs.redact import redact
from obs.report.text import where

if TYPE_CHECKING:
    from obs.cli.route import Delivery
    from obs.diagnostic import Diagnostic
    from obs.graph.alert_story import Story, Told
    from obs.graph.timing import Step, Timing


def story_document(
    told: Story, arriving: Sequence[Delivery], findings: Sequence[Diagnostic], root: Path
) -> dict[str, object]:
    """Every fact of the text, and no words but those of reasons."""
    alert = told.alert
    messages = {one.node.path: one for one in arriving}
    return {
        "alert": alert.name,
        "at": where(alert.origin, root),
        "group": alert.group,
        "expr": alert.expr,
        "labels": dict(alert.labels),
        "metrics": [
            {
                "name": origin.metric,
                "about": origin.about,
                "idle": origin.idle or None,
                "from": [
                    {"id": edge.source, "kind": edge.kind, "evidence": edge.evidence, "why": edge.why}
                    for edge in origin.ways
                ],
            }
            for origin in told.origins
        ],
        "fires": _timing(told.timing),
        "receivers": [_told(one, messages.get(one.node.path)) for one in told.told],
        "sample": {
            "labels": dict(told.sample.labels),
            "annotations": {name: redact(text) for name, text in told.sample.annotations.items()},
            "value": told.sample.value,
            "problems": list(told.sample.problems),
        },
        "links": [{"id": edge.source, "why": edge.why} for edge in told.links],
        "muted_by": [
            {
                "source": list(map(str, muting.rule.source)),
                "equal": list(muting.rule.equal),
                "alerts": list(muting.by),
            }
            for muting in told.muted
        ],
        "findings": [plain(finding, root) for finding in findings],
    }


def _told(one: Told, arriving: Delivery | None) -> dict[str, object]:
    node = one.node
    return {
        "receiver": node.receiver,
        "route": list(node.path),
        "matchers": list(map(str, node.matchers)),
        "depends_on": list(map(str, one.depends)),
        "tells_somebody": one.somebody,
        "group_by": sorted(node.group_by) if node.group_by is not None else ["..."],
        "group_wait": node.group_wait / 1000,
        "group_interval": node.group_interval / 1000,
        "repeat_interval": node.repeat_interval / 1000,
        "tells_end": one.resolves,
        "timing": _timing(one.timing),
        "end": _timing(one.end),
        "messages": [
            {"title": message.title, "description": message.description, "arrives": message.arrives}
            for message in (arriving.messages if arriving is not None else ())
        ],
    }


def _timing(timing: Timing) -> dict[str, object]:
    return {
        "steps": [_step(step) for step in timing.steps],
        "fires": _step(timing.fires),
        "group": _step(timing.group) if timing.group is not None else None,
        "heard": _step(timing.heard) if timing.group is not None else None,
        "heard_in_open_group": _step(timing.heard_again) if timing.reopened is not None else None,
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "name": step.name,
        "best": step.best / 1000,
        "typical": step.typical / 1000,
        "worst": step.worst / 1000,
        "why": step.why,
        "assumed": step.assumed,
    }
