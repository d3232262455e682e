"""Who hears of what: the alerts of this project reach Discord, everything else stays silent."""

from alertmanager.message import message
from obs import ChartAlert, Discord, Inhibition, Null, Route, SecretKey
from obs.packs.slo import inhibitions
from rules import (
    argocd,
    certificates,
    eureka,
    gateway,
    k6,
    linkerd,
    logs,
    monitoring,
    postgres,
    redis,
    rollouts,
    slo,
    spring,
    traefik,
    workloads,
)
from rules.cpu import high_node_cpu, high_service_pod_cpu
from rules.nodes import node_down
from rules.spring import spring_error_logs, spring_error_storm, spring_errors_widespread
from services.objectives import objectives

webhook_test = ChartAlert("DiscordWebhookTest", about="Sent by hand (amtool alert add) to try the channel.")
watchdog = ChartAlert("Watchdog", about="Always fires; the chart ships it to show that alerting works.")
clock = ChartAlert("NodeClockNotSynchronising", about="A k3d node shares the clock of its host.")
rule_failures = ChartAlert(
    "PrometheusRuleFailures", about="Noise while the chart's own rules find no targets."
)

packs = (
    argocd, certificates, eureka, gateway, k6, linkerd, logs, monitoring, postgres, redis, rollouts, slo, spring,
    traefik, workloads,
)  # fmt: skip
errors = [spring_error_logs, spring_error_storm, spring_errors_widespread]
systems = [alert for pack in packs for alert in pack.alerts]

nobody = Null()
discord = Discord(
    "discord-webhook",
    url=SecretKey("discord-webhook", key="url"),  # made by hand in the namespace; never in Git
    message=message,
    send_resolved=True,
)

route = Route(
    "monitoring-discord",
    default=nobody,
    to={
        nobody: [watchdog, clock, rule_failures],
        discord: [*errors, high_node_cpu, high_service_pod_cpu, node_down, webhook_test, *systems],
    },
    group_by=["alertname", "namespace", "pod"],
    wait="30s",
    interval="5m",
    repeat="4h",
    inhibitions=[
        # The pods of a dead node need no message of their own.
        Inhibition(source=[node_down], target=[high_service_pod_cpu, *workloads.of_pods], equal=["node"]),
        # Errors everywhere are told once, not for each service; the pods of a service are kept silent by the last one.
        Inhibition(source=[spring_errors_widespread], target=[spring_error_storm], equal=["service"]),
        *inhibitions(objectives, slo.burns),
        # A critical alert of a service says more than its warnings; a warning about another node is told all the same.
        Inhibition(
            source=["critical"],
            target=["warning", "info"],
            equal=["service"],
            or_missing=["node", "instance"],
        ),
    ],
)
