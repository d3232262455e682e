"""What the mesh sees fail, slow down or retry."""

from dashboards.linkerd import dashboard
from obs.packs import linkerd

alerts = linkerd.alerts(dashboard)
