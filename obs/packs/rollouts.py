"""Argo Rollouts: phases as the controller names them, replicas of old and new, and a controller that fails."""

from __future__ import annotations

from collections.abc import Sequence

from obs.catalogue.argo_rollouts import (
    rollout_events_total,
    rollout_info,
    rollout_info_replicas_available,
    rollout_info_replicas_desired,
    rollout_info_replicas_unavailable,
    rollout_info_replicas_updated,
    rollout_reconcile,
    rollout_reconcile_error,
)
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.link import Link
from obs.model.panels import state_timeline
from obs.model.query import Query
from obs.model.rule import Alert
from obs.model.service import Target
from obs.packs import style
from obs.packs.panels import counts, curve, dashed, events, listing, number, ratio
from obs.packs.query import increase, quantile

NAME = "rollouts"
FAILED = "=~Error|Timeout|Abort|InvalidSpec"
STEPS = (0.2, 0.5, 1.0)
"""The canary's steps on this platform, as shares of the replicas."""

_ON_THE_WAY = {
    "type": "value",
    "options": {
        "0": {"text": "끝", "color": style.CALM, "index": 0},
        "1": {"text": "진행 중", "color": style.WARN, "index": 1},
    },
}


def target(*, namespace: str = "argo-rollouts", enabled: bool = False, version: str = "") -> Target:
    """The controller's metrics Service. `namespace` is that of a Rollout."""
    return Target(
        "argo-rollouts",
        namespace=namespace,
        selector={"app.kubernetes.io/part-of": "argo-rollouts"},
        port="metrics",
        honor_labels=True,
        exposes=["rollout_*", "analysis_*", "experiment_*", "notification_send_*"],
        enabled=enabled,
        ready=True,
        switch_on="controller.metrics.enabled: true where Argo Rollouts was installed by its chart (the plain manifests "
        "have the Service), then enabled=True here",
        system=NAME,
        version=version,
    )


def dashboard(
    data: Prometheus,
    *,
    uid: str = "argo-rollouts",
    title: str = "Argo Rollouts",
    tags: Sequence[str] = (),
    links: Sequence[Link] = (),
) -> Dashboard:
    """What is being rolled out, how far it is, and what stops it."""
    name, key = "{{namespace}}/{{name}}", "namespace, name"
    desired, available, updated, missing = (
        f"sum by ({key}) ({each})"
        for each in (
            rollout_info_replicas_desired,
            rollout_info_replicas_available,
            rollout_info_replicas_updated,
            rollout_info_replicas_unavailable,
        )
    )
    return Dashboard(
        uid=uid, title=title, data=data, tags=[*tags, NAME], links=style.links(tags, links),
        description="Argo Rollouts의 카나리 배포(20%, 50%, 100%): 단계, 레플리카, 경고 이벤트.",
        rows=[
            [
                number("Failed rollouts", "실패하거나 중단된 Rollout 수.",
                       f"count({rollout_info(phase=FAILED)} == 1) or vector(0)", style.NOTHING),
                listing("Rollouts by phase", "Rollout마다 지금의 단계. 컨트롤러의 이름이라 Healthy나 Degraded는 없습니다.",
                        {"namespace": "네임스페이스", "name": "Rollout", "strategy": "방식", "phase": "단계"},
                        f"max by ({key}, strategy, phase) ({rollout_info}) == 1"),
                state_timeline("Paused and progressing", f"sum by ({key}) ({rollout_info(phase='=~Paused|Progressing')})",
                               legend=name, thresholds=(style.CALM, 1, style.WARN), mappings=[_ON_THE_WAY],
                               description="배포가 진행 중이거나 단계 사이에서 멈춘 시간. 30초와 60초의 멈춤은 정상이고, 길면 promote나 abort를 정하세요."),
            ],
            [
                ratio("Canary share", "새 버전이 차지한 레플리카의 비율. 점선은 카나리 단계 20%, 50%입니다.",
                      f"{updated} / ({desired} > 0)", limits=("blue", STEPS[0], "blue", STEPS[1], "blue"), legend=name, max=1),
                curve("Replicas desired and available", "원하는 레플리카와 쓸 수 있는 레플리카.", "short",
                      Query(desired, f"{name} 목표"), Query(available, f"{name} 가용"), overrides=[dashed("A")]),
                counts("Unavailable replicas", "쓸 수 없는 레플리카 수. 남아 있으면 파드를 describe하세요.", missing, legend=name),
            ],
            [
                events("Warning events", "Rollout이 남긴 경고 이벤트와 까닭.",
                       increase(rollout_events_total(type="Warning"), "name", "reason"), legend="{{name}} {{reason}}"),
                curve("Reconcile p95", "컨트롤러가 한 번 처리하는 데 걸린 시간.", "s",
                      quantile(0.95, str(rollout_reconcile.bucket)), legend="p95"),
                events("Reconcile errors", "컨트롤러가 처리하지 못한 횟수. 이어지면 argo-rollouts의 로그를 확인하세요.",
                       increase(str(rollout_reconcile_error), "namespace", "name"), legend=name),
            ],
        ],
    )  # fmt: skip


def alerts(board: Dashboard, *, owner: str = "platform", stuck: str = "15m") -> tuple[Alert, ...]:
    """Failed, stuck, short of replicas, or out of the controller's hands."""
    labels, who, by = {"owner": owner}, "{{ $labels.namespace }}/{{ $labels.name }}", "namespace, name"
    errors = increase(str(rollout_reconcile_error), "namespace", "name", window="10m")
    return (
        Alert("RolloutFailed", expr=f"max by ({by}, phase) ({rollout_info(phase=FAILED)}) == 1", for_="2m", labels=labels,
              summary=f"카나리 배포 실패: {who}",
              description=f"{who} 배포가 {{{{ $labels.phase }}}} 상태입니다. 이전 버전이 계속 요청을 받습니다.",
              runbook="kubectl argo rollouts get rollout으로 원인을 보고, 고친 뒤 retry하거나 undo로 되돌리세요.",
              dashboard=board, panel="Rollouts by phase"),
        Alert("RolloutStuck", expr=f"sum by ({by}) ({rollout_info(phase='=~Paused|Progressing')}) == 1", for_=stuck,
              labels=labels, summary=f"카나리 배포 멈춤: {who}",
              description=f"{who} 배포가 {stuck} 넘게 끝나지 않습니다. 단계 사이의 멈춤은 다 합해 90초입니다.",
              runbook="새 파드가 준비되는지 확인하고, 문제가 없으면 promote, 있으면 abort하세요.",
              dashboard=board, panel="Paused and progressing"),
        Alert("RolloutReplicasUnavailable", expr=f"sum by ({by}) ({rollout_info_replicas_unavailable}) > 0", for_="10m",
              labels=labels, summary=f"Rollout 레플리카 부족: {who}",
              description=f"{who}의 레플리카 "
              "{{ $value }}개를 10분 넘게 쓸 수 없습니다.",
              runbook="ReplicaSet의 파드를 describe해 이미지, 프로브, 자원 부족을 확인하세요.",
              dashboard=board, panel="Unavailable replicas"),
        Alert("RolloutReconcileErrors", expr=f"{errors} > 0", for_="10m", labels=labels,
              summary=f"Argo Rollouts 처리 오류: {who}",
              description=f"컨트롤러가 10분 넘게 {who}을(를) 처리하지 못하고 있습니다.",
              runbook="argo-rollouts 컨트롤러의 로그를 확인하세요.",
              dashboard=board, panel="Reconcile errors"),
    )  # fmt: skip
