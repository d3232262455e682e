"""Certificates that end, and controllers that do not renew them."""

from dashboards.certificates import dashboard
from obs.packs import certificates

alerts = certificates.alerts(dashboard)
