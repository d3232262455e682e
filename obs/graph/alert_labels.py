"""What is known of the labels of an alert when it reaches Alertmanager."""

from __future__ import annotations

from typing import Literal

from obs.graph.subject import Rule
from obs.lang.matchers import Matcher
from obs.lang.promql.syntax import VectorSelector, walk
from obs.record import dataclass

Presence = Literal["always", "sometimes", "never"]
Verdict = Literal["yes", "no", "maybe"]


@dataclass(frozen=True, slots=True)
class AlertLabel:
    """A label of an alert; `value` is known for what the rule itself sets or selects by equality."""

    name: str
    presence: Presence
    value: str | None = None


def label(alert: Rule, name: str) -> AlertLabel:
    """What the alert has under this name; external labels and relabelling of alerts are not considered."""
    if name == "alertname":
        return AlertLabel(name, "always", alert.name)
    own = alert.labels.get(name)
    if own is not None:
        if not own:
            return AlertLabel(name, "never")
        return AlertLabel(name, "always", None if "{{" in own else own)
    if alert.flow is None or not alert.flow.live:
        return AlertLabel(name, "sometimes")
    state = alert.flow.state(name)
    if state == "excluded":
        return AlertLabel(name, "never")
    return AlertLabel(name, "always" if state == "guaranteed" else "sometimes", _selected(alert, name))


def _selected(alert: Rule, name: str) -> str | None:
    """The value by which every selector of the expression picks the label, where they all pick the same."""
    assert alert.query is not None
    values = {
        next(
            (matcher.value for matcher in node.matchers if matcher.label == name and matcher.op == "="), None
        )
        for node in walk(alert.query.tree)
        if isinstance(node, VectorSelector)
    }
    return values.pop() if len(values) == 1 else None


def verdict(alert: Rule, matcher: Matcher) -> Verdict:
    """Whether the alert fulfils a matcher: always, never, or depending on a value that only the cluster knows."""
    found = label(alert, matcher.name)
    answers: set[bool] = set()
    if found.presence != "always":
        answers.add(matcher.matches({}))
    if found.presence != "never":
        if found.value is not None:
            answers.add(matcher.matches({matcher.name: found.value}))
        elif not _is_sure_of_any(matcher):
            return "maybe"
        else:
            answers.add(not matcher.matches({}))
    if len(answers) > 1:
        return "maybe"
    return "yes" if answers.pop() else "no"


def _is_sure_of_any(matcher: Matcher) -> bool:
    """Whether the verdict depends only on the label being there: `x=~".+"`, `x!=""`, `x=""`."""
    if matcher.operator in ("=", "!="):
        return matcher.value == ""
    return matcher.value in (".+", ".*")
