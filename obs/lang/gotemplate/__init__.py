"""Go templates as Prometheus rules and Alertmanager messages use them: checked, read and run.

    template = check("{{ $labels.pod }} is at {{ $value | humanize }}", "prometheus")
    template.labels_read  # {"pod"}

Names are imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from obs.lang.gotemplate.parse import TemplateSyntaxError as TemplateSyntaxError
    from obs.lang.gotemplate.reads import Dialect as Dialect
    from obs.lang.gotemplate.reads import Read as Read
    from obs.lang.gotemplate.template import Template as Template
    from obs.lang.gotemplate.template import check as check

_HOMES = {
    "Dialect": "reads",
    "Read": "reads",
    "Template": "template",
    "TemplateSyntaxError": "parse",
    "check": "template",
}

__all__ = ["Dialect", "Read", "Template", "TemplateSyntaxError", "check"]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
