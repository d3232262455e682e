"""The mesh: golden signals by deployment and by route."""

from obs.packs import linkerd
from obs.packs.paint import painted
from services.datasources import prometheus
from services.services import spring

dashboard = painted(linkerd.dashboard(prometheus, tags=["checkmate"]), spring)
