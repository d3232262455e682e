"""One instance of an alert as it could fire: labels that its expression allows, a value beyond its threshold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.graph.parts import comparison, matchers_of
from obs.graph.subject import Rule, Subject
from obs.lang import matchers
from obs.lang.error import LanguageError
from obs.lang.gotemplate import AlertData, render_alert
from obs.lang.wording import alternatives
from obs.record import dataclass

INVENTED: Mapping[str, str] = {
    "container": "app",
    "instance": "10.42.0.7:9100",
    "job": "some-job",
    "namespace": "default",
    "node": "node-1",
    "pod": "app-6c9d5b7f4-x2k8p",
    "service": "some-service",
}
"""Values for labels of which nothing but the name is known."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`problems` say which labels or annotations could not be filled in."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    value: float
    problems: tuple[str, ...] = ()


def sample(subject: Subject, alert: Rule) -> Sample:
    """Everything filled in as Prometheus would."""
    series = dict(_series_labels(subject, alert))
    value = _value(alert)
    problems: list[str] = []

    def filled(name: str, text: str) -> str:
        try:
            return render_alert(text, AlertData(labels=series, value=value))
        except LanguageError as error:
            problems.append(f"{name} cannot be filled in: {error.message}")
            return ""

    labels = series | {name: filled(name, text) for name, text in alert.labels.items()}
    labels["alertname"] = alert.name
    annotations = {name: filled(name, text) for name, text in alert.annotations.items()}
    return Sample(
        {name: labels[name] for name in sorted(labels) if labels[name]}, annotations, value, tuple(problems)
    )


def _series_labels(subject: Subject, alert: Rule) -> Iterator[tuple[str, str]]:
    """The labels that a series of the first branch can have, as far as the rule names them."""
    branch = next(iter(alert.flow.live), None) if alert.flow is not None else None
    if branch is None:
        return
    named = {name for template in alert.templates.values() for name in template.labels_read}
    named |= {name for name in branch.labels if branch.state(name) != "excluded"}
    for name in sorted(named - {"alertname"}):
        if branch.state(name) != "excluded":
            yield name, _picked(alert, name) or _declared(subject, alert, name) or _invented(name)


def _invented(name: str) -> str:
    return INVENTED.get(name, f"some-{name}")


def _picked(alert: Rule, name: str) -> str | None:
    """A value that a selector asks for."""
    for selector in alert.parts.selectors if alert.parts is not None else ():
        for matcher in matchers_of(selector):
            if matcher.label == name and matcher.op == "=" and matcher.value:
                return matcher.value
            if matcher.label == name and matcher.op == "=~":
                values = [one for one in alternatives(matcher.value) or () if one]
                if values:
                    return values[0]
    return None


def _declared(subject: Subject, alert: Rule, name: str) -> str | None:
    """The namespace of a service that the selectors do not refuse."""
    if name != "namespace" or subject.program is None:
        return None
    for service in subject.program.definitions.services:
        if all(_takes(alert, "namespace", service.namespace)):
            return service.namespace
    return None


def _takes(alert: Rule, name: str, value: str) -> Iterator[bool]:
    for selector in alert.parts.selectors if alert.parts is not None else ():
        for matcher in matchers_of(selector):
            if matcher.label == name:
                try:
                    found = matchers.Matcher(name, matcher.op, matcher.value)  # type: ignore[arg-type]
                    yield found.matches({name: value})
                except LanguageError:
                    yield False


def _value(alert: Rule) -> float:
    """A little beyond the first threshold; 1 where there is none."""
    for node in alert.parts.binaries if alert.parts is not None else ():
        found = comparison(node)
        if found is None:
            continue
        limit = found.threshold
        step = abs(limit) / 10 if limit and abs(limit) < 10 and not limit.is_integer() else 1
        beyond = {">": step, ">=": 0.0, "<": -step, "<=": 0.0, "==": 0.0, "!=": step}[found.op]
        return round(limit + beyond, 6)
    return 1.0
