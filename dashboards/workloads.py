"""Pods, nodes, names."""

from obs.packs import kubernetes
from obs.packs.paint import painted
from services.datasources import prometheus
from services.services import spring

dashboard = painted(kubernetes.dashboard(prometheus, tags=["checkmate"]), spring)
