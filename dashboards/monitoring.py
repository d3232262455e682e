"""The monitoring itself."""

from obs.packs import monitoring
from services.datasources import prometheus

dashboard = monitoring.dashboard(prometheus, tags=["checkmate"])
