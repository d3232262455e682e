"""What tests of a project use: `from obs.testing import cpu, spring`. Names are imported on first use.

The fixture `scenario` needs no import: pytest knows it as soon as obs is installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.testing.parameters import cases as cases
    from obs.testing.scenario.lines import access as access
    from obs.testing.scenario.lines import ecs as ecs
    from obs.testing.scenario.lines import logstash as logstash
    from obs.testing.scenario.lines import spring as spring
    from obs.testing.scenario.lines import spring2 as spring2
    from obs.testing.scenario.scenario import Scenario as Scenario
    from obs.testing.scenario.shapes import counter as counter
    from obs.testing.scenario.shapes import cpu as cpu
    from obs.testing.scenario.shapes import pod_cpu as pod_cpu
    from obs.testing.scenario.shapes import series as series
    from obs.testing.scenario.span import Duration as Duration

_HOMES = {
    "Duration": "scenario.span",
    "Scenario": "scenario.scenario",
    "access": "scenario.lines",
    "cases": "parameters",
    "counter": "scenario.shapes",
    "cpu": "scenario.shapes",
    "ecs": "scenario.lines",
    "logstash": "scenario.lines",
    "pod_cpu": "scenario.shapes",
    "series": "scenario.shapes",
    "spring": "scenario.lines",
    "spring2": "scenario.lines",
}

__all__ = [
    "Duration",
    "Scenario",
    "access",
    "cases",
    "counter",
    "cpu",
    "ecs",
    "logstash",
    "pod_cpu",
    "series",
    "spring",
    "spring2",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
