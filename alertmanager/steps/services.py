"""The services themselves: answers, heap, connections, pods. `<서비스>` is the namespace, the Rollout and the container alike."""

STEPS: dict[str, tuple[list[str], list[str]]] = {
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
