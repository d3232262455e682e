"""cert-manager and trust-manager: certificates on their way to expiry, and the bundles that trust them."""

from __future__ import annotations

from collections.abc import Sequence

from obs.catalogue.cert_manager import (
    certmanager_certificate_expiration_timestamp_seconds,
    certmanager_certificate_ready_status,
    certmanager_certificate_renewal_timestamp_seconds,
    certmanager_controller_sync_call_count,
    certmanager_controller_sync_error_count,
)
from obs.catalogue.go_client_runtime import (
    controller_runtime_reconcile_errors_total,
    controller_runtime_reconcile_total,
)
from obs.catalogue.prometheus_synthetic import up
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.link import Link
from obs.model.panel import Row
from obs.model.panels import timeseries
from obs.model.rule import Alert
from obs.model.service import Target
from obs.packs import style
from obs.packs.panels import curve, events, listing, number, stacked
from obs.packs.query import gone, increase, rate

NAME, TRUST = "cert-manager", "trust-manager"
DAY = 24 * 3600


def target(*, namespace: str = "cert-manager", version: str = "") -> Target:
    """The controller's pods: its chart opens the port without being asked, and brings no monitor without being told.

    `namespace` and `name` are those of a Certificate.
    """
    return Target(
        NAME,
        monitor="pod",
        namespace=namespace,
        selector={"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": "controller"},
        port="http-metrics",
        honor_labels=True,
        job_label="app.kubernetes.io/name",
        exposes=["certmanager_*"],
        system=NAME,
        version=version,
    )


def trust_target(*, namespace: str = "cert-manager", version: str = "") -> Target:
    """trust-manager has the metrics of its framework only."""
    return Target(
        TRUST,
        namespace=namespace,
        selector={"app.kubernetes.io/name": TRUST},
        port="metrics",
        job_label="app.kubernetes.io/name",
        exposes=["controller_runtime_*"],
        system=TRUST,
        version=version,
    )


def left(name: str) -> str:
    """Seconds until a time of a certificate; nothing for one that was never issued, whose time is 0."""
    return f"min by (namespace, name) ({name} > 0) - time()"


def dashboard(
    data: Prometheus,
    *,
    uid: str = "cert-manager",
    title: str = "cert-manager and trust-manager",
    tags: Sequence[str] = (),
    links: Sequence[Link] = (),
) -> Dashboard:
    """Which certificate ends when, and whether the controllers work."""
    ready, expiry = certmanager_certificate_ready_status, certmanager_certificate_expiration_timestamp_seconds
    renewal = certmanager_certificate_renewal_timestamp_seconds
    certificate = {"namespace": "네임스페이스", "name": "인증서"}
    trust = controller_runtime_reconcile_total(job=TRUST)
    return Dashboard(
        uid=uid, title=title, data=data, tags=[*tags, NAME], links=style.links(tags, links),
        description="cert-manager가 발급한 인증서의 상태와 만료, trust-manager의 번들 배포.",
        rows=[
            [
                number("Controllers up", "응답하는 cert-manager 파드 수.", f"count({up(job=NAME)} == 1) or vector(0)",
                       style.ONE, w=3),
                number("Not ready", "Ready가 아닌 인증서 수.",
                       f"count(max by (namespace, name) ({ready(condition='!=True')}) == 1) or vector(0)", style.NOTHING, w=3),
                listing("Time to expiry", "인증서가 만료될 때까지 남은 시간. linkerd-identity-issuer는 만료 15일 전에 갱신됩니다.",
                        certificate | {"Value": "남은 시간"}, left(str(expiry)), unit="dtdurations",
                        limits=style.falling(7 * DAY, 14 * DAY), rising=True),
                listing("Certificates by condition", "Ready가 아닌 인증서. cmctl status certificate로 어느 단계에서 멈췄는지 보세요.",
                        certificate | {"condition": "Ready"},
                        f"max by (namespace, name, condition) ({ready(condition='!=True')}) == 1",
                        empty="모두 Ready입니다"),
            ],
            [
                timeseries("Time to renewal", left(str(renewal)), legend="{{namespace}}/{{name}}", unit="s", fill=0,
                           description="다음 갱신까지 남은 시간. 0 아래로 내려가면 갱신이 늦은 것입니다."),
                stacked("Sync calls", "컨트롤러별 초당 처리 횟수.", "ops",
                        rate(str(certmanager_controller_sync_call_count), "controller"), legend="{{controller}}"),
                curve("Sync errors", "컨트롤러별 초당 실패 횟수.", "ops",
                      rate(str(certmanager_controller_sync_error_count), "controller"), legend="{{controller}}"),
            ],
            Row("trust-manager", [
                stacked("Bundle reconciliations", "결과별 초당 번들 처리 횟수.", "ops", rate(trust, "controller", "result"),
                        legend="{{controller}} {{result}}"),
                events("Bundle errors", "번들을 나눠 주지 못한 횟수. trust-manager의 로그를 확인하세요.",
                       increase(controller_runtime_reconcile_errors_total(job=TRUST), "controller"),
                       legend="{{controller}}"),
            ]),
        ],
    )  # fmt: skip


def alerts(board: Dashboard, *, owner: str = "platform", days: int = 7) -> tuple[Alert, ...]:
    """Certificates that are not issued, not renewed or about to end; controllers that are gone or fail."""
    ready, labels = certmanager_certificate_ready_status, {"owner": owner, "service": NAME}
    renewal = left(str(certmanager_certificate_renewal_timestamp_seconds))
    expiry = left(str(certmanager_certificate_expiration_timestamp_seconds))
    errors = increase(controller_runtime_reconcile_errors_total(job=TRUST), "controller", window="15m")
    who = "{{ $labels.namespace }}/{{ $labels.name }}"
    return (
        Alert("CertificateNotReady", expr=f"max by (namespace, name) ({ready(condition='!=True')}) == 1", for_="10m",
              severity="critical", labels=labels, summary=f"인증서 발급 실패: {who}",
              description=f"{who} 인증서가 10분 넘게 Ready가 아닙니다. Linkerd와 웹훅이 이 인증서들에 기대고 있습니다.",
              runbook="cmctl status certificate로 어느 단계에서 멈췄는지 보고, CertificateRequest와 Issuer를 확인하세요.",
              dashboard=board, panel="Certificates by condition"),
        Alert("CertificateRenewalOverdue", expr=f"{renewal} < -3600", for_="10m", labels=labels,
              summary=f"인증서 갱신 지연: {who}",
              description=f"{who} 인증서가 갱신할 때를 한 시간 넘게 지났습니다.",
              runbook="Issuer가 준비되었는지와 cert-manager 컨트롤러의 로그를 확인하세요.",
              dashboard=board, panel="Time to renewal"),
        Alert("CertificateExpiresSoon", expr=f"{expiry} < {days} * {DAY}", for_="10m", severity="critical", labels=labels,
              summary=f"인증서 만료 임박: {who}",
              description=f"{who} 인증서가 "
              "{{ $value | humanizeDuration }} 뒤에 만료됩니다. 자동 갱신이 되지 않았습니다.",
              runbook="cmctl renew로 직접 갱신하고, 왜 자동으로 되지 않았는지 이벤트를 확인하세요.",
              dashboard=board, panel="Time to expiry"),
        Alert("CertManagerAbsent", expr=gone(NAME), for_="10m", severity="critical", labels=labels,
              summary="cert-manager가 응답하지 않습니다",
              description="10분 동안 응답하는 cert-manager가 없습니다. 인증서가 갱신되지 않습니다.",
              runbook="cert-manager 네임스페이스의 파드와 PodMonitor를 확인하세요.",
              dashboard=board, panel="Controllers up"),
        Alert("TrustBundleReconcileErrors", expr=f"{errors} > 0", for_="10m",
              labels={"owner": owner, "service": TRUST}, summary="trust-manager 번들 배포 실패",
              description="10분 넘게 신뢰 번들을 나눠 주지 못하고 있습니다. 새 네임스페이스가 Linkerd의 루트를 받지 못합니다.",
              runbook="Bundle의 status와 원본 Secret, ConfigMap이 있는지 확인하세요.",
              dashboard=board, panel="Bundle errors"),
    )  # fmt: skip
