"""The monitoring itself: Prometheus, its operator, Alertmanager and Grafana; and who says so when delivery fails."""

from __future__ import annotations

from collections.abc import Sequence

from obs.catalogue.alertmanager import (
    alertmanager_alerts,
    alertmanager_notification_latency_seconds,
    alertmanager_notifications_failed_total,
    alertmanager_notifications_total,
)
from obs.catalogue.grafana import grafana_datasource_request_total, grafana_http_request_duration_seconds
from obs.catalogue.prometheus import (
    prometheus_notifications_dropped_total,
    prometheus_rule_evaluation_failures_total,
    prometheus_tsdb_head_samples_appended_total,
    prometheus_tsdb_head_series,
)
from obs.catalogue.prometheus_operator import prometheus_operator_managed_resources
from obs.catalogue.prometheus_synthetic import ALERTS, up
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.field import override
from obs.model.link import Link
from obs.model.panel import Row
from obs.model.query import Query
from obs.model.rule import Alert
from obs.model.service import Target
from obs.packs import style
from obs.packs.panels import counts, curve, events, listing, named, number, ratio
from obs.packs.query import failing, increase, quantile, rate, share

NAME = "monitoring"
CHART = "kube-prometheus-stack"
MOST_SERIES = 300_000
"""In memory, as an alert tells of them."""
CHAT = "=~discord|slack"


def targets() -> tuple[Target, ...]:
    """What the chart scrapes of itself."""
    exposed = {
        "prometheus": "prometheus_*",
        "prometheus-operator": "prometheus_operator_*",
        "alertmanager": "alertmanager_*",
        "grafana": "grafana_*",
    }
    return tuple(
        Target(
            name,
            provided_by=CHART,
            exposes=[pattern],
            system=NAME,
            honor_labels=name == "prometheus-operator",
        )
        for name, pattern in exposed.items()
    )


def dashboard(
    data: Prometheus,
    *,
    uid: str = "monitoring-stack",
    title: str = "Monitoring stack",
    tags: Sequence[str] = (),
    links: Sequence[Link] = (),
    most_series: int = MOST_SERIES,
) -> Dashboard:
    """Does an alert still reach a person; is anything scraped, evaluated, shown?"""
    sent = increase(str(alertmanager_notifications_total(integration=CHAT)), "integration")
    lost = increase(alertmanager_notifications_failed_total(integration=CHAT), "integration", "reason")
    rejected = prometheus_operator_managed_resources(state="rejected")
    handlers, sources = grafana_http_request_duration_seconds, grafana_datasource_request_total
    return Dashboard(
        uid=uid, title=title, data=data, tags=[*tags, NAME], links=style.links(tags, links),
        description="모니터링 스스로의 상태. Discord로 알림이 가지 못하면 그 알림도 오지 못하니 여기서 확인합니다.",
        rows=[
            Row("알림", [
                number("Failed deliveries in 1h", "한 시간 동안 Discord로 보내지 못한 알림. 있으면 웹훅 Secret과 메시지를 확인하세요.",
                       f"sum(increase({alertmanager_notifications_failed_total(integration=CHAT)}[1h]))", style.NOTHING),
                number("Alerts firing", "지금 울리고 있는 알림 수. Watchdog은 뺐습니다.",
                       f"count({ALERTS(alertstate='firing', alertname='!=Watchdog')}) or vector(0)", style.NOTHING),
                number("Rejected objects", "오퍼레이터가 거절한 규칙과 설정. 웹훅이 꺼져 있어 여기에만 나타납니다.",
                       f"sum({rejected})", style.NOTHING),
                curve("Notifications", "채널별로 보낸 알림과 실패한 알림.", "short",
                      Query(sent, "{{integration}}"), Query(lost, "{{integration}} 실패 {{reason}}"),
                      decimals=0, overrides=[override(regexp="/실패/", color=style.VERMILION)]),
            ]),
            [
                listing("Firing now", "지금 울리고 있는 알림. 무엇을 할지는 Discord 메시지의 런북에 있습니다.",
                        {"alertname": "알림", "severity": "심각도", "namespace": "네임스페이스", "Value": "개수"},
                        f"count by (alertname, severity, namespace) ({ALERTS(alertstate='firing')})",
                        empty="울리는 알림이 없습니다", w=10,
                        overrides=[override("심각도", width=90), override("개수", width=60)]),
                listing("Targets down", "응답하지 않는 수집 대상. 그 대상의 패널과 알림은 비어 있습니다.", {"job": "job", "namespace": "네임스페이스", "instance": "대상"},
                        f"max by (job, namespace, instance) ({up} == 0)", empty="모두 응답합니다", w=8),
                counts("Alerts in Alertmanager", "상태별 알림 수. suppressed는 무음이나 억제입니다.",
                       f"sum by (state) ({alertmanager_alerts})", legend="{{state}}",
                       overrides=named({"active": style.ORANGE, "suppressed": style.SKY, "unprocessed": style.PURPLE})),
            ],
            Row("Prometheus", [
                curve("Head series", f"메모리에 있는 시계열 수. {most_series:,}을 넘으면 메모리 제한이 위험합니다.", "short",
                      f"max by (pod) ({prometheus_tsdb_head_series})", legend="{{pod}}",
                      limits=style.beyond(most_series)),
                curve("Samples appended", "초당 저장한 샘플.", "cps", rate(str(prometheus_tsdb_head_samples_appended_total)),
                      legend="샘플"),
                events("Rule failures", "평가하지 못한 규칙. 그 그룹의 알림은 울리지 못합니다.",
                       increase(str(prometheus_rule_evaluation_failures_total), "rule_group"), legend="{{rule_group}}"),
                events("Alerts dropped", "Alertmanager에 닿지 못하고 버려진 알림. Alertmanager 파드를 확인하세요.",
                       increase(str(prometheus_notifications_dropped_total)), legend="버린 알림"),
            ]),
            Row("Alertmanager와 Grafana", [
                curve("Notification latency p95", "알림 하나를 보내는 데 걸린 시간.", "s",
                      quantile(0.95, alertmanager_notification_latency_seconds.bucket(integration=CHAT), "integration"),
                      legend="{{integration}}"),
                ratio("Grafana 5xx ratio", "Grafana 핸들러별 5xx 비율.",
                      share(rate(handlers.count(status_code="=~5.."), "handler"), rate(str(handlers.count), "handler")),
                      limits=style.rising(0.05, 0.1), legend="{{handler}}"),
                curve("Grafana latency p95", "Grafana의 응답 시간.", "s", quantile(0.95, str(handlers.bucket)),
                      legend="p95"),
                curve("Datasource errors", "데이터소스별 초당 5xx.", "reqps",
                      rate(sources(code="=~5.."), "datasource"), legend="{{datasource}}"),
            ]),
        ],
    )  # fmt: skip


def alerts(board: Dashboard, *, owner: str = "platform", most_series: int = MOST_SERIES) -> tuple[Alert, ...]:
    """Delivery that fails, Grafana that fails, a Prometheus that outgrows its memory.

    The chart's own rules cover the rest. DiscordNotificationsFailing takes the way that fails: a message that was
    refused for its content is told by one that is not, and Grafana shows it in any case. That nothing arrives at all
    only something outside can notice: route the chart's Watchdog to a heartbeat service.
    """
    handlers, labels = grafana_http_request_duration_seconds, {"owner": owner}
    lost = increase(
        alertmanager_notifications_failed_total(integration=CHAT), "integration", "reason", window="15m"
    )
    requests = rate(str(handlers.count), "handler", window="5m")
    errors = rate(handlers.count(status_code="=~5.."), "handler", window="5m")
    sources = rate(grafana_datasource_request_total(code="=~5.."), "datasource", window="5m")
    return (
        Alert("DiscordNotificationsFailing", expr=f"{lost} > 0", severity="critical", keep_firing_for="15m",
              labels=labels | {"service": "alertmanager"},
              summary="Discord 알림 전송 실패: {{ $labels.reason }}",
              description="15분 동안 {{ $labels.integration }}로 보내지 못한 알림이 있습니다. 이 알림도 오지 못할 수 있으니 "
              "Grafana의 Monitoring stack을 함께 보세요.",
              runbook="Discord가 거절한 것은 모두 other로 셉니다. Alertmanager 로그의 상태 코드가 4xx면 메시지 내용이나 "
              "웹훅 주소(Secret discord-webhook)를, 429나 5xx면 Discord의 제한과 상태를, 시간 초과면 네트워크를 확인하세요.",
              dashboard=board, panel="Notifications"),
        Alert("GrafanaRequestsFailing", expr=failing(errors, requests, above=0.1), for_="10m",
              labels=labels | {"service": "grafana"}, summary="Grafana 오류: {{ $labels.handler }}",
              description="Grafana의 {{ $labels.handler }} 요청이 10분 넘게 {{ $value | humanizePercentage }} 실패하고 있습니다.",
              runbook="Grafana 로그를 보세요. 대개 메모리 제한이나 데이터소스 지연입니다.",
              dashboard=board, panel="Grafana 5xx ratio"),
        Alert("GrafanaDatasourceErrors", expr=f"{sources} > 0.05", for_="10m",
              labels=labels | {"service": "grafana"}, summary="Grafana 데이터소스 오류: {{ $labels.datasource }}",
              description="{{ $labels.datasource }} 데이터소스가 10분 넘게 5xx를 돌려주고 있습니다.",
              runbook="데이터소스에 직접 질의해 보세요. Loki라면 질의 제한 시간을 먼저 의심합니다.",
              dashboard=board, panel="Datasource errors"),
        Alert("PrometheusSeriesHigh", expr=f"max by (pod) ({prometheus_tsdb_head_series}) > {most_series}", for_="15m",
              labels=labels | {"service": "prometheus"}, summary="Prometheus 시계열 과다",
              description="시계열이 {{ $value | humanize }}개입니다. 하나에 3kB 남짓이라 메모리 제한(1Gi)에 가까워집니다.",
              runbook='topk(10, count by (__name__)({__name__!=""}))로 많은 메트릭을 찾아 수집에서 빼세요.',
              dashboard=board, panel="Head series"),
    )  # fmt: skip
