"""Load tests beside what the services saw."""

from obs.packs import k6
from obs.packs.paint import painted
from services.datasources import prometheus
from services.services import spring

dashboard = painted(k6.dashboard(prometheus, tags=["checkmate"]), spring)
