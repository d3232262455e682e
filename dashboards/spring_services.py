"""Every Spring service at a glance."""

from dashboards.loki_error_logs import dashboard as error_logs
from obs import Link
from obs.packs import spring
from obs.packs.paint import painted
from services.datasources import prometheus
from services.services import spring as services

dashboard = painted(
    spring.dashboard(prometheus, tags=["checkmate"], links=[Link(error_logs, "에러 로그", vars=False)]),
    services,
)
