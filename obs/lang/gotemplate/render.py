"""A template's output on data: Prometheus's on one alert, Alertmanager's on a group of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from obs.lang.error import Unsupported
from obs.lang.gotemplate import alertmanager, prometheus
from obs.lang.gotemplate.alertmanager import MessageData
from obs.lang.gotemplate.defaults import DEFAULTS, UNSUPPORTED
from obs.lang.gotemplate.names import ALERTMANAGER
from obs.lang.gotemplate.parse import parse
from obs.lang.gotemplate.prometheus import AlertData
from obs.lang.gotemplate.run import Defined, ExecutionError, run
from obs.lang.gotemplate.syntax import Tree
from obs.lang.gotemplate.template import check


def render_alert(template: str, data: AlertData) -> str:
    """An annotation or label of a rule, as Prometheus 2.55 fills it in.

    Raises TemplateSyntaxError or ExecutionError at the place of the mistake; Prometheus itself would carry on
    with `alert_error_text` in place of the annotation.
    """
    if "{{" not in template:
        return template
    tree = check(template, "prometheus").tree
    dot, variables = prometheus.values(data)
    return run(tree.body, dot, prometheus.functions(data), _own(tree), variables)


def alert_error_text(error: ExecutionError, template: str, alert: str) -> str:
    """What Prometheus puts where the annotation of `alert` would be."""
    name = f"__alert_{alert}"
    before = prometheus.PREAMBLE
    shifted = ExecutionError(
        error.message,
        error.start,
        error.end,
        error.context,
        at=error.at + len(before),
        inside=error.inside,
    )
    return (
        f"<error expanding template: error executing template {name}: {shifted.go(name, before + template)}>"
    )


def render_message(template: str, data: MessageData, files: Mapping[str, str] | None = None) -> str:
    """A field of a receiver, as Alertmanager 0.27 fills it in.

    `files` are the texts of the template files of the config, by name; what they define adds to the default
    templates, or takes their place. Raises TemplateSyntaxError or ExecutionError at the place of the mistake.
    """
    if "{{" not in template:
        return template
    tree = check(template, "alertmanager").tree
    defined = dict(_defaults())
    for text in (files or {}).values():
        for name, body in _file(text).defined.items():
            if body or name not in defined:
                defined[name] = Defined(body, shared=True)
    defined.update(_own(tree))
    try:
        return run(tree.body, alertmanager.values(data), alertmanager.FUNCTIONS, defined)
    except ExecutionError as error:
        for name in UNSUPPORTED - defined.keys():
            if error.message == f'template "{name}" not defined':
                raise Unsupported(f"the default template {name}", error.start, error.end) from None
        raise


def _own(tree: Tree) -> dict[str, Defined]:
    return {name: Defined(body) for name, body in tree.defined.items()}


@lru_cache(maxsize=256)
def _file(text: str) -> Tree:
    return parse(text, ALERTMANAGER)


@lru_cache(maxsize=1)
def _defaults() -> dict[str, Defined]:
    return {name: Defined(_file(text).body, shared=True) for name, text in DEFAULTS.items()}
