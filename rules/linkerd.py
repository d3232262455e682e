"""What the mesh sees fail, slow down or retry."""

from dashboards.linkerd import dashboard
from obs.packs import linkerd
from services.ownership import owned

alerts = owned(linkerd.alerts(dashboard), by_destination=("LinkerdRouteFailing", "LinkerdRetriesHigh"))
