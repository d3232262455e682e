"""Canaries that fail or get stuck."""

from dashboards.rollouts import dashboard
from obs.packs import rollouts
from services.ownership import owned

alerts = owned(rollouts.alerts(dashboard))
