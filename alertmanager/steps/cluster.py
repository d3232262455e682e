"""What every request passes: DNS, Traefik, certificates, the mesh."""

STEPS: dict[str, tuple[list[str], list[str]]] = {
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
