"""Log lines on their way."""

from obs.packs import logs
from services.datasources import prometheus

dashboard = logs.dashboard(prometheus, tags=["checkmate"])
