"""Which systems of the catalogue run in the tests, and what runs them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from obs import api
from obs.graph.program import Program
from tests.real.exporters.comparison import Page

ROOT = Path(__file__).resolve().parents[3]
Pages = Callable[[str], tuple[Page, ...]]
"""What reads the pages of a system."""

COMMANDS = (
    *(
        "alertmanager",
        "coredns",
        "kube-state-metrics",
        "loki",
        "node_exporter",
        "postgres_exporter",
        "promtail",
    ),
    *("rollouts-controller", "spring-gateway.jar", "spring-registry.jar", "spring-service.jar"),
)
SYSTEMS = {
    "alertmanager": "monitoring",
    "argo-rollouts": "rollouts",
    "coredns": "coredns",
    "kube-apiserver": "kubernetes",
    "kube-state-metrics": "kubernetes",
    "loki": "logs",
    "node-exporter": "node",
    "postgres": "postgres",
    "prometheus": "monitoring",
    "prometheus-operator": "kubernetes",
    "promtail": "logs",
    "redis": "redis",
    "eureka": "spring",
    "spring-boot": "spring",
    "spring-cloud-gateway": "spring",
}
"""The fixture that runs each system of the catalogue."""


@cache
def program() -> Program:
    """This project."""
    return api.load_program(api.read_settings(ROOT))
