"""A receiver for Discord, in a stack whose Alertmanager or operator is older than that integration.

The operator refuses the whole AlertmanagerConfig, or the API server drops the unknown field: nobody hears of anything.

Flagged:
    stack = Stack(
        release="monitoring", namespace="monitoring",
        charts=[Dependency("kube-prometheus-stack", version="45.0.0", repository="https://prometheus-community.github.io/helm-charts")],
        prometheus=PrometheusServer(version="v2.42.0"), alertmanager=AlertmanagerServer(version="v0.24.0"),
        grafana=GrafanaServer(version="9.3.8", url="http://grafana.example"), operator="v0.63.0", loki="2.9.0", promtail="2.9.0",
    )
    discord = Discord("discord", url=SecretKey("discord-webhook", key="url"))
    route = Route("monitoring-discord", default=discord, to={})

Instead:
    discord = Discord("discord", url=SecretKey("discord-webhook", key="url"))
    route = Route("monitoring-discord", default=discord, to={})

Source: Alertmanager 0.25 (discord_configs), prometheus-operator 0.67 (discordConfigs), their changelogs.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program
from obs.graph.queries import release
from obs.model.route import Discord

ALERTMANAGER = (0, 25)
OPERATOR = (0, 67)


@check()
def discord_before_its_version(program: Program) -> Iterator[Diagnostic]:
    """Every Discord receiver; one in the Slack form asks nothing of the versions."""
    stack = program.stack
    for route in program.definitions.routes:
        for receiver in route.receivers():
            if not isinstance(receiver, Discord) or receiver.style == "slack":
                continue
            for name, version, needed in (
                ("Alertmanager", stack.alertmanager.version, ALERTMANAGER),
                ("prometheus-operator", stack.operator, OPERATOR),
            ):
                if release(version) < needed:
                    yield Diagnostic(
                        "discord-before-its-version",
                        f"{receiver.name} is a Discord receiver, which {name} {version} does not know",
                        receiver.origin,
                        fix=f"{name} {'.'.join(map(str, needed))} or newer, "
                        'or style="slack" with an address that ends in /slack',
                        also=((stack.origin, "the versions"),),
                    )
