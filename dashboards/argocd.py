"""What differs from Git."""

from obs.packs import argocd
from services.datasources import prometheus

dashboard = argocd.dashboard(prometheus, tags=["checkmate"])
