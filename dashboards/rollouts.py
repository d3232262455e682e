"""Canaries on their way."""

from obs.packs import rollouts
from services.datasources import prometheus

dashboard = rollouts.dashboard(prometheus, tags=["checkmate"])
