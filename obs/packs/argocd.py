"""Argo CD and Image Updater: what differs from Git, what is broken, which syncs fail, which images are written back."""

from __future__ import annotations

from collections.abc import Sequence

from obs.catalogue.argocd import (
    argocd_app_info,
    argocd_app_reconcile,
    argocd_app_sync_total,
    argocd_git_fetch_fail_total,
    argocd_git_request_total,
)
from obs.catalogue.argocd_image_updater import (
    argocd_image_updater_images_errors_total,
    argocd_image_updater_images_updated_total,
    argocd_image_updater_registry_requests_failed_total,
    argocd_image_updater_registry_requests_total,
)
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.link import Link
from obs.model.panel import Row
from obs.model.query import Query
from obs.model.rule import Alert
from obs.model.service import Target
from obs.packs import style
from obs.packs.panels import curve, dashed, events, listing, named, number, stacked
from obs.packs.query import increase, quantile, rate

NAME, UPDATER = "argocd", "image-updater"
_SYNC = {"Synced": style.BLUE, "OutOfSync": style.ORANGE, "Unknown": style.GREY}
_HEALTH = {
    "Healthy": style.BLUE, "Progressing": style.SKY, "Suspended": style.PURPLE, "Missing": style.ORANGE,
    "Degraded": style.VERMILION, "Unknown": style.GREY,
}  # fmt: skip


def target(
    *, namespace: str = "argocd", port: str = "metrics", enabled: bool = False, version: str = ""
) -> Target:
    """Every metrics Service of Argo CD. The plain manifests bring them; its chart must be told to,
    and calls the port `http-metrics`.

    `namespace` is that of an Application.
    """
    return Target(
        NAME,
        namespace=namespace,
        selector={"app.kubernetes.io/part-of": "argocd"},
        port=port,
        honor_labels=True,
        exposes=[
            "argocd_app_*",
            "argocd_appset_*",
            "argocd_cluster_*",
            "argocd_git_*",
            "argocd_kubectl_*",
            "argocd_redis_*",
            "argocd_repo_*",
        ],
        enabled=enabled,
        ready=True,
        switch_on="controller.metrics.enabled, server.metrics.enabled and repoServer.metrics.enabled where Argo CD was "
        'installed by its chart (the plain manifests have the Services), then enabled=True here (and port="http-metrics" for the chart)',
        system=NAME,
        version=version,
    )


def updater_target(*, namespace: str = "argocd", enabled: bool = False, version: str = "") -> Target:
    """Image Updater's pod; it serves metrics on a port of its own when it is told one."""
    return Target(
        f"{NAME}-{UPDATER}",
        monitor="pod",
        namespace=namespace,
        selector={"app.kubernetes.io/name": "argocd-image-updater"},
        port="metrics",
        exposes=["argocd_image_updater_*"],
        enabled=enabled,
        ready=True,
        switch_on="metrics.enabled: true in the values of argocd-image-updater, then enabled=True here",
        system=UPDATER,
        version=version,
    )


def dashboard(
    data: Prometheus,
    *,
    uid: str = "argocd-applications",
    title: str = "Argo CD and Image Updater",
    tags: Sequence[str] = (),
    links: Sequence[Link] = (),
) -> Dashboard:
    """Applications, syncs, Git, and the images that are written back to it."""
    syncs = increase(str(argocd_app_sync_total), "name", "phase")
    application, states = (
        {"name": "Application", "project": "프로젝트"},
        {"sync_status": "Sync", "health_status": "Health"},
    )
    differing = argocd_app_info(sync_status="!=Synced")
    broken = argocd_app_info(health_status="!~Healthy|Progressing|Suspended")
    return Dashboard(
        uid=uid, title=title, data=data, tags=[*tags, NAME], links=style.links(tags, links),
        description="Argo CD의 Application 상태와 동기화, Image Updater의 이미지 갱신.",
        rows=[
            [
                number("Out of sync", "Git과 다른 Application 수. 아래 표에서 무엇이 다른지 보세요.", f"count({differing} == 1) or vector(0)", style.NOTHING),
                number("Unhealthy", "건강하지 않은 Application 수.", f"count({broken} == 1) or vector(0)", style.NOTHING),
                stacked("Applications by sync", "동기화 상태별 Application 수.", "short",
                        f"sum by (sync_status) ({argocd_app_info})", legend="{{sync_status}}", overrides=named(_SYNC)),
                stacked("Applications by health", "건강 상태별 Application 수.", "short",
                        f"sum by (health_status) ({argocd_app_info})", legend="{{health_status}}", overrides=named(_HEALTH)),
            ],
            [
                listing("Not in order", "Git과 다르거나 건강하지 않은 Application.", application | states,
                        f"max by (name, project, sync_status, health_status) ({differing} == 1 or {broken} == 1)",
                        empty="모두 Git과 같고 건강합니다"),
                events("Syncs by phase", "Application별 동기화 횟수와 결과. Failed와 Error는 Git의 내용이 반영되지 않은 것입니다.",
                       syncs, legend="{{name}} {{phase}}"),
            ],
            Row("컨트롤러와 Git", [
                curve("Reconcile p95", "Application을 비교하는 데 걸린 시간.", "s",
                      quantile(0.95, str(argocd_app_reconcile.bucket)), legend="p95"),
                curve("Git requests", "초당 Git 요청.", "reqps",
                      rate(str(argocd_git_request_total), "request_type"), legend="{{request_type}}"),
                events("Failed fetches", "실패한 Git fetch 횟수. 이어지면 저장소 자격 증명을 확인하세요.",
                       increase(str(argocd_git_fetch_fail_total), "repo"), legend="{{repo}}"),
            ]),
            Row("Image Updater", [
                events("Images updated", "Git에 새로 써 넣은 이미지 수.",
                       increase(str(argocd_image_updater_images_updated_total), "application"), legend="{{application}}"),
                events("Image errors", "이미지를 갱신하지 못한 횟수. 대개 레지스트리 인증이나 Git 쓰기 권한입니다.",
                       increase(str(argocd_image_updater_images_errors_total), "application"), legend="{{application}}"),
                curve("Registry requests", "레지스트리 요청과 실패, 초당.", "reqps",
                      Query(rate(str(argocd_image_updater_registry_requests_total), "registry"), "{{registry}}"),
                      Query(rate(str(argocd_image_updater_registry_requests_failed_total), "registry"),
                            "{{registry}} 실패"), overrides=[dashed("B")]),
            ]),
        ],
    )  # fmt: skip


def alerts(board: Dashboard, *, owner: str = "platform") -> tuple[Alert, ...]:
    """Differs from Git, broken, failed syncs, Git out of reach, metrics gone, images not written back."""
    labels, who = {"owner": owner, "service": NAME}, "{{ $labels.name }}"
    failed = increase(argocd_app_sync_total(phase="=~Failed|Error"), "name", "project", window="10m")
    fetches = increase(str(argocd_git_fetch_fail_total), "repo", window="15m")
    images = increase(str(argocd_image_updater_images_errors_total), "application", window="30m")
    states = "name, project, sync_status, health_status"
    return (
        Alert("ArgoAppOutOfSync", expr=f"max by ({states}) ({argocd_app_info(sync_status='OutOfSync')}) == 1", for_="15m",
              labels=labels, summary=f"Argo CD 동기화 안 됨: {who}",
              description=f"selfHeal이 켜져 있는데도 {who}이(가) 15분 넘게 Git과 다릅니다.",
              runbook="Diff를 열어 보세요. 오퍼레이터가 고쳐 쓰는 필드라면 ignoreDifferences에 넣습니다.",
              dashboard=board, panel="Not in order"),
        Alert("ArgoAppUnhealthy", for_="10m", labels=labels,
              expr=f"max by ({states}) ({argocd_app_info(health_status='=~Degraded|Missing|Unknown')}) == 1",
              summary=f"Argo CD 상태 이상: {who}",
              description=f"{who}의 상태가 10분 넘게 {{{{ $labels.health_status }}}}입니다.",
              runbook="리소스 트리에서 붉은 리소스를 찾아 이벤트와 로그를 확인하세요.",
              dashboard=board, panel="Not in order"),
        Alert("ArgoSyncFailed", expr=f"{failed} > 0", labels=labels, summary=f"Argo CD 동기화 실패: {who}",
              description=f"{who}의 동기화가 10분 안에 실패했습니다. Git의 내용이 클러스터에 반영되지 않았습니다.",
              runbook="Application의 operation message를 읽으세요. 대개 매니페스트 오류나 권한 문제입니다.",
              dashboard=board, panel="Syncs by phase"),
        Alert("ArgoGitFetchFailing", expr=f"{fetches} > 0", for_="10m", labels=labels,
              summary="Argo CD Git 연결 실패: {{ $labels.repo }}",
              description="10분 넘게 {{ $labels.repo }}를 읽지 못했습니다. 그동안의 배포가 반영되지 않습니다.",
              runbook="저장소 자격 증명과 repo-server의 네트워크를 확인하세요.",
              dashboard=board, panel="Failed fetches"),
        Alert("ArgoMetricsMissing", for_="15m", labels=labels,
              expr=f"group(present_over_time({argocd_app_info}[6h])) unless on () group({argocd_app_info})",
              summary="Argo CD 메트릭이 사라졌습니다",
              description="있던 Application 메트릭이 15분 넘게 없습니다. 다른 Argo CD 알림도 울리지 못합니다.",
              runbook="argocd-application-controller 파드와 ServiceMonitor를 확인하세요.",
              dashboard=board, panel="Applications by sync"),
        Alert("ImageUpdaterErrors", expr=f"{images} > 0", for_="15m", labels={"owner": owner, "service": UPDATER},
              summary="Image Updater 실패: {{ $labels.application }}",
              description="{{ $labels.application }}의 새 이미지가 15분 넘게 Git에 써지지 않습니다.",
              runbook="Image Updater의 로그를 보세요. 대개 레지스트리 인증이나 Git 쓰기 권한입니다.",
              dashboard=board, panel="Image errors"),
    )  # fmt: skip
