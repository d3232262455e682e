"""Load tests beside what the services saw."""

from obs.packs import k6
from services.datasources import prometheus

dashboard = k6.dashboard(prometheus, tags=["checkmate"])
