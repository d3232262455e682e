"""The runbook of each alert that reaches people: what it means, what to check first, how to mend it."""

from alertmanager.discord import systems, webhook_test
from alertmanager.steps import STEPS
from obs import Runbook, Runbooks
from rules.cpu import high_node_cpu, high_service_pod_cpu
from rules.nodes import node_down
from rules.spring import spring_error_logs, spring_error_storm, spring_errors_widespread

pages = Runbooks(language="ko")

steps = [
    Runbook(
        spring_error_logs,
        means="서비스가 ERROR 로그를 남겼습니다. 한 줄이면 울립니다. 사용자가 실패를 겪었을 수도, 재시도로 지나갔을 수도 있습니다.",
        check=[
            "메시지의 대시보드에서 스택 트레이스의 맨 위 예외와 `Caused by`를 읽습니다.",
            "같은 시간에 다른 서비스도 울렸는지 봅니다. 여럿이면 PostgreSQL, Redis, Eureka를 먼저 의심합니다.",
            "`kubectl -n <서비스> get rollout,pods`로 직전 배포와 재시작을 확인합니다.",
        ],
        mend=[
            "배포 직후라면 되돌립니다: `kubectl argo rollouts abort <서비스> -n <서비스>`, 그다음 Git에서 이미지 태그를 되돌립니다.",
            "데이터베이스 연결 오류라면 `kubectl -n data get pods`로 살리고, 연결 풀이 다시 차는지 봅니다.",
            "코드의 잘못이라면 이슈를 만들고, 고칠 때까지 아래처럼 끕니다.",
        ],
    ),
    Runbook(
        spring_error_storm,
        means="한 서비스의 파드 세 개 이상이 5분 안에 ERROR 로그를 남겼습니다. 파드 하나가 아니라 서비스나 그 뒤의 것이 고장 났습니다. "
        "이 알림이 끝날 때까지 파드별 알림은 오지 않고, 먼저 온 파드별 알림의 해제도 오지 않을 수 있습니다. "
        "이 알림의 복구는 ERROR 로그를 남기는 파드가 두 개 이하로 줄었다는 뜻입니다.",
        check=[
            "메시지의 대시보드에서 어느 파드가 가장 많은지, 모든 파드가 같은 예외인지 봅니다.",
            "`kubectl argo rollouts get rollout <서비스> -n <서비스>`로 배포 중인지 봅니다. 새 파드만 남기면 배포가 원인입니다.",
            "`kubectl -n data get pods`로 PostgreSQL과 Redis를, Eureka 대시보드로 등록 상태를 확인합니다.",
        ],
        mend=[
            "배포 중이면 `kubectl argo rollouts abort <서비스> -n <서비스>`, 그다음 Git에서 이미지 태그를 되돌립니다.",
            "예외가 데이터베이스 연결이면 PostgresDown, HikariPoolExhausted 런북을 따릅니다.",
            "같은 로그가 계속 쏟아지면 로그 저장소도 봅니다: LokiDiscardingLogs, PromtailDroppingLogs.",
        ],
    ),
    Runbook(
        spring_errors_widespread,
        means="서비스 세 개 이상이 5분 안에 ERROR 로그를 남겼습니다. 함께 쓰는 것이 고장 났을 가능성이 큽니다. "
        "메시지는 하나이고, 나중에 더해지는 서비스는 5분 안에 같은 메시지로 알립니다. 마지막 오류 뒤 5분을 더 기다려 끝납니다.",
        check=[
            "Overview에서 노드, PostgreSQL, Redis, Eureka 가운데 무엇이 먼저 나빠졌는지 봅니다.",
            "대시보드의 네임스페이스별 그래프에서 가장 먼저 시작한 서비스를 찾습니다. 나머지는 그 서비스를 부르는 쪽일 수 있습니다.",
            "NodeDown, PostgresDown, RedisDown 메시지가 함께 왔는지 채널에서 확인합니다.",
        ],
        mend=[
            "함께 쓰는 것을 먼저 고칩니다. 그 런북을 따르면 서비스는 저절로 돌아옵니다.",
            "먼저 시작한 서비스가 있고 배포 직후라면 그 배포를 되돌립니다.",
            "고친 뒤에도 한 서비스만 남으면 SpringErrorStorm 또는 SpringErrorLogsDetected 런북을 따릅니다.",
        ],
    ),
    Runbook(
        high_node_cpu,
        means="노드의 CPU가 5분 넘게 80%를 넘었습니다. 아직 장애는 아니지만 응답이 느려지고 프로브가 실패하기 시작할 수 있습니다.",
        check=[
            "노드 대시보드에서 언제부터인지, user·system·iowait 가운데 무엇인지 봅니다.",
            "`kubectl top pods -A --sort-by=cpu | head`로 많이 쓰는 파드를 찾습니다.",
            "k6 부하 테스트나 이미지 빌드가 같은 노트북에서 돌고 있는지 확인합니다.",
        ],
        mend=[
            "부하 테스트라면 멈추거나 속도를 낮춥니다.",
            "한 파드가 원인이면 그 서비스의 HighServicePodCPUUsage 런북을 따릅니다.",
            "노드 전체가 부족하면 `k3d node create`로 노드를 더하거나 레플리카를 줄입니다.",
        ],
    ),
    Runbook(
        high_service_pod_cpu,
        means="서비스 파드가 CPU 제한의 80%를 5분 넘게 썼습니다. 100%에 닿으면 스로틀링으로 응답이 느려집니다.",
        check=[
            "파드 대시보드의 스로틀링 패널과, 같은 시간의 요청 수를 봅니다.",
            "`kubectl -n <서비스> top pod --containers`로 앱과 linkerd-proxy를 나누어 봅니다.",
            "GC가 원인인지 Spring 대시보드의 JVM 줄에서 확인합니다.",
        ],
        mend=[
            "요청이 늘었으면 레플리카를 늘립니다: `values/dev/<서비스>.yaml`의 replicas.",
            "요청이 그대로면 스레드 덤프를 뜹니다: `kubectl -n <서비스> exec <파드> -- jcmd 1 Thread.print`.",
            "직전 배포가 원인이면 되돌립니다.",
        ],
    ),
    Runbook(
        node_down,
        means="노드가 쿠버네티스에 응답하지 않습니다. 그 위의 파드는 멈췄고, 약 5분 뒤 다른 노드에서 다시 뜹니다. "
        "그동안 이 노드 파드의 알림은 보내지 않습니다.",
        check=[
            "`kubectl get nodes -o wide`와 `kubectl describe node <노드>`의 Conditions를 봅니다.",
            "노드 컨테이너가 살아 있는지 봅니다: `docker ps -a --filter name=k3d`.",
            "호스트의 디스크와 메모리를 봅니다: `docker system df`, `free -h`.",
        ],
        mend=[
            "컨테이너가 멈췄으면 `docker start <노드>`로 켭니다.",
            "살아 있는데 NotReady이면 `docker restart <노드>`, 디스크가 찼으면 `docker image prune`부터 합니다.",
            "돌아오지 않으면 `kubectl delete node <노드>` 뒤 `k3d node create`로 새로 만듭니다. local-path 볼륨은 함께 사라집니다.",
        ],
    ),
    Runbook(
        webhook_test,
        means="사람이 Discord 채널을 시험하려고 보낸 알림입니다. 메시지가 왔다면 Alertmanager에서 Discord까지 길이 살아 있습니다.",
        check=[
            "누가 보냈는지 채널에 물어봅니다. 아무도 아니면 Alertmanager에 접근할 수 있는 사람을 확인합니다."
        ],
        mend=[
            "보낸 사람이 끝내거나, 저절로 끝나기를 기다립니다. 기본은 5분입니다.",
            "다시 시험하려면 `amtool alert add DiscordWebhookTest --annotation=summary='연결 확인'`을 보냅니다.",
        ],
    ),
]

# What an alert of a system means is in its description; what to do for it is in the table.
of_systems = [Runbook(alert, check=STEPS[alert.name][0], mend=STEPS[alert.name][1]) for alert in systems]
