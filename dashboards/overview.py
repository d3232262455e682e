"""Where a person on call begins: what fires, what users notice, what was just deployed, and the way down."""

from dashboards import argocd, linkerd, loki_error_logs, rollouts, slo, spring_services, workloads
from obs import Annotation, Dashboard, Link, Panel, Row, alertlist, override, timeseries
from obs.catalogue.alertmanager import alertmanager_notifications_failed_total
from obs.catalogue.argo_rollouts import (
    rollout_info_replicas_desired,
    rollout_info_replicas_updated,
)
from obs.catalogue.argocd import argocd_app_info, argocd_app_sync_total
from obs.catalogue.kube_state_metrics import kube_node_status_condition
from obs.catalogue.linkerd import request_total, response_latency_ms, response_total
from obs.catalogue.prometheus_synthetic import ALERTS
from obs.lang.duration import parse
from obs.packs import style
from obs.packs.paint import painted
from obs.packs.panels import curve, listing, number, ratio
from obs.packs.query import WHOLE, increase, quantile, rate, share
from services.datasources import alertmanager, prometheus
from services.objectives import objectives, read_within, write_within
from services.services import spring

services = "=~" + "|".join(service.namespace for service in spring)
namespace = prometheus.label(
    request_total(direction="inbound", namespace=services), "namespace", title="서비스"
)
own = {"direction": "inbound", "namespace": f"=~${namespace.name}"}
by, name = "namespace", "{{namespace}}"
requests, answers = rate(request_total(**own), by), rate(response_total(**own), by)
failures = rate(response_total(**own, classification="failure"), by)
p95 = quantile(0.95, response_latency_ms.bucket(**own), by)

# What the panels call bad is what the alerts call bad: the availability's budget, and the speed that wakes somebody.
availability = objectives.slos[0]
fast = objectives.tiers[0]
tolerable = float(availability.budget)
alarming = float(fast.factor(objectives.period) * availability.budget)
waking = float(fast.factor(objectives.period))
limits = style.rising(tolerable, alarming)
slowness = style.rising(parse(read_within), parse(write_within))

down = {"namespace": "${__data.fields.namespace}"}
ways = (
    Link(linkerd.dashboard, "골든 시그널", vars=down),
    Link(loki_error_logs.dashboard, "에러 로그", vars=down),
    Link(spring_services.dashboard, "Spring", vars={"service": "${__data.fields.namespace}"}),
    Link(workloads.dashboard, "파드와 자원", vars=down),
)
spent = f"slo:error_ratio:rate{objectives.period}"
to_budget = "/ on (slo) group_left () slo:error_budget:ratio"
own_budgets = f'service=~"${namespace.name}"'
left = f"min by (service) (1 - {spent}{{{own_budgets}}} {to_budget})"
by_namespace = 'label_replace({}, "namespace", "$1", "service", "(.+)")'
differing = argocd_app_info(sync_status="!=Synced")
broken = argocd_app_info(health_status="!~Healthy|Progressing|Suspended")
firing = ALERTS(alertstate="firing", severity="=~critical|warning", service=f"=~${namespace.name}")

dashboard = painted(Dashboard(
    uid="checkmate-overview",
    title="CheckMate - Overview",
    description="당직의 첫 화면: 지금 울리는 알림, 서비스별 RED와 SLO, 방금 배포한 것, 아래 대시보드로 가는 길.",
    tags=["checkmate", "overview"],
    data=prometheus,
    variables=[namespace],
    links=[Link(tags=["checkmate"], title="대시보드")],
    annotations=[
        Annotation(
            name="배포 (Argo CD)",
            query=f"sum by (name) (increase({argocd_app_sync_total(phase='Succeeded')}[1m])) > 0",
            title="배포: {{name}}",
            tags="name",
            color="purple",
        ),
        Annotation(
            name="카나리 단계 (Rollouts)",
            query=f"changes({rollout_info_replicas_updated}[1m]) > 0",
            title="카나리 단계: {{namespace}}/{{name}}",
            tags="namespace,name",
            color="orange",
        ),
    ],
    rows=[
        [
            number("Critical", "지금 울리는 critical 알림 수. 있으면 아래 목록에서 무엇인지 보고 런북을 따르세요.",
                   f"count({ALERTS(alertstate='firing', severity='critical')}) or vector(0)", style.NOTHING),
            number("Warning", "지금 울리는 warning 알림 수.",
                   f"count({ALERTS(alertstate='firing', severity='warning')}) or vector(0)",
                   (style.CALM, 1, style.WARN)),
            number("Nodes not ready", "Ready가 아닌 노드 수. 그 위의 파드 알림은 이 노드가 원인입니다.",
                   f'count({kube_node_status_condition(condition="Ready", status="true")} == 0) or vector(0)',
                   style.NOTHING),
            number("Out of sync", "Git과 다른 Argo CD 애플리케이션 수.",
                   f"count({differing} == 1) or vector(0)", (style.CALM, 1, style.WARN)),
            number("Failed deliveries in 1h", "Discord로 보내지 못한 알림. 있으면 Discord가 조용해도 믿지 마세요.",
                   f"sum(increase({alertmanager_notifications_failed_total(integration='=~discord|slack')}[1h]))"
                   " or vector(0)", style.NOTHING),
            number("Least error budget", "가장 적게 남은 에러 예산(최근 7일). 0보다 작으면 목표를 지키지 못했습니다.",
                   f"min(1 - {spent} {to_budget})", style.falling(0, 0.25), unit="percentunit"),
        ],
        [
            alertlist("Firing alerts", data=alertmanager, group_by=["severity", "alertname"], w=9, h=8,
                      description="지금 울리는 알림. 심각도별로 묶습니다. 누르면 규칙과 사일런스로 갑니다."),
            listing("Services", "선택한 기간의 요청 수, 실패율, p95, 지금 울리는 알림 수, 최근 7일에 남은 에러 예산. "
                    "이름을 누르면 그 서비스의 대시보드로 갑니다.",
                    {"namespace": "서비스", "Value #A": "요청", "Value #B": "실패율", "Value #C": "p95",
                     "Value #D": "알림", "Value #E": "남은 예산"},
                    increase(request_total(**own), by, window=WHOLE),
                    share(rate(response_total(**own, classification="failure"), by, window=WHOLE),
                          rate(response_total(**own), by, window=WHOLE)),
                    quantile(0.95, response_latency_ms.bucket(**own), by, window=WHOLE),
                    f"count by (namespace) ({by_namespace.format(firing)})",
                    f"sum by (namespace) ({by_namespace.format(left)})", rising=True, h=8,
                    overrides=[
                        override("서비스", links=ways),
                        override("요청", decimals=0),
                        override("실패율", unit="percentunit", decimals=2, thresholds=limits,
                                 cellOptions={"type": "color-text"}),
                        override("p95", unit="ms", decimals=0, thresholds=slowness, cellOptions={"type": "color-text"}),
                        override("알림", thresholds=(style.CALM, 1, style.WARN), cellOptions={"type": "color-text"}),
                        override("남은 예산", unit="percentunit", decimals=1, thresholds=style.falling(0, 0.25),
                                 cellOptions={"type": "color-text"}),
                    ]),
        ],
        Row("RED", [
            curve("Request rate", "서비스별로 받은 초당 요청 수.", "reqps", requests, legend=name, data_links=ways),
            ratio("Failure ratio", "서비스별 실패 비율. 점선은 가용성 목표의 예산과, 당직을 깨우는 속도입니다.",
                  share(failures, answers), limits=limits, legend=name, data_links=ways),
            timeseries("Response time p95", p95, unit="ms", min=0, fill=0, legend=name,
                       description="서비스별 p95 응답 시간. 점선은 읽기와 쓰기의 지연 목표입니다.",
                       data_links=ways, thresholds=slowness, show_thresholds="dashed"),
        ]),
        Row("SLO", [
            ratio("Error budget left", "서비스마다 가장 적게 남은 에러 예산(최근 7일).", left,
                  limits=style.falling(0, 0.25), legend="{{service}}", data_links=[Link(slo.dashboard, "SLO 자세히")]),
            timeseries("Burn rate",
                       f"max by (service) (slo:error_ratio:rate1h{{{own_budgets}}} / on (slo) group_left () "
                       "slo:error_budget:ratio)",
                       description=f"예산을 쓰는 속도. {waking:g}을 넘으면 당직을 깨웁니다.", unit="short", min=0,
                       fill=0, legend="{{service}}", data_links=[Link(slo.dashboard, "SLO 자세히")],
                       thresholds=style.rising(1, waking), show_thresholds="dashed"),
        ]),
        Row("배포", [
            listing("Applications not in order", "Git과 다르거나 건강하지 않은 애플리케이션. 이름을 누르면 Argo CD로.",
                    {"name": "애플리케이션", "sync_status": "동기화", "health_status": "상태"},
                    f"max by (name, sync_status, health_status) ({differing} == 1 or {broken} == 1)",
                    empty="모두 Git과 같고 건강합니다",
                    overrides=[override("애플리케이션", links=(Link(argocd.dashboard, "Argo CD"),))]),
            ratio("Canary share", "새 버전이 차지한 레플리카의 비율: 20%, 50%, 100%.",
                  f"sum by (namespace, name) ({rollout_info_replicas_updated})"
                  f" / (sum by (namespace, name) ({rollout_info_replicas_desired}) > 0)",
                  limits=("blue", 0.2, "blue", 0.5, "blue"), legend="{{namespace}}/{{name}}", max=1,
                  data_links=[Link(rollouts.dashboard, "Argo Rollouts")]),
            Panel(type="dashlist", title="Dashboards",
                  description="모든 대시보드. 선택한 서비스와 시간을 가지고 갑니다.",
                  options={"showHeadings": False, "showRecentlyViewed": False, "showSearch": True, "showStarred": False,
                           "query": "", "tags": ["checkmate"], "maxItems": 30, "includeVars": True, "keepTime": True}),
        ]),
    ],
), spring)  # fmt: skip
