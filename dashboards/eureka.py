"""Who is registered, and how the registry does."""

from obs.packs import eureka
from obs.packs.paint import painted
from services.datasources import prometheus
from services.services import eureka as registry
from services.services import spring

dashboard = painted(eureka.dashboard(prometheus, registry, tags=["checkmate"]), spring)
