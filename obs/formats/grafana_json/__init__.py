"""Grafana's dashboard JSON, both ways: `read` takes every dialect since Grafana 4, `render` writes schema
39."""

from __future__ import annotations

from obs.formats.grafana_json.read import read, read_panel, read_variable
from obs.formats.grafana_json.render import SCHEMA_VERSION, render

__all__ = ["SCHEMA_VERSION", "read", "read_panel", "read_variable", "render"]
