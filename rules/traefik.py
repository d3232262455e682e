"""The way into the platform: failing, slow, or gone."""

from dashboards.traefik import dashboard
from obs.packs import traefik

alerts = traefik.alerts(dashboard)
