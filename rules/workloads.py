"""Pods that run out of memory or cannot start, and names that are not found."""

from dashboards.workloads import dashboard
from obs.packs import kubernetes
from services.ownership import owned

alerts = owned(kubernetes.alerts(dashboard))
of_pods = [alert for alert in alerts if alert.name in kubernetes.OF_PODS]
