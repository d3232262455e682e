"""An alert of this project that no route sends to anybody: it fires, and nobody is told.

Flagged:
    down = Alert("Down", expr="up == 0", summary="{{ $labels.instance }} is down", description="For a minute.")
    discord = Discord("discord", url=SecretKey("discord-webhook", key="url"))
    route = Route("monitoring-discord", default=Null(), to={discord: []})

Instead:
    down = Alert("Down", expr="up == 0", summary="{{ $labels.instance }} is down", description="For a minute.")
    discord = Discord("discord", url=SecretKey("discord-webhook", key="url"))
    route = Route("monitoring-discord", default=Null(), to={discord: [down]})

Source: Alertmanager 0.28, routing: what no child route takes stays with the receiver of the root.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program
from obs.model.route import Null


@check()
def alert_reaches_nobody(program: Program) -> Iterator[Diagnostic]:
    """Each alert must be named under a receiver that tells somebody, or the default must be one."""
    routes = program.definitions.routes
    if not routes or any(not isinstance(route.default, Null) for route in routes):
        return
    heard: set[str] = set()
    silenced: set[str] = set()
    for route in routes:
        for receiver, alerts in route.to.items():
            (silenced if isinstance(receiver, Null) else heard).update(alert.name for alert in alerts)
    for alert in program.definitions.alerts:
        if alert.name not in heard | silenced:
            yield Diagnostic(
                "alert-reaches-nobody",
                f"{alert} fires and nobody is told: it ends at the default receiver {routes[0].default.name!r}",
                alert.origin,
                severity="warning",
                fix="name it in the route's to=, under a receiver or, if silence is meant, under Null()",
                also=((routes[0].origin, "the route"),),
            )
