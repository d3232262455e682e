"""The limits of the load tests' scripts."""

from dashboards.k6 import dashboard
from obs.packs import k6

alerts = k6.alerts(dashboard)
