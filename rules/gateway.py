"""Routes that fail or are slow, and requests that wait for a connection."""

from dashboards.gateway_api_traffic import dashboard
from obs.packs import gateway
from services.services import gateway as service

alerts = gateway.alerts(dashboard, service)
