"""An alert leads to a panel that shows none of its metrics.

Whoever follows the link does not see what is wrong.

Flagged:
    dashboard = Dashboard(
        uid="shop",
        title="Shop",
        data=prometheus,
        rows=[[stat("Errors", "sum(errors_total)", unit="short"), stat("Targets", "sum(up)", unit="short")]],
    )
    down = Alert(
        "Down", expr="up == 0", summary="A target is down", description="It is.", dashboard=dashboard, panel="Errors"
    )

Instead:
    dashboard = Dashboard(
        uid="shop",
        title="Shop",
        data=prometheus,
        rows=[[stat("Errors", "sum(errors_total)", unit="short"), stat("Targets", "sum(up)", unit="short")]],
    )
    down = Alert(
        "Down", expr="up == 0", summary="A target is down", description="It is.", dashboard=dashboard, panel="Targets"
    )

Source: Grafana 11: `__panelId__` names the panel to open for an alert.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.dashboard_links import linked_panel
from obs.graph.parts import parts
from obs.graph.subject import Subject
from obs.lang import promql
from obs.lang.error import LanguageError

_DEEPEST = 5
"""Records of records that are followed."""


@lint("warning")
def alert_links_to_other_metric(subject: Subject) -> Iterator[Finding]:
    """Panels of PromQL alone; records count as what they are calculated from."""
    for alert in subject.alerts:
        found = linked_panel(subject, alert)
        if found is None or alert.parts is None or not found[1].queries:
            continue
        panel = found[1]
        if any(query.language != "promql" for query in panel.queries):
            continue
        mine = _calculated(subject, alert.parts.metrics)
        shown = {one for query in panel.queries for one in _metrics(query.text)}
        if mine and shown and not mine & _calculated(subject, frozenset(shown)):
            yield Finding(
                f"{alert} leads to panel {panel.title!r}, which shows none of its metrics",
                alert.origin,
                f"the alert reads {', '.join(sorted(alert.parts.metrics))}; the panel {', '.join(sorted(shown))}",
                "lead to a panel that shows what the alert measures",
                also=((panel.origin, "the panel"),) if panel.origin is not None else (),
                object=alert.title,
                evidence="likely",
            )


def _metrics(text: str) -> frozenset[str]:
    try:
        return parts(promql.check(text, grafana=True).tree).metrics
    except LanguageError:
        return frozenset()


def _calculated(subject: Subject, metrics: frozenset[str], depth: int = 0) -> frozenset[str]:
    found = set(metrics)
    for name in metrics if depth < _DEEPEST else ():
        for rule in subject.recorded.get(name, ()):
            if rule.parts is not None:
                found |= _calculated(subject, rule.parts.metrics - {name}, depth + 1)
    return frozenset(found)
