"""Branches of templates: annotations of alerts, and the messages of receivers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from obs.lang.error import LanguageError
from obs.lang.gotemplate import AlertData, render_alert
from obs.lang.gotemplate.render import render_message
from obs.lang.gotemplate.run import Outcome, watched
from obs.lang.gotemplate.syntax import Branch, Node
from obs.lang.gotemplate.template import check
from obs.sim.routing.message import message_data
from obs.sim.routing.timeline import shown_alert
from obs.testing.coverage.item import Coverage, Item
from obs.testing.coverage.places import Places
from obs.testing.scenario.observed import Observed
from obs.testing.scenario.platform import Platform


def items(platform: Platform, places: Places) -> Iterator[Item]:
    """The branches of every template."""
    for _, rule in platform.rules():
        texts = rule.get("annotations")
        if isinstance(texts, Mapping):
            for name, text in texts.items():
                what = f"{rule.get('alert')} {name}"
                yield from _items(what, str(text), "prometheus", places.rule(str(rule.get("alert"))))
    for what, text in _messages(platform):
        yield from _items(what, text, "alertmanager", places.routing())


def _messages(platform: Platform) -> Iterator[tuple[str, str]]:
    for receiver in platform.routing.receivers if platform.routing else ():
        for config in receiver.discord:
            yield f"{receiver.name} title", config.title
            yield f"{receiver.name} message", config.message


def _items(what: str, text: str, kind: str, where: str) -> Iterator[Item]:
    if "{{" not in text:
        return
    try:
        body = check(text, kind).tree.body
    except LanguageError:
        return
    for branch in branches(body):
        for outcome in _outcomes(branch):
            yield Item("template branch", what, _part(text, branch, outcome), where)


def branches(nodes: tuple[Node, ...]) -> Iterator[Branch]:
    for node in nodes:
        if isinstance(node, Branch):
            yield node
            yield from branches(node.body)
            yield from branches(node.otherwise or ())


def _outcomes(branch: Branch) -> tuple[Outcome, ...]:
    """A loop over what an `if` around it knows to be there has nothing to do for an empty list."""
    return (True,) if branch.kind == "range" and branch.otherwise is None else (True, False)


def _part(text: str, branch: Branch, outcome: Outcome) -> str:
    line = text.count("\n", 0, branch.start) + 1
    column = branch.start - (text.rfind("\n", 0, branch.start) + 1) + 1
    return f"{branch} at {line}:{column} {'taken' if outcome else 'not taken'}"


def measure(observed: Observed, test: str, coverage: Coverage) -> None:
    """Note which branches the annotations and messages of a run have taken."""
    for attempt in observed.attempts:
        if attempt.message is None or observed.platform.routing is None:
            continue
        delivery = attempt.delivery
        shown = [shown_alert(alert, delivery.at, observed.inputs.start) for alert in delivery.alerts]
        data = message_data(
            shown, delivery.receiver, delivery.group_labels, observed.platform.alertmanager_url
        )
        receiver = observed.platform.routing.receiver(delivery.receiver)
        for config in receiver.discord:
            for what, text in (
                (f"{receiver.name} title", config.title),
                (f"{receiver.name} message", config.message),
            ):
                with watched() as taken, suppress(LanguageError):
                    render_message(text, data)
                _note(what, text, "alertmanager", taken, test, coverage)
    for change in observed.changes:
        rule = observed.platform.alert_rule(change.alert)
        texts = rule.get("annotations") if rule else None
        if change.state == "firing" and isinstance(texts, Mapping):
            for name, text in texts.items():
                data_ = AlertData(change.labels, float(change.value or 0), observed.platform.external_labels)
                with watched() as taken, suppress(LanguageError):
                    render_alert(str(text), data_)
                _note(f"{change.alert} {name}", str(text), "prometheus", taken, test, coverage)


def _note(
    what: str, text: str, kind: str, taken: list[tuple[Branch, Outcome]], test: str, coverage: Coverage
) -> None:
    if not taken:
        return
    own = {id(branch) for branch in branches(check(text, kind).tree.body)}
    for branch, outcome in taken:
        if id(branch) in own:
            coverage.seen(Item("template branch", what, _part(text, branch, outcome)), test)
