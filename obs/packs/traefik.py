"""Traefik, through which every request enters: how many, how fast, which fail, and its certificates."""

from __future__ import annotations

from collections.abc import Sequence

from obs.catalogue.prometheus_synthetic import up
from obs.catalogue.traefik import (
    traefik_entrypoint_requests_total,
    traefik_open_connections,
    traefik_service_request_duration_seconds,
    traefik_service_requests_total,
    traefik_service_responses_bytes_total,
    traefik_tls_certs_not_after,
)
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.link import Link
from obs.model.query import Query
from obs.model.rule import Alert
from obs.model.service import Target
from obs.packs import style
from obs.packs.panels import codes, curve, dashed, listing, number, ratio, stacked
from obs.packs.query import average, failing, gone, quantile, rate, share

NAME = "traefik"
DAY = 24 * 3600
ERROR_RATIO, SLOW_SECONDS, CERTIFICATE_DAYS = 0.05, 1.0, 7
"""Failures, mean response time, and what is left of a certificate, that alerts tell of."""


def target(*, namespace: str = "kube-system", port: str = "metrics", version: str = "") -> Target:
    """Its pods, as k3s installs them: metrics are on, and announced by annotations only, which the operator ignores.

    A PodMonitor, so that `service` stays the one that Traefik routes to.
    """
    return Target(
        NAME,
        monitor="pod",
        namespace=namespace,
        selector={"app.kubernetes.io/name": NAME},
        port=port,
        job_label="app.kubernetes.io/name",
        exposes=["traefik_*"],
        system=NAME,
        version=version,
    )


def dashboard(
    data: Prometheus,
    *,
    uid: str = "traefik-ingress",
    title: str = "Traefik",
    tags: Sequence[str] = (),
    links: Sequence[Link] = (),
    error_ratio: float = ERROR_RATIO,
    slow_seconds: float = SLOW_SECONDS,
    certificate_days: int = CERTIFICATE_DAYS,
) -> Dashboard:
    """What enters the platform, by entry point and by the service behind it. The limits are those of the alerts."""
    service = data.label(traefik_service_requests_total, "service", title="서비스")
    requests = data.series(traefik_service_requests_total, service)
    failures = data.series(traefik_service_requests_total, service, code=["5.."])
    buckets = data.series(traefik_service_request_duration_seconds.bucket, service)
    sent = data.series(traefik_service_responses_bytes_total, service)
    timer = traefik_service_request_duration_seconds
    mean = average(data.series(timer.sum, service), data.series(timer.count, service), "service")
    by_service = "{{service}}"
    left = f"min by (cn, sans) ({traefik_tls_certs_not_after}) - time()"
    return Dashboard(
        uid=uid,
        title=title,
        description="Traefik으로 들어오는 모든 요청: 요청량, 실패율, 응답 시간, 인증서.",
        tags=[*tags, NAME],
        data=data,
        variables=[service],
        links=style.links(tags, links),
        rows=[
            [
                number("Instances up", "응답하는 Traefik 파드 수. 0이면 플랫폼으로 들어올 길이 없습니다.",
                       f"count({up(job=NAME)} == 1) or vector(0)", style.ONE),
                curve("Request rate by entrypoint",
                      "진입점(web, websecure)별 초당 요청 수. 서비스가 정해지지 않은 요청도 들어갑니다.", "reqps",
                      rate(str(traefik_entrypoint_requests_total), "entrypoint"), legend="{{entrypoint}}"),
                curve("Request rate by service", "Traefik이 넘긴 서비스별 초당 요청 수. 이름은 네임스페이스-이름-포트 형식입니다.",
                      "reqps", rate(requests, "service"), legend=by_service),
            ],
            [
                ratio("5xx ratio by service", "서비스별 5xx 비율. 요청이 있고 실패가 없으면 0입니다.",
                      share(rate(failures, "service"), rate(requests, "service")),
                      limits=style.rising(error_ratio / 5, error_ratio), legend=by_service),
                curve("Response time by service", "서비스별 p95와 평균 응답 시간. 버킷이 0.1, 0.3, 1.2, 5초뿐이라 p95는 "
                      "대략의 값이고 5초를 넘지 못합니다.", "s",
                      Query(quantile(0.95, buckets, "service"), f"{by_service} p95"),
                      Query(mean, f"{by_service} 평균"), overrides=[dashed("B")],
                      limits=style.beyond(slow_seconds)),
            ],
            [
                stacked("Status codes", "상태 코드별 초당 응답 수. 404는 라우트가 없는 요청, 502와 504는 파드가 없는 것입니다.",
                        "reqps", rate(requests, "code"), legend="{{code}}", overrides=codes()),
                curve("Response bytes by service", "서비스별 초당 응답 바이트.", "Bps", rate(sent, "service"),
                      legend=by_service),
                curve("Open connections", "열려 있는 연결 수.", "short",
                      f"sum by (entrypoint, protocol) ({traefik_open_connections})",
                      legend="{{entrypoint}} {{protocol}}"),
            ],
            [
                listing("Certificates", "Traefik이 내보내는 인증서와 만료까지 남은 시간. 일주일 아래면 cert-manager를 확인하세요.",
                        {"cn": "이름", "sans": "도메인", "Value": "남은 시간"}, left, unit="dtdurations",
                        limits=style.falling(certificate_days * DAY, 3 * certificate_days * DAY), rising=True, h=6),
            ],
        ],
    )  # fmt: skip


def alerts(
    board: Dashboard,
    *,
    owner: str = "platform",
    error_ratio: float = ERROR_RATIO,
    slow_seconds: float = SLOW_SECONDS,
    certificate_days: int = CERTIFICATE_DAYS,
) -> tuple[Alert, ...]:
    """Failing and slow services behind it, certificates that end, and no Traefik at all."""
    requests = rate(str(traefik_service_requests_total), "service", window="5m")
    failures = rate(traefik_service_requests_total(code="=~5.."), "service", window="5m")
    timer = traefik_service_request_duration_seconds
    mean = average(str(timer.sum), str(timer.count), "service", window="5m")
    labels = {"owner": owner}
    return (
        Alert(
            "TraefikServiceErrors",
            expr=failing(failures, requests, above=error_ratio),
            for_="5m",
            labels=labels,
            summary="Traefik 5xx 비율 초과: {{ $labels.service }}",
            description=f"{{{{ $labels.service }}}} 서비스로 가는 요청의 5xx 비율이 5분 넘게 {error_ratio:.0%}를 넘었습니다. "
            "현재 {{ $value | humanizePercentage }}입니다.",
            runbook="502, 504면 살아 있는 파드가 없는 것이니 서비스의 파드와 엔드포인트를, 500이면 서비스의 에러 로그를 확인하세요.",
            dashboard=board,
            panel="5xx ratio by service",
        ),
        Alert(
            "TraefikSlow",
            expr=f"{mean} > {slow_seconds:g}",
            for_="10m",
            labels=labels,
            summary="Traefik 응답 지연: {{ $labels.service }}",
            description=f"{{{{ $labels.service }}}} 서비스의 평균 응답 시간이 10분 넘게 {slow_seconds:g}초를 넘었습니다. "
            "현재 {{ $value | humanizeDuration }}입니다.",
            runbook="게이트웨이의 라우트별 응답 시간과 비교하세요. 게이트웨이도 느리면 뒤의 서비스를, 아니면 Traefik의 CPU를 봅니다.",
            dashboard=board,
            panel="Response time by service",
        ),
        Alert(
            "TraefikCertExpiring",
            expr=f"min by (cn) ({traefik_tls_certs_not_after}) - time() < {certificate_days} * {DAY}",
            for_="1h",
            labels=labels | {"service": NAME},
            summary="Traefik 인증서 만료 임박: {{ $labels.cn }}",
            description="{{ $labels.cn }} 인증서가 {{ $value | humanizeDuration }} 뒤에 만료됩니다.",
            runbook="Ingress의 Secret과 cert-manager Certificate의 상태를 확인하고, 갱신이 멈췄으면 cmctl renew로 갱신하세요.",
            dashboard=board,
            panel="Certificates",
        ),
        Alert(
            "TraefikDown",
            expr=gone(NAME),
            for_="5m",
            severity="critical",
            labels=labels | {"service": NAME},
            summary="Traefik이 응답하지 않습니다",
            description="5분 동안 응답하는 Traefik 파드가 없습니다. 플랫폼으로 들어오는 모든 요청이 실패합니다.",
            runbook="kube-system의 traefik 파드와 HelmChart 작업 상태를 확인하세요. 파드가 정상이면 PodMonitor와 metrics 포트를 봅니다.",
            dashboard=board,
            panel="Instances up",
        ),
    )
