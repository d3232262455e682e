"""What enters the platform."""

from obs.packs import traefik
from obs.packs.paint import painted
from services.datasources import prometheus
from services.services import spring

dashboard = painted(traefik.dashboard(prometheus, tags=["checkmate"]), spring)
