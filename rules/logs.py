"""Log lines that are lost."""

from dashboards.logs import dashboard
from obs.packs import logs

alerts = logs.alerts(dashboard)
