"""A route means an alert of the chart, under a name that is one slip away from it.

The matcher then matches nothing, and the chart's alert goes wherever all others go.

Flagged:
    watchdog = ChartAlert("WatchDog")
    discord = Discord("discord", url=SecretKey("discord-webhook", key="url"))
    route = Route("monitoring-discord", default=discord, to={Null(): [watchdog]})

Instead:
    watchdog = ChartAlert("Watchdog")
    discord = Discord("discord", url=SecretKey("discord-webhook", key="url"))
    route = Route("monitoring-discord", default=discord, to={Null(): [watchdog]})

Source: kube-prometheus-stack 65.8.1, its rules; Alertmanager 0.28, matchers: names are compared letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.catalogue.typos import Typos
from obs.checks.base import Finding, lint
from obs.graph.chart_alerts import CHART_ALERTS
from obs.graph.subject import Subject


@lint("warning")
def chart_alert_misspelt(subject: Subject) -> Iterator[Finding]:
    """Every ChartAlert of a project over that chart, but for names of the project's own alerts."""
    program = subject.program
    if program is None or not any(one.name == "kube-prometheus-stack" for one in program.stack.charts):
        return
    typos, own = Typos(CHART_ALERTS), {alert.name for alert in subject.alerts}
    for alert in dict.fromkeys(
        alert for route in program.definitions.routes for alerts in route.to.values() for alert in alerts
    ):
        meant = typos.meant(alert.name)
        if meant and alert.name not in own:
            yield Finding(
                f"{alert.name} is no alert of the chart, which calls it {meant}",
                alert.origin,
                fix=f'ChartAlert("{meant}")',
                object=f"alert {alert.name}",
                evidence="likely",
            )
