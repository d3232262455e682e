"""Who is registered, and how the registry does."""

from obs.packs import eureka
from services.datasources import prometheus
from services.services import eureka as registry

dashboard = eureka.dashboard(prometheus, registry, tags=["checkmate"])
