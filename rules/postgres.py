"""PostgreSQL down, full, or held up."""

from dashboards.postgres import dashboard
from obs.packs import postgres
from services.services import sample_postgres

alerts = postgres.alerts(dashboard, sample_postgres)
