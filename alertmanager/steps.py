"""What to look at and what to type for the alerts of each system: alert, first looks, ways to mend."""

# A service's own alerts: `<서비스>` is its namespace, its Rollout and its container alike.
SERVICES: dict[str, tuple[list[str], list[str]]] = {
    "ServiceHighErrorRate": (
        ["로그 대시보드를 같은 서비스로 열어 맨 위 예외를 읽습니다.", "`kubectl argo rollouts get rollout <서비스> -n <서비스>`로 배포 중인지 봅니다."],
        ["배포 중이면 `kubectl argo rollouts abort <서비스> -n <서비스>`로 멈춥니다.", "데이터베이스나 다른 서비스가 원인이면 그쪽 런북으로 갑니다. 이 서비스를 재시작해도 낫지 않습니다."],
    ),
    "ServiceSlowResponses": (
        ["Spring 대시보드에서 GC 비율과 연결 대기를 같은 시간으로 봅니다.", "Linkerd 대시보드의 경로별 p95로 느린 경로를 찾습니다."],
        ["연결 대기가 있으면 HikariPoolExhausted, GC가 원인이면 JvmGcOverheadHigh를 따릅니다.", "CPU 스로틀링이면 레플리카를 늘립니다."],
    ),
    "JvmHeapNearlyFull": (
        ["`kubectl -n <서비스> exec <파드> -- jcmd 1 GC.heap_info`로 확인합니다.", "GC 뒤의 힙이 계속 오르는지(누수) 한 번 오른 뒤 머무는지 봅니다."],
        ["덤프를 남깁니다: `kubectl -n <서비스> exec <파드> -- jcmd 1 GC.heap_dump /tmp/heap.hprof`.", "급하면 그 파드만 지웁니다. 새 파드가 뜬 뒤 지워야 요청이 끊기지 않습니다."],
    ),
    "JvmGcOverheadHigh": (
        ["힙이 가득 찬 것인지(JvmHeapNearlyFull) 할당이 늘어난 것인지 나눕니다.", "같은 시간의 요청 수와 견줍니다."],
        ["힙이 가득하면 힙과 메모리 제한을 함께 늘립니다.", "배포 뒤부터라면 되돌립니다."],
    ),
    "HikariPoolExhausted": (
        ["PostgreSQL 대시보드에서 가장 오래된 트랜잭션과 잠금을 봅니다.", "스레드 덤프에서 `HikariPool.getConnection`을 기다리는 스레드를 셉니다."],
        ["오래된 트랜잭션을 끊습니다(PostgresLongTransaction).", "정말 모자라면 `maximum-pool-size`를 올리되, 모든 파드의 합이 max_connections의 80%를 넘지 않게 합니다."],
    ),
    "GatewayRouteErrors": (
        ["어느 상태 코드인지 봅니다. 503은 Eureka에 인스턴스가 없는 것이고 504는 늦은 것입니다.", "뒤의 서비스 파드가 Ready인지 `kubectl -n <서비스> get pods`로 봅니다."],
        ["503이면 EurekaInstanceNotUp, 500이면 뒤의 서비스의 에러 로그를 따릅니다.", "게이트웨이만 배포한 직후라면 그 Rollout을 abort합니다."],
    ),
    "GatewayRouteSlow": (
        ["뒤의 서비스의 응답 시간과 견줍니다. 같으면 서비스가, 다르면 게이트웨이가 원인입니다.", "게이트웨이 파드의 CPU 스로틀링과 연결 풀 대기를 봅니다."],
        ["서비스가 느리면 ServiceSlowResponses를 따릅니다.", "게이트웨이가 느리면 레플리카를 늘립니다."],
    ),
    "GatewayConnectionPoolWaiting": (
        ["풀의 이름이 가리키는 서비스의 응답 시간을 봅니다.", "k6 부하 테스트 중인지 확인합니다."],
        ["느린 서비스를 먼저 고칩니다.", "서비스가 빠른데도 기다리면 `spring.cloud.gateway.httpclient.pool.max-connections`를 늘립니다."],
    ),
    "PodMemoryNearLimit": (
        ["`kubectl -n <네임스페이스> top pod --containers`로 어느 컨테이너인지 봅니다.", "계속 오르는지, 뜬 뒤로 그대로인지 봅니다."],
        ["계속 오르면 누수입니다. JVM이면 JvmHeapNearlyFull을 따릅니다.", "그대로면 제한이 작은 것이니 values에서 늘립니다."],
    ),
    "ContainerOOMKilled": (
        ["`kubectl -n <네임스페이스> describe pod <파드>`의 Last State를 봅니다.", "메모리 추이가 계단인지 기울기인지 봅니다."],
        ["배포 뒤부터라면 되돌립니다.", "제한이 작으면 늘리고, JVM이면 `-XX:MaxRAMPercentage`도 확인합니다."],
    ),
    "ContainerCannotStart": (
        ["`kubectl -n <네임스페이스> describe pod <파드>`의 Events를 끝까지 읽습니다.", "Git의 이미지 태그가 레지스트리에 있는지 봅니다."],
        ["태그가 없으면 앞의 태그로 되돌립니다.", "Secret이나 ConfigMap이 없으면 만들고 파드를 지웁니다."],
    ),
}  # fmt: skip

CLUSTER: dict[str, tuple[list[str], list[str]]] = {
    "CoreDNSErrors": (
        ["`kubectl -n kube-system logs deploy/coredns --tail=50`을 봅니다.", "`kubectl run dns --rm -it --image=busybox --restart=Never -- nslookup user.user.svc.cluster.local`로 안쪽 이름을 물어봅니다."],
        ["안쪽 이름이 되면 상위 DNS가 원인이니 호스트의 resolv.conf를 고칩니다.", "안 되면 `kubectl -n kube-system rollout restart deploy/coredns`를 합니다."],
    ),
    "TraefikDown": (
        ["`kubectl -n kube-system get pods -l app.kubernetes.io/name=traefik`을 봅니다.", "`curl -sI http://api.checkmate`로 실제로 막혔는지 확인합니다."],
        ["파드가 없으면 `kubectl -n kube-system get helmchart,job`에서 실패한 설치를 찾습니다.", "파드가 멈췄으면 `kubectl -n kube-system rollout restart deploy/traefik`을 합니다."],
    ),
    "TraefikServiceErrors": (
        ["`kubectl -n <서비스> get endpoints`가 비었는지 봅니다.", "상태 코드별 패널에서 500, 502, 504를 나눕니다."],
        ["엔드포인트가 비었으면 파드가 Ready가 아닌 까닭을 고칩니다.", "500이면 그 서비스의 ServiceHighErrorRate를 따릅니다."],
    ),
    "TraefikSlow": (
        ["게이트웨이의 같은 시간 응답 시간과 견줍니다.", "`kubectl -n kube-system top pod -l app.kubernetes.io/name=traefik`을 봅니다."],
        ["게이트웨이도 느리면 GatewayRouteSlow를 따릅니다.", "Traefik만 느리면 자원을 늘립니다."],
    ),
    "TraefikCertExpiring": (
        ["`kubectl get certificate -A`에서 Ready와 갱신 시각을 봅니다.", "`cmctl status certificate <이름> -n <네임스페이스>`로 멈춘 단계를 찾습니다."],
        ["`cmctl renew <이름> -n <네임스페이스>`로 갱신합니다.", "cert-manager가 만든 것이 아니면 Secret을 직접 바꿉니다."],
    ),
    "CertManagerAbsent": (
        ["`kubectl -n cert-manager get pods`를 봅니다.", "파드가 정상이면 Prometheus의 Targets에서 cert-manager를 찾습니다."],
        ["파드가 없으면 Argo CD에서 cert-manager를 동기화합니다.", "스크레이프만 끊겼으면 PodMonitor의 선택자와 포트를 고칩니다."],
    ),
    "CertificateNotReady": (
        ["`kubectl -n <네임스페이스> describe certificate <이름>`의 Conditions를 읽습니다.", "`kubectl get certificaterequest,order -A | grep <이름>`으로 멈춘 요청을 찾습니다."],
        ["Issuer가 준비되지 않았으면 그 Secret부터 고칩니다.", "요청이 실패로 굳었으면 CertificateRequest를 지워 다시 시키세요."],
    ),
    "CertificateExpiresSoon": (
        ["`kubectl -n <네임스페이스> get certificate <이름> -o wide`로 만료 시각을 확인합니다.", "Linkerd의 issuer라면 만료 뒤 모든 mTLS가 끊깁니다. 먼저 다룹니다."],
        ["`cmctl renew <이름> -n <네임스페이스>`로 갱신합니다.", "Linkerd의 issuer를 갱신했으면 `linkerd check --proxy`로 확인합니다."],
    ),
    "CertificateRenewalOverdue": (
        ["`kubectl -n cert-manager logs deploy/cert-manager --tail=100`에서 이름을 찾습니다.", "`kubectl get issuer,clusterissuer -A`가 모두 Ready인지 봅니다."],
        ["Issuer를 고치고 `cmctl renew`로 갱신합니다."],
    ),
    "TrustBundleReconcileErrors": (
        ["`kubectl get bundle -o yaml`의 status를 봅니다.", "`kubectl -n cert-manager logs deploy/trust-manager --tail=50`을 봅니다."],
        ["원본 Secret이나 ConfigMap이 없으면 만듭니다. 그 뒤 저절로 나눠 줍니다."],
    ),
    "LinkerdLowSuccessRate": (
        ["`linkerd viz stat deploy -n <네임스페이스>`로 어느 파드인지 봅니다.", "같은 시간의 ERROR 로그를 엽니다."],
        ["한 파드만 실패하면 그 파드를 지웁니다.", "모두 실패하면 ServiceHighErrorRate를 따릅니다."],
    ),
    "LinkerdRouteFailing": (
        ["`linkerd viz routes deploy/gateway -n gateway --to svc/<서비스> -n <서비스>`로 경로를 봅니다.", "상태 코드가 504인지 봅니다."],
        ["504면 느린 것이니 ServiceSlowResponses를 따릅니다. 제한 시간을 늘리는 것은 마지막입니다.", "500이면 그 서비스의 로그를 따라 고칩니다."],
    ),
    "LinkerdRetriesHigh": (
        ["SLO 대시보드의 재시도 예산을 봅니다.", "재시도하는 경로의 첫 실패가 무엇인지 서비스 로그에서 찾습니다."],
        ["실패의 원인을 고칩니다.", "재시도가 부하를 키우고 있으면 ServiceProfile에서 그 경로의 isRetryable을 끕니다."],
    ),
    "LinkerdLatencyHigh": (
        ["앱의 응답 시간과 프록시의 응답 시간을 견줍니다.", "linkerd-proxy 컨테이너의 CPU 스로틀링을 봅니다."],
        ["앱이 느리면 ServiceSlowResponses를 따릅니다.", "프록시만 느리면 `config.linkerd.io/proxy-cpu-limit`을 늘립니다."],
    ),
    "LinkerdProxyCertExpiring": (
        ["`linkerd check --proxy`를 돌립니다.", "`kubectl -n linkerd get certificate,pods`를 봅니다."],
        ["issuer가 만료되었으면 `cmctl renew linkerd-identity-issuer -n linkerd`로 갱신합니다.", "identity가 정상이면 그 파드를 다시 띄웁니다."],
    ),
    "LinkerdPolicyDenied": (
        ["`linkerd viz authz deploy -n <네임스페이스>`로 누가 거절되었는지 봅니다.", "최근에 바뀐 Server, AuthorizationPolicy를 Git에서 찾습니다."],
        ["정당한 클라이언트면 그 ServiceAccount를 정책에 더합니다.", "아니면 누가 보내는지 찾아 멈춥니다."],
    ),
}  # fmt: skip

DELIVERY: dict[str, tuple[list[str], list[str]]] = {
    "ArgoAppOutOfSync": (
        ["`argocd app diff <앱>`으로 무엇이 다른지 봅니다.", "누가 손으로 고쳤는지 `kubectl get <리소스> -o yaml --show-managed-fields`로 봅니다."],
        ["손으로 고친 것이면 `argocd app sync <앱>`으로 되돌립니다.", "오퍼레이터가 고쳐 쓰면 ignoreDifferences에 넣습니다."],
    ),
    "ArgoAppUnhealthy": (
        ["`argocd app get <앱> --show-operation`에서 Degraded인 리소스를 찾습니다.", "그 리소스의 Events와 로그를 봅니다."],
        ["새 버전이 원인이면 Git에서 되돌립니다.", "Missing이면 동기화합니다."],
    ),
    "ArgoSyncFailed": (
        ["`argocd app get <앱>`의 Operation 메시지를 읽습니다.", "`helm template charts/<앱>`이 되는지 봅니다."],
        ["매니페스트를 Git에서 고칩니다.", "웹훅이 거절했으면 그 웹훅의 파드를 먼저 살립니다."],
    ),
    "ArgoGitFetchFailing": (
        ["`kubectl -n argocd logs deploy/argocd-repo-server --tail=50`을 봅니다.", "`argocd repo list`의 상태를 봅니다."],
        ["자격 증명이 만료되었으면 `argocd repo add --upsert`로 다시 넣습니다.", "네트워크면 DNS부터 봅니다(CoreDNSErrors)."],
    ),
    "ArgoMetricsMissing": (
        ["`kubectl -n argocd get pods,servicemonitor`를 봅니다.", "Prometheus의 Targets에서 argocd를 찾습니다."],
        ["파드를 살리거나, ServiceMonitor의 선택자와 label release를 고칩니다."],
    ),
    "ImageUpdaterErrors": (
        ["`kubectl -n argocd logs deploy/argocd-image-updater --tail=100`을 봅니다.", "레지스트리 인증인지 Git 쓰기인지 나눕니다."],
        ["토큰을 새로 만들어 Secret을 바꿉니다.", "급하면 Git의 태그를 손으로 바꿉니다."],
    ),
    "RolloutFailed": (
        ["`kubectl argo rollouts get rollout <이름> -n <네임스페이스>`를 봅니다.", "새 ReplicaSet의 파드 로그와 Events를 봅니다."],
        ["일시적이면 `kubectl argo rollouts retry rollout <이름> -n <네임스페이스>`.", "새 버전이 나쁘면 Git의 태그를 되돌립니다. undo만 하면 Argo CD가 다시 올립니다."],
    ),
    "RolloutStuck": (
        ["어느 단계(20%, 50%)에서 멈췄는지 봅니다.", "새 파드가 Ready인지, 자원이 모자라 Pending인지 봅니다."],
        ["정상이면 `kubectl argo rollouts promote <이름> -n <네임스페이스>`.", "문제가 있으면 `kubectl argo rollouts abort <이름> -n <네임스페이스>`."],
    ),
    "RolloutReplicasUnavailable": (
        ["`kubectl -n <네임스페이스> get pods`에서 Ready가 아닌 파드를 describe합니다.", "같은 노드에 몰려 있는지 봅니다."],
        ["이미지면 ContainerCannotStart, 메모리면 ContainerOOMKilled를 따릅니다.", "자원이 모자라면 노드를 더하거나 요청을 줄입니다."],
    ),
    "RolloutReconcileErrors": (
        ["`kubectl -n argo-rollouts logs deploy/argo-rollouts --tail=50`을 봅니다.", "Rollout의 spec이 최근에 바뀌었는지 봅니다."],
        ["InvalidSpec이면 Git에서 고칩니다.", "그 밖에는 `kubectl -n argo-rollouts rollout restart deploy/argo-rollouts`를 합니다."],
    ),
    **{
        f"Eureka{name}Missing": (
            [f"`kubectl -n {name.lower()} get pods`로 파드가 있고 Ready인지 봅니다.", f"Eureka 화면(`kubectl -n eureka port-forward svc/eureka 8761`)에서 {name.upper()}를 찾습니다."],
            ["파드가 없으면 Rollout과 Argo CD를 봅니다.", "파드가 정상인데 없으면 등록 주소를 고치고 파드를 다시 띄웁니다."],
        )
        for name in ("User", "Community", "Study", "Store", "Gateway")
    },
    "EurekaInstanceNotUp": (
        ["그 인스턴스의 `/actuator/health`를 봅니다.", "막 뜨는 중(STARTING)인지 봅니다."],
        ["DOWN이면 health가 가리키는 의존(데이터베이스, Redis)을 고칩니다.", "이미 없는 인스턴스면 90초 뒤 저절로 빠집니다."],
    ),
}  # fmt: skip

DATA: dict[str, tuple[list[str], list[str]]] = {
    "PostgresDown": (
        ["`kubectl -n data get pods,pvc -o wide`를 봅니다.", "`kubectl -n data logs <파드> --tail=50`에서 복구 중인지 봅니다."],
        ["복구 중이면 기다립니다. 다시 죽이면 처음부터 합니다.", "디스크가 찼으면 볼륨을 늘리고, exporter만 죽었으면 그것만 살립니다."],
    ),
    "PostgresConnectionsHigh": (
        ["`select application_name, state, count(*) from pg_stat_activity group by 1, 2 order by 3 desc;`", "배포 중이라 두 버전의 풀이 함께 열렸는지 봅니다."],
        ["idle in transaction을 끊습니다: `select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' and state_change < now() - interval '5 min';`", "풀의 합이 크면 서비스의 maximum-pool-size를 줄입니다."],
    ),
    "PostgresLongTransaction": (
        ["`select pid, usename, state, now() - xact_start as age, left(query, 80) from pg_stat_activity order by xact_start limit 5;`", "백업이나 배치인지 확인합니다."],
        ["필요 없으면 `select pg_terminate_backend(<pid>);`로 끊습니다."],
    ),
    "PostgresDeadlocks": (
        ["`kubectl -n data logs <파드> | grep -A8 deadlock`에서 두 문장을 찾습니다."],
        ["두 트랜잭션이 같은 순서로 잠그도록 코드를 고칩니다.", "재시도로 지나가면 급하지 않습니다."],
    ),
    "PostgresCacheHitLow": (
        ["`select relname, seq_scan, seq_tup_read from pg_stat_user_tables order by 3 desc limit 5;`"],
        ["자주 훑는 테이블에 인덱스를 더합니다.", "데이터가 커졌으면 shared_buffers와 메모리 제한을 함께 늘립니다."],
    ),
    "RedisDown": (
        ["`kubectl -n data get pods -o wide`를 봅니다.", "OOM이었는지 `kubectl -n data describe pod`에서 봅니다."],
        ["파드를 살립니다. 볼륨이 없어 비어서 뜨므로, 캐시가 찰 때까지 PostgreSQL의 부하를 봅니다."],
    ),
    "RedisMemoryHigh": (
        ["`redis-cli --bigkeys`, `redis-cli info memory`를 봅니다.", "TTL이 없는 키가 늘었는지 봅니다."],
        ["쓰지 않는 큰 키를 `unlink`로 지웁니다.", "maxmemory와 파드의 제한을 함께 늘립니다."],
    ),
    "RedisRejectedConnections": (
        ["`redis-cli client list | cut -d' ' -f2 | sort | uniq -c`로 어디서 오는지 봅니다."],
        ["새는 쪽을 다시 띄웁니다.", "정말 모자라면 maxclients를 늘립니다."],
    ),
    "RedisEvictions": (
        ["적중률이 함께 떨어졌는지 봅니다."],
        ["떨어졌으면 메모리를 늘리고, 아니면 그대로 둡니다."],
    ),
}  # fmt: skip

MONITORING: dict[str, tuple[list[str], list[str]]] = {
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

SLO: dict[str, tuple[list[str], list[str]]] = {
    "SloBurnFast": (
        ["지금 사용자가 실패를 겪고 있습니다. Overview에서 다른 서비스도 그런지 먼저 봅니다.", "`slo`가 availability면 상태 코드를, latency면 느린 경로를 Linkerd 대시보드에서 봅니다.", "최근 1시간의 배포를 Overview의 표시(보라, 주황 선)로 확인합니다."],
        ["배포와 겹치면 먼저 되돌리고 나중에 조사합니다.", "데이터베이스나 노드가 원인이면 그 런북을 따릅니다.", "고친 뒤 5분 창이 비면 알림은 저절로 끝납니다."],
    ),
    "SloBurnSteady": (
        ["몇 시간째 조금씩 실패합니다. 일부 파드나 일부 경로인지 나눕니다.", "실패하는 요청의 로그를 골라 공통점을 찾습니다."],
        ["한 파드면 그 파드를, 한 경로면 그 코드를 고칩니다.", "오늘 안에 고칠 수 없으면 그 기능을 끄는 것을 생각합니다."],
    ),
    "SloBurnSlow": (
        ["하루 동안 느리게 예산을 씁니다. 급하지 않지만 이번 주 안에 고쳐야 합니다.", "언제부터인지 7일 그래프에서 찾아 배포와 견줍니다."],
        ["이슈를 만들고 담당을 정합니다.", "예산이 25% 아래면 위험한 배포를 미룹니다."],
    ),
    "SloBurnCreeping": (
        ["사흘 동안 평소보다 많이 실패합니다. 눈에 띄는 장애는 없을 수 있습니다.", "가장 많이 실패한 경로를 SLO 표에서 찾습니다."],
        ["목표가 맞는지도 함께 봅니다. 사용자가 불편하지 않으면 목표를 낮추는 것도 방법입니다.", "다음 주 계획에 넣습니다."],
    ),
    "RetryBudgetBurning": (
        ["Linkerd 대시보드에서 실제 요청과 원래 요청의 차이가 큰 경로를 찾습니다.", "그 서비스의 에러 로그를 봅니다."],
        ["실패의 원인을 고칩니다.", "재시도가 서비스를 더 누르고 있으면 그 경로의 isRetryable을 잠시 끕니다."],
    ),
    "SloDataMissing": (
        ["Prometheus의 Targets에서 linkerd-proxy가 up인지 봅니다.", "`kubectl get serviceprofile -A`에 그 서비스가 있는지 봅니다."],
        ["ServiceProfile이 지워졌으면 Argo CD에서 동기화합니다.", "사이드카가 없으면 네임스페이스의 `linkerd.io/inject`를 확인하고 파드를 다시 띄웁니다."],
    ),
}  # fmt: skip

STEPS = {**SERVICES, **CLUSTER, **DELIVERY, **DATA, **MONITORING, **SLO}
