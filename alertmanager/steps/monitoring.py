"""The monitoring itself, its logs, and load tests."""

STEPS: dict[str, tuple[list[str], list[str]]] = {
    "DiscordNotificationsFailing": (
        ["`kubectl -n monitoring logs sts/alertmanager-monitoring-kube-prometheus-alertmanager -c alertmanager | grep -i discord | tail`을 봅니다.", "지금 울리는 알림을 Grafana의 Overview에서 직접 봅니다. 메시지가 오지 않았을 수 있습니다."],
        ["404, 401이면 웹훅이 지워진 것이니 새로 만들어 Secret discord-webhook의 url을 바꿉니다.", "429면 알림이 몰린 것이니 원인을 고칩니다. 그다음 DiscordWebhookTest를 보내 확인합니다."],
    ),
    "GrafanaRequestsFailing": (
        ["`kubectl -n monitoring logs deploy/monitoring-grafana -c grafana --tail=50`을 봅니다."],
        ["메모리 제한에 닿았으면 늘리고 다시 띄웁니다."],
    ),
    "GrafanaDatasourceErrors": (
        ["Explore에서 그 데이터소스에 `up` 또는 `{namespace=\"gateway\"}`를 물어봅니다."],
        ["Prometheus나 Loki의 파드를 먼저 살립니다.", "무거운 대시보드가 원인이면 시간 범위를 줄입니다."],
    ),
    "PrometheusSeriesHigh": (
        ["`topk(10, count by (__name__) ({__name__!=\"\"}))`로 많은 메트릭을 찾습니다.", "파드가 자주 바뀌어 늘었는지 봅니다."],
        ["쓰지 않는 메트릭을 metricRelabelings로 버립니다.", "필요하면 메모리 제한을 늘립니다."],
    ),
    "PromtailDroppingLogs": (
        ["`kubectl -n monitoring logs <파드> --tail=50`에서 상태 코드를 봅니다.", "로그가 갑자기 늘어난 네임스페이스를 찾습니다."],
        ["많이 쓰는 서비스의 로그 수준을 낮춥니다.", "Loki가 죽었으면 먼저 살립니다. 못 보낸 로그는 돌아오지 않습니다."],
    ),
    "PromtailFileLagging": (
        ["그 노드의 Promtail CPU를 봅니다.", "어느 파일이 밀리는지 `path` 레이블을 봅니다."],
        ["Promtail의 CPU 제한을 늘립니다.", "로그를 쏟는 파드를 고칩니다."],
    ),
    "LokiRequestErrors": (
        ["`kubectl -n monitoring logs sts/monitoring-loki --tail=50`을 봅니다.", "볼륨이 찼는지 `kubectl -n monitoring exec monitoring-loki-0 -- df -h /var/loki`로 봅니다."],
        ["메모리면 제한을 늘리고, 디스크면 보존 기간을 줄입니다."],
    ),
    "LokiDiscardingLogs": (
        ["reason을 봅니다: rate_limited, line_too_long, per_stream_rate_limit."],
        ["한 서비스가 원인이면 그 로그를 줄이고, 아니면 limits_config의 그 값을 늘립니다."],
    ),
    "LokiCanaryMissingLogs": (
        ["Promtail의 버림(PromtailDroppingLogs)과 Loki의 오류(LokiRequestErrors)를 먼저 봅니다."],
        ["둘 다 없으면 loki-canary 파드를 다시 띄웁니다."],
    ),
    "LoadTestErrorsHigh": (
        ["게이트웨이의 라우트별 5xx와 견줍니다.", "시험하는 쪽의 스크립트가 맞는 주소와 토큰을 쓰는지 봅니다."],
        ["서비스가 원인이면 그 서비스의 런북을 따르고, 부하가 지나치면 줄입니다."],
    ),
    "LoadTestSlow": (
        ["라우트별 p95와 견주어 느린 서비스를 찾습니다.", "노드 CPU가 가득한지 봅니다(HighNodeCPUUsage)."],
        ["느린 서비스를 고치거나, 목표 부하를 이 클러스터에 맞게 낮춥니다."],
    ),
    "LoadTestCannotKeepUp": (
        ["k6의 `vus`가 `maxVUs`에 닿았는지 봅니다."],
        ["`maxVUs`를 늘리거나 요청률을 낮추고 다시 시험합니다. 이번 결과는 버립니다."],
    ),
}  # fmt: skip
