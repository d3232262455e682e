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
spring_error_logs = Alert(
    "SpringErrorLogsDetected",
    expr=seen(spring_errors, within="5m", by=("namespace", "pod")),
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
