"""What is left of the error budgets, route by route, and how fast it goes."""

from obs import Dashboard, Link, Row
from obs.packs import slo
from obs.packs.paint import painted
from services.datasources import prometheus
from services.objectives import objectives, profile
from services.services import spring

left, burn, table = slo.panels(objectives, "{{slo}} {{service}} {{rt_route}}")
dashboard = painted(
    Dashboard(
        uid="slo",
        title="SLO - Error Budgets",
        description="ServiceProfile 경로별 목표(SLO)와 에러 예산. Linkerd 프록시의 경로 지표로 계산합니다.",
        tags=["checkmate", "slo"],
        data=prometheus,
        links=[Link(tags=["checkmate"], title="대시보드")],
        time=("now-7d", "now"),
        rows=[
            Row("에러 예산", [table, left]),
            Row("소진 속도", [burn]),
            Row("재시도 예산", profile.retry_panels()),
        ],
    ),
    spring,
)
