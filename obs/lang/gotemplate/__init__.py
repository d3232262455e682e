"""Go templates as Prometheus rules and Alertmanager messages use them: checked, read and run.

    template = check("{{ $labels.pod }} is at {{ $value | humanize }}", "prometheus")
    template.labels_read  # {"pod"}

Names are imported on first use. Grafana's legends are in `obs.lang.gotemplate.legend`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from obs.lang.gotemplate.alertmanager import AlertMessage as AlertMessage
    from obs.lang.gotemplate.alertmanager import MessageData as MessageData
    from obs.lang.gotemplate.helm import Hazard as Hazard
    from obs.lang.gotemplate.helm import escape_for_helm as escape_for_helm
    from obs.lang.gotemplate.helm import helm_hazards as helm_hazards
    from obs.lang.gotemplate.legend import Legend as Legend
    from obs.lang.gotemplate.legend import render_legend as render_legend
    from obs.lang.gotemplate.parse import TemplateSyntaxError as TemplateSyntaxError
    from obs.lang.gotemplate.prometheus import AlertData as AlertData
    from obs.lang.gotemplate.prometheus import Sample as Sample
    from obs.lang.gotemplate.reads import Dialect as Dialect
    from obs.lang.gotemplate.reads import Read as Read
    from obs.lang.gotemplate.render import alert_error_text as alert_error_text
    from obs.lang.gotemplate.render import render_alert as render_alert
    from obs.lang.gotemplate.render import render_message as render_message
    from obs.lang.gotemplate.run import ExecutionError as ExecutionError
    from obs.lang.gotemplate.template import Template as Template
    from obs.lang.gotemplate.template import check as check

_HOMES = {
    "AlertData": "prometheus",
    "AlertMessage": "alertmanager",
    "Dialect": "reads",
    "ExecutionError": "run",
    "Hazard": "helm",
    "Legend": "legend",
    "MessageData": "alertmanager",
    "Read": "reads",
    "Sample": "prometheus",
    "Template": "template",
    "TemplateSyntaxError": "parse",
    "alert_error_text": "render",
    "check": "template",
    "escape_for_helm": "helm",
    "helm_hazards": "helm",
    "render_alert": "render",
    "render_legend": "legend",
    "render_message": "render",
}

__all__ = [
    "AlertData",
    "AlertMessage",
    "Dialect",
    "ExecutionError",
    "Hazard",
    "Legend",
    "MessageData",
    "Read",
    "Sample",
    "Template",
    "TemplateSyntaxError",
    "alert_error_text",
    "check",
    "escape_for_helm",
    "helm_hazards",
    "render_alert",
    "render_legend",
    "render_message",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
