"""Who says so when the monitoring fails."""

from dashboards.monitoring import dashboard
from obs.packs import monitoring

alerts = monitoring.alerts(dashboard)
