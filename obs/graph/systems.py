"""The systems of a project: what is scraped of each, which dashboards and alerts read it, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from obs.graph.off_by_default import claimed, setting
from obs.graph.program import Program
from obs.graph.queries import query_facts
from obs.model.dashboard import Dashboard
from obs.model.rule import Alert
from obs.model.service import Target
from obs.record import dataclass

State = Literal["on", "ready", "off"]
"""`ready`: the chart holds the monitor, and nothing answers yet."""


@dataclass(frozen=True, slots=True)
class System:
    """`dashboards` begin with the one that reads it most; `missing` are the switches that would bring its series."""

    name: str
    targets: tuple[Target, ...]
    dashboards: tuple[str, ...]
    alerts: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def on(self) -> int:
        """How many of its targets are scraped."""
        return sum(target.enabled for target in self.targets)


def state(target: Target) -> State:
    """Whether a target's series arrive."""
    if target.enabled:
        return "on"
    return "ready" if target.compiled else "off"


def system_of(targets: Sequence[Target]) -> str:
    """The system that most of the targets of a metric belong to; empty where none is named."""
    named = [target.system for target in targets if target.system]
    return max(named, key=named.count) if named else ""


def systems(program: Program) -> list[System]:
    """In order of name; of a project whose targets name no system, one for each target."""
    groups: dict[str, list[Target]] = {}
    for target in program.definitions.targets:
        groups.setdefault(target.group, []).append(target)
    boards = {dashboard.uid: _shares(program, dashboard) for dashboard in program.dashboards}
    alerts = [(alert, _read(program, alert)) for alert in program.definitions.alerts]
    return [
        System(
            name,
            tuple(targets),
            tuple(
                sorted(
                    (uid for uid in boards if name in boards[uid]), key=lambda uid: (-boards[uid][name], uid)
                )
            ),
            tuple(alert.name for alert, read in alerts if name in read),
            tuple(dict.fromkeys([*_switches(targets), *_conditions(program, name)])),
        )
        for name, targets in sorted(groups.items())
    ]


def _shares(program: Program, dashboard: Dashboard) -> dict[str, int]:
    """How many queries of a dashboard read each system."""
    found: dict[str, int] = {}
    for _panel, query in dashboard.queries():
        if query.language == "promql":
            for name in _systems(program, query.text, grafana=True):
                found[name] = found.get(name, 0) + 1
    return found


def _read(program: Program, alert: Alert) -> set[str]:
    """The systems that an alert reads; one that asks only for `up` of a job reads that target's."""
    found = set(_systems(program, alert.expr, grafana=False))
    jobs = (target.group for target in program.definitions.targets if f'job="{target.name}"' in alert.expr)
    return found or set(jobs)


def _systems(program: Program, text: str, *, grafana: bool) -> Iterator[str]:
    told: set[str] = set()
    for metric in query_facts(program, text, grafana=grafana).metrics:
        targets = program.targets_of(metric)
        name = system_of(targets) or (targets[0].group if targets else "")
        if name and name not in told:
            told.add(name)
            yield name


def _switches(targets: Sequence[Target]) -> Iterator[str]:
    for target in targets:
        if not target.enabled:
            yield f"{target.name}: {target.switch_on}"


def _conditions(program: Program, system: str) -> Iterator[str]:
    """What the panels of a system need beyond its scrape: buckets and metrics that are off by default."""
    from obs.catalogue.library import default

    found: dict[str, list[str]] = {}
    for dashboard in program.dashboards:
        for panel, query in dashboard.queries():
            if query.language != "promql":
                continue
            for metric in query_facts(program, query.text, grafana=True).metrics:
                if system_of(program.targets_of(metric)) != system or claimed(program, metric):
                    continue
                for series in default().metric(metric)[:1]:
                    if setting(series):
                        found.setdefault(f"{metric} needs {setting(series)}", []).append(panel.title)
    for needed, panels in found.items():
        yield f"{', '.join(dict.fromkeys(panels))}: {needed}"


def readers(program: Program) -> Iterator[tuple[str, str]]:
    """Who reads which metric: a panel with its dashboard's uid, or an alert or record by its name."""
    for dashboard, panel, query in program.queries:
        if query.language == "promql":
            for metric in query_facts(program, query.text, grafana=True).metrics:
                yield f"{dashboard.uid} / {panel.title or panel.key}", metric
    for rule in program.rules:
        for metric in query_facts(program, rule.expr).metrics:
            yield str(rule), metric
