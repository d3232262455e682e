"""Certificates, and the bundles that trust them."""

from obs.packs import certificates
from services.datasources import prometheus

dashboard = certificates.dashboard(prometheus, tags=["checkmate"])
