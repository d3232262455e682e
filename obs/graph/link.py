"""Turn object references into links; what points to nothing is an error at the line that points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from obs.diagnostic import Diagnostic, ObsError
from obs.graph.program import Program
from obs.lang import duration
from obs.model.rule import Alert, ExternalDashboard
from obs.origin import Origin
from obs.project.collect import Definitions
from obs.project.settings import Settings


def link(settings: Settings, definitions: Definitions) -> Program:
    """The program of these definitions; raises ObsError with every dangling link."""
    if not definitions.stacks:
        raise ObsError(
            [
                Diagnostic(
                    "no-stack",
                    "no file defines a Stack, so nothing is known of the release, versions and intervals",
                    Origin(str(settings.root / "services"), 0),
                    fix="add `stack = Stack(...)`, e.g. in services/stack.py; `obs init` writes one",
                )
            ]
        )
    stack = definitions.stacks[0]
    scraped = [
        target if target.interval else replace(target, interval=stack.prometheus.scrape_interval)
        for target in definitions.targets
    ]
    program = Program(settings, replace(definitions, targets=scraped), stack)
    problems = [*_dangling_dashboards(program), *_dangling_alerts(program), *_slos_apart(program)]
    if problems:
        raise ObsError(problems)
    return program


def _dangling_dashboards(program: Program) -> Iterator[Diagnostic]:
    for alert in program.definitions.alerts:
        target = alert.dashboard
        if target is None or isinstance(target, ExternalDashboard):
            continue
        dashboard = program.dashboard_of(alert)
        if dashboard is None:
            yield Diagnostic(
                "dangling-link",
                f"{alert} links to a dashboard that no definition file holds at module level",
                alert.origin,
                fix="give the dashboard a module-level name in dashboards/",
            )
        elif alert.panel and panel_key(program, alert) is None:
            titles = ", ".join(sorted(panel.title for panel in dashboard.panels() if panel.title))
            yield Diagnostic(
                "dangling-link",
                f"{alert} links to panel {alert.panel!r}, which {dashboard.uid} does not have",
                alert.origin,
                fix=f"one of: {titles}",
                also=((dashboard.origin, "the dashboard"),) if dashboard.origin else (),
            )


def _slos_apart(program: Program) -> Iterator[Diagnostic]:
    """Objectives that count records at another pace than the server makes them, or over more than it keeps."""
    server = program.stack.prometheus
    for one in program.definitions.objectives:
        if duration.parse(one.step) != duration.parse(server.evaluation_interval):
            yield Diagnostic(
                "invalid-slo",
                f"objectives count records every {one.step}, but rules run every {server.evaluation_interval}",
                one.origin,
                fix=f'step="{server.evaluation_interval}"',
            )
        if server.retention and duration.parse(one.period) > duration.parse(server.retention):
            yield Diagnostic(
                "slo-outlasts-retention",
                f"objectives over {one.period}, of which Prometheus keeps {server.retention}",
                one.origin,
                why="what is left of the budget would be that of the shorter time",
                fix=f'period="{server.retention}" with tiers that fit, or a longer retention',
            )


def panel_key(program: Program, alert: Alert) -> str | None:
    """The key of the panel that an alert names by key or title; None when there is none."""
    dashboard = program.dashboard_of(alert)
    if dashboard is None or not alert.panel:
        return None
    for panel in dashboard.panels():
        if alert.panel in (panel.key, panel.title):
            return panel.key
    return None


def _dangling_alerts(program: Program) -> Iterator[Diagnostic]:
    known = program.known_alerts()
    for runbook in program.definitions.runbooks:
        if known.get(runbook.alert.name) is not runbook.alert:
            yield Diagnostic(
                "dangling-link",
                f"a runbook is about {runbook.alert}, which no definition file holds at module level",
                runbook.origin,
                also=((runbook.alert.origin, "made here"),),
                fix="give the alert a module-level name in rules/",
            )
    for route in program.definitions.routes:
        for alerts in [*route.to.values(), *(one.alerts() for one in route.inhibitions)]:
            for alert in alerts:
                if known.get(alert.name) is not alert:
                    yield Diagnostic(
                        "dangling-link",
                        f"route {route.name} names {alert}, which no definition file holds at module level",
                        route.origin,
                        also=((alert.origin, "made here"),),
                        fix="give the alert a module-level name in rules/",
                    )
