"""Spring services that log errors, fail, are slow, or run out of heap or connections."""

from dashboards.loki_error_logs import dashboard as loki_error_logs
from dashboards.spring_services import dashboard
from obs import Alert, seen
from obs.packs import spring
from promtail.pipeline import spring_errors
from services.services import spring as services

# One error must be enough. `increase(x[5m]) > 0` alone never sees a lone error, nor a burst between two scrapes:
# Promtail makes the counter at its first hit, already at 1, and nothing grew since. `seen` adds the series that did
# not exist five minutes ago, and the pipeline keeps the counter for a day, so that a steady trickle only increments it.
pods_with_errors = seen(spring_errors, within="5m", by=("namespace", "pod"))

# A storm has its own alerts, because every pod is a message and Discord takes five in two seconds; Alertmanager 0.27
# drops the others, and a burst of errors is over before their next turn. Up to two pods of up to two services are told
# one by one: four messages. Three pods of a service at once mean the service, three services mean what they share.
PODS = 2
SERVICES = 2

# What silences another alert stands before it: Prometheus sends rule by rule, and an Alertmanager that was restarted
# tells at once what it hears of first.

# One message for all services: without `namespace` they are one group of the route. A service that joins later is told
# with the group's next turn, so it must still fire then: `keep_firing_for` is the route's group_interval.
spring_errors_widespread = Alert(
    "SpringErrorsWidespread",
    expr=f"count by (namespace) (\n{pods_with_errors}\n)\n"
    f"and on ()\n"
    f"count(\n{seen(spring_errors, within='5m', by=('namespace',))}\n) > {SERVICES}",
    for_="30s",
    keep_firing_for="5m",
    severity="critical",
    labels={"service": "{{ $labels.namespace }}", "namespace": ""},
    summary="여러 서비스의 Spring ERROR 로그: {{ $labels.namespace }}",
    description="최근 5분 동안 {{ $labels.namespace }}의 파드 {{ $value }}개에서 ERROR 로그가 발생했습니다.",
    runbook="서비스들이 함께 쓰는 것(PostgreSQL, Redis, Eureka, 노드, 네트워크)을 먼저 확인하세요. "
    "서비스를 하나씩 재시작해도 낫지 않습니다. 이 알림이 끝날 때까지 이 서비스들의 파드별 알림은 보내지 않습니다.",
    dashboard=loki_error_logs,
    panel="Error rate by namespace",
)

# While it fires nothing is told of its pods: it is `critical` and has their `service`. So it must not come later than
# they do (`for`), nor be over before its message is sent, 30 s after it fired (`keep_firing_for`).
spring_error_storm = Alert(
    "SpringErrorStorm",
    expr=f"count by (namespace) (\n{pods_with_errors}\n) > {PODS}",
    for_="30s",
    keep_firing_for="30s",
    severity="critical",
    labels={"service": "{{ $labels.namespace }}"},
    summary="Spring ERROR 로그 폭주: {{ $labels.namespace }} 파드 {{ $value }}개",
    description="최근 5분 동안 {{ $labels.namespace }}의 파드 {{ $value }}개에서 ERROR 로그가 발생했습니다. "
    "이 알림이 끝날 때까지 파드별 알림과 그 해제는 보내지 않습니다.",
    runbook="파드 하나의 문제가 아닙니다. 대시보드에서 가장 많은 예외를 찾고, 직전 배포면 롤백하세요. "
    "배포가 없었다면 PostgreSQL, Redis, Eureka를 확인하세요.",
    dashboard=loki_error_logs,
    panel="Top 10 pods by errors in 5m",
)

spring_error_logs = Alert(
    "SpringErrorLogsDetected",
    expr=pods_with_errors,
    for_="1m",
    severity="warning",
    labels={"service": "{{ $labels.namespace }}"},
    summary="Spring ERROR 로그 발생: {{ $labels.namespace }}/{{ $labels.pod }}",
    description="최근 5분 동안 {{ $labels.namespace }} 네임스페이스의 "
    "{{ $labels.pod }} 파드에서 ERROR 로그가 발생했습니다.",
    runbook="대시보드에서 ERROR 로그와 스택 트레이스를 확인하고, 직전 배포나 연결된 서비스(PostgreSQL, Redis)의 장애와 "
    "겹치는지 살펴보세요. 배포 직후라면 롤백을 먼저 검토하세요.",
    dashboard=loki_error_logs,
    panel="Error logs",
)

alerts = spring.alerts(dashboard, services)
