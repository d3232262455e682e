"""Who hears of what: the alerts of this project reach Discord, everything else stays silent."""

from alertmanager.message import message
from obs import ChartAlert, Discord, Null, Route, SecretKey
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
    spring,
    traefik,
    workloads,
)
from rules.cpu import high_node_cpu, high_service_pod_cpu
from rules.spring import spring_error_logs

webhook_test = ChartAlert("DiscordWebhookTest", about="Sent by hand (amtool alert add) to try the channel.")
watchdog = ChartAlert("Watchdog", about="Always fires; the chart ships it to show that alerting works.")
clock = ChartAlert("NodeClockNotSynchronising", about="A k3d node shares the clock of its host.")
rule_failures = ChartAlert(
    "PrometheusRuleFailures", about="Noise while the chart's own rules find no targets."
)

packs = (
    argocd, certificates, eureka, gateway, k6, linkerd, logs, monitoring, postgres, redis, rollouts, spring, traefik,
    workloads,
)  # fmt: skip
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
        discord: [spring_error_logs, high_node_cpu, high_service_pod_cpu, webhook_test, *systems],
    },
    group_by=["alertname", "namespace", "pod"],
    wait="30s",
    interval="5m",
    repeat="4h",
)
