"""Canaries on their way."""

from obs.packs import rollouts
from obs.packs.paint import painted
from services.datasources import prometheus
from services.services import spring

dashboard = painted(rollouts.dashboard(prometheus, tags=["checkmate"]), spring)
