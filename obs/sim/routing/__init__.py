"""Alertmanager: its configuration, where an alert goes, when it is sent, and what Discord receives.

    root = build_tree(read(config))
    receivers_for(root, {"alertname": "HighNodeCPUUsage"})  # ("discord",)

Names are imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from obs.sim.routing.config import Config as Config
    from obs.sim.routing.config import read as read
    from obs.sim.routing.error import ConfigError as ConfigError
    from obs.sim.routing.message import DiscordMessage as DiscordMessage
    from obs.sim.routing.message import render_discord as render_discord
    from obs.sim.routing.muting import inhibited_by as inhibited_by
    from obs.sim.routing.muting import muted_by_time as muted_by_time
    from obs.sim.routing.operator import Cluster as Cluster
    from obs.sim.routing.operator import Effective as Effective
    from obs.sim.routing.operator import effective as effective
    from obs.sim.routing.timeline import Firing as Firing
    from obs.sim.routing.timeline import Notification as Notification
    from obs.sim.routing.tree import Node as Node
    from obs.sim.routing.tree import explain as explain
    from obs.sim.routing.tree import reached as reached
    from obs.sim.routing.tree import receivers_for as receivers_for
    from obs.sim.routing.tree import tree as build_tree

_HOMES = {
    "Cluster": "operator",
    "Config": "config",
    "ConfigError": "error",
    "DiscordMessage": "message",
    "Effective": "operator",
    "Firing": "timeline",
    "Node": "tree",
    "Notification": "timeline",
    "effective": "operator",
    "explain": "tree",
    "inhibited_by": "muting",
    "muted_by_time": "muting",
    "reached": "tree",
    "read": "config",
    "receivers_for": "tree",
    "render_discord": "message",
}

__all__ = [
    "Cluster",
    "Config",
    "ConfigError",
    "DiscordMessage",
    "Effective",
    "Firing",
    "Node",
    "Notification",
    "build_tree",
    "effective",
    "explain",
    "inhibited_by",
    "muted_by_time",
    "reached",
    "read",
    "receivers_for",
    "render_discord",
]


def __getattr__(name: str) -> Any:
    # `tree` is the module of that name, so the function goes by another one here.
    if name == "build_tree":
        return import_module(f"{__name__}.tree").tree
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
