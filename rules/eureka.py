"""Services that the registry does not know, or knows as down."""

from dashboards.eureka import dashboard
from obs.packs import eureka
from services.services import clients
from services.services import eureka as registry

alerts = eureka.alerts(dashboard, registry, clients)
