"""The mesh: golden signals by deployment and by route."""

from obs.packs import linkerd
from services.datasources import prometheus

dashboard = linkerd.dashboard(prometheus, tags=["checkmate"])
