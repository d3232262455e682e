"""The whole program: every definition of a project, linked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from obs.graph.rule_order import in_order
from obs.model.dashboard import Dashboard
from obs.model.pipeline import Counter, Pipeline
from obs.model.query import Query
from obs.model.rule import Alert, ChartAlert, RecordingRule
from obs.model.service import Target
from obs.model.stack import Stack
from obs.project.collect import Definitions
from obs.project.settings import Settings
from obs.record import dataclass, field

if TYPE_CHECKING:
    from obs.model.panel import Panel

PanelIds = Mapping[str, Mapping[str, int]]
"""Dashboard uid, to panel key, to panel id."""


@dataclass(frozen=True)
class Program:
    """Definitions joined with each other. Passes return a new one; checks and emitters only ask."""

    settings: Settings
    definitions: Definitions
    stack: Stack
    panel_ids: PanelIds = field(default_factory=dict)
    annotations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Alert name, to all its annotations, generated links included."""

    @cached_property
    def dashboards(self) -> list[Dashboard]:
        """In order of uid, so that a moved file changes nothing."""
        return sorted(self.definitions.dashboards, key=lambda dashboard: dashboard.uid)

    @cached_property
    def placed(self) -> list[Dashboard]:
        """The same, with a place in the grid for every panel."""
        from obs.model.layout import placed

        return [placed(dashboard) for dashboard in self.dashboards]

    @property
    def pipeline(self) -> Pipeline | None:
        """The project's pipeline, if it has one."""
        return self.definitions.pipelines[0] if self.definitions.pipelines else None

    @cached_property
    def groups(self) -> dict[str, list[Alert | RecordingRule]]:
        """Rules by group: the one they name, else the name of their file.

        Order within a group is that of the file, but for records that another rule of the group reads: they come first.
        """
        found: dict[str, list[Alert | RecordingRule]] = {}
        rules: list[Alert | RecordingRule] = [
            *self.definitions.records,
            *_by_line(self.definitions.alerts),
        ]
        for rule in rules:
            found.setdefault(rule.group or _stem(rule.origin.file), []).append(rule)
        return {name: in_order(found[name]) for name in sorted(found)}

    @cached_property
    def rules(self) -> list[Alert | RecordingRule]:
        """Every rule that the chart will hold."""
        return [rule for group in self.groups.values() for rule in group]

    @cached_property
    def queries(self) -> list[tuple[Dashboard, Panel, Query]]:
        """Every query of every panel."""
        return [
            (dashboard, panel, query)
            for dashboard in self.dashboards
            for panel in dashboard.panels()
            for query in panel.queries
        ]

    def dashboard_of(self, alert: Alert) -> Dashboard | None:
        """The project's own dashboard that an alert links to; None for another's, or for none."""
        found = self.definitions.sources.get(id(alert.dashboard))
        return found if isinstance(found, Dashboard) else None

    def counters(self) -> Iterator[Counter]:
        """Every counter that the pipeline keeps."""
        if self.pipeline is not None:
            yield from self.pipeline.counters()

    def known_alerts(self) -> dict[str, Alert | ChartAlert]:
        """Alerts of this project and those declared as somebody else's."""
        alerts: list[Alert | ChartAlert] = [*self.definitions.alerts, *self.definitions.chart_alerts]
        return {alert.name: alert for alert in alerts}

    def targets_of(self, metric: str) -> list[Target]:
        """The targets that say they expose this metric, switched on or not."""
        return [target for target in self.definitions.targets if target.exposes_metric(metric)]


def _by_line(alerts: Sequence[Alert]) -> list[Alert]:
    """Those of one file in the order of their lines: an import elsewhere may have brought them in another."""
    files = {alert.origin.file for alert in alerts}
    by_line = sorted(alerts, key=lambda alert: alert.origin.line)
    ordered = {file: iter([alert for alert in by_line if alert.origin.file == file]) for file in files}
    return [next(ordered[alert.origin.file]) for alert in alerts]


def _stem(file: str) -> str:
    return file.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".py")
