"""What differs from Git."""

from obs.packs import argocd
from obs.packs.paint import painted
from services.datasources import prometheus
from services.services import spring

dashboard = painted(argocd.dashboard(prometheus, tags=["checkmate"]), spring)
