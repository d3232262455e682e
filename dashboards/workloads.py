"""Pods, nodes, names."""

from obs.packs import kubernetes
from services.datasources import prometheus

dashboard = kubernetes.dashboard(prometheus, tags=["checkmate"])
