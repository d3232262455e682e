"""Deployments that do not arrive."""

from dashboards.argocd import dashboard
from obs.packs import argocd

alerts = argocd.alerts(dashboard)
