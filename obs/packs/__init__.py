"""Systems as they are usually observed: scrape, dashboard and alerts, as functions that any project can call.

    from obs.packs import traefik

    target = traefik.target()  # services/
    dashboard = traefik.dashboard(prometheus)  # dashboards/
    alerts = traefik.alerts(dashboard)  # rules/

Each module stands alone; `rows` holds the rows of panels that several dashboards share.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

SYSTEMS = (
    "argocd", "certificates", "eureka", "gateway", "k6", "kubernetes", "linkerd", "logs", "monitoring", "postgres",
    "redis", "rollouts", "spring", "traefik",
)  # fmt: skip


def __getattr__(name: str) -> ModuleType:
    """`import obs.packs as packs` and then `packs.redis`: a module is read when it is asked for."""
    if name in SYSTEMS:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
