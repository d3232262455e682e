"""Every Spring service at a glance."""

from dashboards.loki_error_logs import dashboard as error_logs
from obs import Link
from obs.packs import spring
from services.datasources import prometheus

dashboard = spring.dashboard(
    prometheus, tags=["checkmate"], links=[Link(error_logs, "에러 로그", vars=False)]
)
