"""Which service logs errors, how many, and the lines themselves."""

from grafanalib.core import BarChart, Target

from obs import Dashboard, Link, explore, logs, stat, timeseries
from obs.packs.paint import painted
from promtail.pipeline import spring_error
from services.datasources import loki
from services.services import spring

namespace = loki.label("namespace", title="네임스페이스")
pod = loki.label("pod", within=namespace, title="파드")
errors = loki.lines(namespace, pod, spring_error)
of_series = loki.lines(spring_error, namespace="${__field.labels.namespace}")
per_pod = f"topk(10, sum by (pod) (count_over_time({errors} [5m])))"

dashboard = painted(
    Dashboard(
        uid="loki-error-logs",
        title="Loki - Error Logs",
        description="Spring Boot 서비스가 남긴 ERROR 로그: 어디서, 얼마나, 어떤 내용인지 봅니다.",
        tags=["checkmate", "logs"],
        data=loki,
        variables=[namespace, pod],
        links=[
            Link(tags=["checkmate"], title="CheckMate 대시보드"),
            explore(errors, loki, "Explore에서 열기"),
        ],
        rows=[
            [
                timeseries(
                    "Error rate by namespace",
                    f"sum by (namespace) (rate({errors} [$__auto]))",
                    description="네임스페이스별 초당 ERROR 로그 수. 선이 없으면 에러도 없었다는 뜻입니다.",
                    legend="{{namespace}}",
                    legend_calcs=["lastNotNull", "max"],
                    unit="logs/s",
                    min=0,
                    fill=0,
                    w=18,
                    data_links=[explore(of_series, loki, "이 네임스페이스의 에러 로그")],
                ),
                stat(
                    "Errors in the last 5m",
                    f"sum(count_over_time({errors} [5m])) or vector(0)",
                    description="최근 5분 동안의 ERROR 로그 수. 하나라도 있으면 알림이 울립니다.",
                    unit="short",
                    decimals=0,
                    thresholds=("blue", 1, "red"),
                    background=True,
                ),
            ],
            [
                BarChart(  # plain grafanalib: read into the same model, its old schema lifted
                    title="Top 10 pods by errors in 5m",
                    description="최근 5분 동안 ERROR 로그가 가장 많은 파드 10개.",
                    targets=[Target(expr=per_pod, instant=True)],
                    orientation="horizontal",
                    showLegend=False,
                    extraJson={"fieldConfig": {"defaults": {"unit": "short", "decimals": 0, "min": 0}}},
                )
            ],
            [
                logs(
                    "Error logs",
                    errors,
                    description="ERROR 로그 원문. 줄을 누르면 앞뒤 로그를 볼 수 있습니다.",
                )
            ],
        ],
    ),
    spring,
)
