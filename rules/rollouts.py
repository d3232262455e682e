"""Canaries that fail or get stuck."""

from dashboards.rollouts import dashboard
from obs.packs import rollouts

alerts = rollouts.alerts(dashboard)
