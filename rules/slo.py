"""Error budgets of the ServiceProfiles' routes: how they are counted, and who is told how fast they burn."""

from dashboards.slo import dashboard
from obs import Alert
from obs.packs import slo
from services.objectives import objectives, profile

what = "{{ $labels.service }} {{ $labels.rt_route }}"
records = [*slo.records(objectives), *profile.retry_records()]
burns = slo.alerts(objectives, dashboard, what=what)
blind = Alert(
    "SloDataMissing",
    expr="""
group by (service) (present_over_time(slo:requests:rate5m[6h]))
unless
group by (service) (slo:requests:rate5m)
""".strip(),
    for_="15m",
    severity="warning",
    summary="SLO 데이터 없음: {{ $labels.service }}",
    description="{{ $labels.service }}의 경로 지표가 15분 넘게 없습니다. 그동안 에러 예산 알림은 울릴 수 없습니다.",
    runbook="Linkerd 프록시가 스크레이프되는지(up), ServiceProfile이 남아 있는지 확인하세요.",
    dashboard=dashboard,
    group="slo",
)
alerts = [*burns, *profile.retry_alerts(dashboard), blind]
