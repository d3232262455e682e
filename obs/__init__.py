"""What definition files import. Nothing is loaded before its use; inside the package, import from the room itself."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from obs.api import build as build
    from obs.model.dashboard import Annotation as Annotation
    from obs.model.dashboard import Dashboard as Dashboard
    from obs.model.datasource import Alertmanager as Alertmanager
    from obs.model.datasource import Datasource as Datasource
    from obs.model.datasource import Loki as Loki
    from obs.model.datasource import Prometheus as Prometheus
    from obs.model.field import Field as Field
    from obs.model.field import Override as Override
    from obs.model.field import override as override
    from obs.model.idioms import seen as seen
    from obs.model.inhibition import Inhibition as Inhibition
    from obs.model.link import Link as Link
    from obs.model.link import explore as explore
    from obs.model.metric import Metric as Metric
    from obs.model.panel import Grid as Grid
    from obs.model.panel import Panel as Panel
    from obs.model.panel import Row as Row
    from obs.model.panels import alertlist as alertlist
    from obs.model.panels import barchart as barchart
    from obs.model.panels import bargauge as bargauge
    from obs.model.panels import gauge as gauge
    from obs.model.panels import heatmap as heatmap
    from obs.model.panels import histogram as histogram
    from obs.model.panels import logs as logs
    from obs.model.panels import piechart as piechart
    from obs.model.panels import stat as stat
    from obs.model.panels import state_timeline as state_timeline
    from obs.model.panels import status_history as status_history
    from obs.model.panels import table as table
    from obs.model.panels import text as text
    from obs.model.panels import timeseries as timeseries
    from obs.model.pattern import Pattern as Pattern
    from obs.model.pipeline import Counter as Counter
    from obs.model.pipeline import Pipeline as Pipeline
    from obs.model.pipeline import cri as cri
    from obs.model.pipeline import decolorize as decolorize
    from obs.model.pipeline import docker as docker
    from obs.model.pipeline import drop as drop
    from obs.model.pipeline import json as json
    from obs.model.pipeline import labelallow as labelallow
    from obs.model.pipeline import labeldrop as labeldrop
    from obs.model.pipeline import labels as labels
    from obs.model.pipeline import logfmt as logfmt
    from obs.model.pipeline import match as match
    from obs.model.pipeline import multiline as multiline
    from obs.model.pipeline import output as output
    from obs.model.pipeline import regex as regex
    from obs.model.pipeline import replace as replace
    from obs.model.pipeline import stage as stage
    from obs.model.pipeline import static_labels as static_labels
    from obs.model.pipeline import structured_metadata as structured_metadata
    from obs.model.pipeline import template as template
    from obs.model.pipeline import timestamp as timestamp
    from obs.model.query import Query as Query
    from obs.model.route import Discord as Discord
    from obs.model.route import Message as Message
    from obs.model.route import Null as Null
    from obs.model.route import Route as Route
    from obs.model.route import SecretKey as SecretKey
    from obs.model.rule import Alert as Alert
    from obs.model.rule import ChartAlert as ChartAlert
    from obs.model.rule import ExternalDashboard as ExternalDashboard
    from obs.model.rule import RecordingRule as RecordingRule
    from obs.model.runbook import Runbook as Runbook
    from obs.model.runbook import Runbooks as Runbooks
    from obs.model.service import Relabel as Relabel
    from obs.model.service import Service as Service
    from obs.model.service import Target as Target
    from obs.model.slo import Objectives as Objectives
    from obs.model.slo import Slo as Slo
    from obs.model.slo import Tier as Tier
    from obs.model.stack import AlertmanagerServer as AlertmanagerServer
    from obs.model.stack import Dependency as Dependency
    from obs.model.stack import Environment as Environment
    from obs.model.stack import GrafanaServer as GrafanaServer
    from obs.model.stack import PrometheusServer as PrometheusServer
    from obs.model.stack import Stack as Stack
    from obs.model.threshold import Thresholds as Thresholds
    from obs.model.threshold import thresholds as thresholds
    from obs.model.variable import Variable as Variable
    from obs.model.variable import constant as constant
    from obs.model.variable import custom as custom
    from obs.model.variable import datasource_variable as datasource_variable
    from obs.model.variable import interval as interval
    from obs.model.variable import textbox as textbox

_HOME = {
    "obs.api": "build",
    "obs.model.dashboard": "Annotation Dashboard",
    "obs.model.datasource": "Alertmanager Datasource Loki Prometheus",
    "obs.model.field": "Field Override override",
    "obs.model.inhibition": "Inhibition",
    "obs.model.link": "Link explore",
    "obs.model.panel": "Grid Panel Row",
    "obs.model.panels": (
        "alertlist barchart bargauge gauge heatmap histogram logs piechart "
        "stat state_timeline status_history table text timeseries"
    ),
    "obs.model.query": "Query",
    "obs.model.threshold": "Thresholds thresholds",
    "obs.model.variable": "Variable constant custom datasource_variable interval textbox",
    "obs.model.idioms": "seen",
    "obs.model.metric": "Metric",
    "obs.model.pattern": "Pattern",
    "obs.model.pipeline": (
        "Counter Pipeline cri decolorize docker drop json labelallow labeldrop labels logfmt match multiline output "
        "regex replace stage static_labels structured_metadata template timestamp"
    ),
    "obs.model.route": "Discord Message Null Route SecretKey",
    "obs.model.rule": "Alert ChartAlert ExternalDashboard RecordingRule",
    "obs.model.runbook": "Runbook Runbooks",
    "obs.model.service": "Relabel Service Target",
    "obs.model.slo": "Objectives Slo Tier",
    "obs.model.stack": "AlertmanagerServer Dependency Environment GrafanaServer PrometheusServer Stack",
}
_ROOM = {name: room for room, names in _HOME.items() for name in names.split()}
__all__ = sorted(_ROOM)  # noqa: PLE0605


def __getattr__(name: str) -> object:
    room = _ROOM.get(name)
    if room is None:
        raise AttributeError(f"module 'obs' has no attribute {name!r}")
    value: object = getattr(import_module(room), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
