"""What clients ask of the gateway, read from its access log: it needs no metric, and knows each path."""

from dashboards.gateway_api_traffic import dashboard as traffic
from dashboards.loki_error_logs import dashboard as error_logs
from obs import Dashboard, Link, explore, logs, stat, textbox, timeseries
from obs.packs.panels import codes
from promtail.pipeline import access_log
from services.datasources import loki
from services.services import gateway

path = textbox("path", "/", title="경로", description="이 경로로 시작하는 요청만 봅니다(정규식).")

# " HTTP/" is in every real request and keeps out what Reactor Netty logs as "null null null".
requests = f'{loki.lines(" HTTP/", namespace=gateway.namespace)} {access_log.parser} | path=~"{path}.*"'
failures = f'{requests} | status=~"5.."'
durations = f'{requests} | unwrap duration | __error__=""'
sizes = f'{requests} | bytes!="-" | unwrap bytes | __error__=""'  # "-" is a length that is not known

dashboard = Dashboard(
    uid="loki-gateway-api-requests",
    title="Loki - Gateway API Requests",
    description="게이트웨이 접근 로그(Reactor Netty)로 보는 API 요청: 경로, 상태 코드, 응답 시간, 응답 크기.",
    tags=["checkmate", "gateway", "logs"],
    data=loki,
    variables=[path],
    links=[
        Link(tags=["checkmate"], title="CheckMate 대시보드"),
        Link(traffic, vars=False),
        Link(error_logs, "게이트웨이 에러 로그", vars={"namespace": gateway.namespace}),
        explore(requests, loki, "Explore에서 열기"),
    ],
    rows=[
        [
            timeseries("Request rate by path", f"topk(10, sum by (path) (rate({requests} [$__auto])))",
                       legend="{{path}}", unit="reqps", min=0, fill=0,
                       description="요청이 많은 상위 10개 경로의 초당 요청 수."),
            timeseries("Status codes", f"sum by (status) (count_over_time({requests} [$__auto]))",
                       legend="{{status}}", unit="short", min=0, style="bars", fill=80, stack=True,
                       overrides=codes(),
                       description="구간마다 받은 응답 수를 상태 코드별로 쌓아 보여 줍니다."),
        ],
        [
            timeseries("Average duration by path",
                       f"topk(10, avg_over_time({durations} [$__auto]) by (path))",
                       legend="{{path}}", unit="ms", min=0, fill=0,
                       description="평균 응답 시간이 긴 상위 10개 경로."),
            timeseries("Response bytes by path", f"topk(10, sum by (path) (rate({sizes} [$__auto])))",
                       legend="{{path}}", unit="Bps", min=0, fill=0,
                       description="초당 응답 바이트가 많은 상위 10개 경로. 길이가 없는 응답(-)은 빠집니다."),
            stat("5xx in the last 5m", f"sum(count_over_time({failures} [5m])) or vector(0)",
                 unit="short", decimals=0, thresholds=("blue", 1, "red"), background=True, w=4,
                 description="최근 5분 동안의 5xx 응답 수. 있으면 아래 로그에서 경로를 찾으세요."),
        ],
        [
            logs("Requests",
                 requests + ' | line_format "{{.status}} {{.method}} {{.path}} {{.duration}}ms {{.bytes}}B"',
                 description="요청과 응답을 한 줄로 정리한 로그. 원문은 Explore에서 볼 수 있습니다."),
        ],
    ],
)  # fmt: skip
