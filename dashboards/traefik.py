"""What enters the platform."""

from obs.packs import traefik
from services.datasources import prometheus

dashboard = traefik.dashboard(prometheus, tags=["checkmate"])
