"""Redis: memory, commands, keys."""

from obs.packs import redis
from services.datasources import prometheus

dashboard = redis.dashboard(prometheus, tags=["checkmate"])
