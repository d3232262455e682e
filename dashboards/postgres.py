"""PostgreSQL: connections, transactions, locks."""

from obs.packs import postgres
from services.datasources import prometheus

dashboard = postgres.dashboard(prometheus, tags=["checkmate"])
