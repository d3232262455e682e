"""The one seam through which a definition may hold objects that are not ours: grafanalib's, or Grafana's
JSON.

The rooms that read them stand above the model, so they are fetched by name, and only when such an object is
met.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.model.dashboard import Dashboard
    from obs.model.field import Field, Override
    from obs.model.panel import Panel
    from obs.model.variable import Variable
    from obs.origin import Origin


def read_dashboard(item: object, origin: Origin | None, **context: object) -> Dashboard:
    """Raises DefinitionError for an object that is no dashboard."""
    dashboard: Dashboard = import_module("obs.frontends.grafanalib").dashboard(item, origin, **context)
    return dashboard


def read_panel(item: object, origin: Origin | None) -> Panel:
    """Raises DefinitionError for an object that is no panel."""
    panel: Panel = import_module("obs.frontends.grafanalib").panel(item, origin)
    return panel


def read_variable(item: object, origin: Origin | None) -> Variable:
    """Raises DefinitionError for an object that is no variable."""
    variable: Variable = import_module("obs.frontends.grafanalib").variable(item, origin)
    return variable


def read_field_config(config: Mapping[str, object]) -> tuple[Field, tuple[Override, ...]]:
    """Grafana's `fieldConfig`."""
    found: tuple[Field, tuple[Override, ...]] = import_module(
        "obs.formats.grafana_json.field"
    ).read_field_config(config)
    return found
