"""What brings new versions: Argo CD, Rollouts, the registry of services."""

from services.services import clients

STEPS: dict[str, tuple[list[str], list[str]]] = {
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
        f"Eureka{client.name.capitalize()}Missing": (
            [f"`kubectl -n {client.namespace} get pods`로 파드가 있고 Ready인지 봅니다.", f"Eureka 화면(`kubectl -n eureka port-forward svc/eureka 8761`)에서 {client.name.upper()}를 찾습니다."],
            ["파드가 없으면 Rollout과 Argo CD를 봅니다.", "파드가 정상인데 없으면 등록 주소를 고치고 파드를 다시 띄웁니다."],
        )
        for client in clients
    },
    "EurekaInstanceNotUp": (
        ["그 인스턴스의 `/actuator/health`를 봅니다.", "막 뜨는 중(STARTING)인지 봅니다."],
        ["DOWN이면 health가 가리키는 의존(데이터베이스, Redis)을 고칩니다.", "이미 없는 인스턴스면 90초 뒤 저절로 빠집니다."],
    ),
}  # fmt: skip
