"""Redis down, full, or refusing clients."""

from dashboards.redis import dashboard
from obs.packs import redis
from services.services import redis as server

alerts = redis.alerts(dashboard, server)
