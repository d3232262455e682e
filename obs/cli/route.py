"""`obs route`: who hears of an alert with these labels, by which way through the tree, when, and what they read."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from obs.cli.output import print_findings
from obs.cli.terminal import (
    InputError,
    cut,
    file_text,
    painter,
    refuse,
    refuse_findings,
    say,
    say_json,
    wrapped,
)
from obs.diagnostic import Diagnostic, ObsError
from obs.lang.error import LanguageError
from obs.lang.wording import listed, span
from obs.record import dataclass, field
from obs.sim.routing import Config, ConfigError, DiscordMessage, Node, build_tree, explain, reached
from obs.sim.routing.tree import Step

if TYPE_CHECKING:
    from obs.graph.program import Program
    from obs.model.rule import Alert

USAGE = "obs route alertname=HighNodeCPUUsage severity=warning"
RUNNING = "0.27"
"""The Alertmanager whose message limits hold where no project says which one runs."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A node of the tree that the alert ends at. `told` lists the integrations, none for a receiver without any."""

    node: Node
    told: tuple[str, ...]
    group: Mapping[str, str]
    messages: tuple[DiscordMessage, ...] = ()
    failures: tuple[str, ...] = ()
    """Why a message is not sent or not taken."""

    @property
    def heard(self) -> bool:
        """Whether at least one message arrives."""
        silent = len(self.failures) + sum(not message.arrives for message in self.messages)
        return len(self.told) > silent


@dataclass(frozen=True, slots=True)
class Question:
    """The alert that is asked about; `added` are labels that its rule sets, `annotations` as Prometheus sends them."""

    labels: Mapping[str, str]
    added: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    known: bool = False
    problems: tuple[Diagnostic, ...] = ()


def run_route(
    project: Path | None, given: Sequence[str], *, config: Path | None, value: float, as_json: bool
) -> int:
    """0 when somebody is told, 1 when nobody is, 2 for what cannot be read."""
    try:
        labels = read_alert(given)
        if config is not None:
            loaded, question, version = _read(config), Question(labels), RUNNING
        else:
            program = _program(project)
            loaded, question = _effective(program), _asked(program, labels, value)
            version = program.stack.alertmanager.version
    except InputError as error:
        return refuse("usage", error.problem, fix=error.fix, as_json=as_json)
    except ObsError as error:
        return refuse_findings(error, project, as_json=as_json)
    root = build_tree(loaded)
    found = [delivery(loaded, node, question, version) for node in reached(root, question.labels)]
    heard = any(one.heard for one in found)
    if as_json:
        say_json(_document(loaded, question, explain(root, question.labels), found, heard))
    else:
        for line in _told(loaded, question, explain(root, question.labels), found):
            say(line)
        print_findings(question.problems, None)
    return 0 if heard else 1


def read_alert(given: Sequence[str]) -> dict[str, str]:
    """The labels of the alert; raises InputError."""
    labels: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise InputError(f"{text!r} is not a label: name=value", USAGE)
        if name in labels:
            raise InputError(f"the label {name} is given twice", USAGE)
        # Alertmanager takes an empty label as a missing one.
        labels[name] = value
    if not labels:
        raise InputError("an alert needs labels", USAGE)
    return {name: value for name, value in labels.items() if value}


def _read(path: Path) -> Config:
    from obs.formats import yaml
    from obs.sim.routing import read

    try:
        return read(yaml.loads(file_text(path)))
    except ConfigError as error:
        place = ".".join(map(str, error.path))
        at = f" ({place})" if place else ""
        raise InputError(f"{path} is no configuration that Alertmanager loads: {error.message}{at}") from None
    except LanguageError as error:
        place = f":{error.place.line}" if isinstance(error, yaml.YamlError) else ""
        raise InputError(f"{path}{place} is not YAML: {error.message}") from None


def _program(project: Path | None) -> Program:
    from obs import api

    return api.load_program(api.read_settings(project))


def _effective(program: Program) -> Config:
    from obs.graph.delivery import effective_config

    found = effective_config(program)
    if found is None:
        raise InputError("the project has no routes that the operator accepts", "--config alertmanager.yml")
    return found


# The alert as its rule sends it


def _asked(program: Program, labels: Mapping[str, str], value: float) -> Question:
    """The alert with what its definition adds: labels, and annotations filled in with the labels given."""
    from obs.model.rule import Alert

    alert = program.known_alerts().get(labels.get("alertname", ""))
    if not isinstance(alert, Alert):
        return Question(labels, known=alert is not None)
    problems: list[Diagnostic] = []
    own = {"severity": alert.severity, **alert.labels}
    added = {
        name: text
        for name, template in own.items()
        if name not in labels and (text := _filled(alert, name, template, labels, value, problems))
    }
    annotations = {
        name: _filled(alert, name, template, labels, value, problems)
        for name, template in program.annotations.get(alert.name, {}).items()
    }
    return Question({**labels, **added}, added, annotations, known=True, problems=tuple(problems))


def _filled(
    alert: Alert,
    name: str,
    template: str,
    labels: Mapping[str, str],
    value: float,
    problems: list[Diagnostic],
) -> str:
    from obs.diagnostic import Excerpt
    from obs.lang.gotemplate import AlertData, render_alert

    try:
        return render_alert(template, AlertData(labels=labels, value=value))
    except LanguageError as error:
        excerpt = Excerpt(template, error.start, error.end)
        words = f"{alert}: {name} cannot be filled in: {error.message}"
        problems.append(Diagnostic("invalid-template", words, alert.origin, excerpt=excerpt))
        return ""


# What arrives


def delivery(
    config: Config, node: Node, question: Question, version: str, moment: int | None = None
) -> Delivery:
    """What arrives by one branch of the tree; `moment` is when, nanoseconds since 1970 (now)."""
    from obs.lang.gotemplate.clock import Moment
    from obs.sim.routing import render_discord
    from obs.sim.routing.message import Alert, message_data

    receiver = config.receiver(node.receiver)
    group = node.group_labels(question.labels)
    names = ["Discord"] * len(receiver.discord)
    names += [kind.removesuffix("_configs") for kind, items in receiver.others.items() for _ in items]
    messages: list[DiscordMessage] = []
    failures: list[str] = []
    alert = Alert(question.labels, question.annotations, Moment(time.time_ns() if moment is None else moment))
    data = message_data([alert], node.receiver, group)
    for discord in receiver.discord:
        try:
            messages.append(render_discord(discord, data, version))
        except (LanguageError, ConfigError) as error:
            failures.append(error.message)
    return Delivery(node, tuple(names), group, tuple(messages), tuple(failures))


def _told(config: Config, question: Question, path: Step, found: Sequence[Delivery]) -> Iterator[str]:
    paint = painter()
    yield f"alert  {_labels(question.labels)}"
    if question.added:
        yield paint("2", f"       {listed(question.added)} as the rule sets it")
    if not question.known and "alertname" in question.labels:
        yield paint("2", "       no definition here has this name, so a message shows no annotations")
    yield ""
    yield from _tree(path, "", "")
    for delivery in found:
        yield ""
        yield from _heard(delivery)
    for rule in _mutable(config, question.labels):
        yield ""
        yield from wrapped(rule, "muted  ")


def _labels(labels: Mapping[str, str]) -> str:
    return cut(" ".join(f'{name}="{value}"' for name, value in labels.items()), 400)


def _tree(step: Step, lead: str, below: str) -> Iterator[str]:
    """The nodes that were asked, each with the verdicts on its matchers; what was not entered has no children."""
    paint = painter()
    node = step.node
    verdicts = [
        paint("32" if one.holds else "31", f"{one.matcher} {'yes' if one.holds else 'no'}")
        if one.holds or not one.value
        else paint("31", f'{one.matcher} no, it is "{one.value}"')
        for one in step.verdicts
    ]
    if step.skipped is not None:
        words = f"not asked: the branch before it took the alert ({' '.join(map(str, node.matchers)) or 'everything'})"
    else:
        words = ", ".join(verdicts) or ("everything" if node.path else "the root")
    mark = paint("1;32", f"  -> {node.receiver}") if step.reached else ""
    more = "  (goes on to the next)" if node.continue_ and step.matched else ""
    yield f"{lead}{words}{mark}{more}"
    for at, child in enumerate(step.below):
        last = at == len(step.below) - 1
        yield from _tree(child, f"{below}{'└─ ' if last else '├─ '}", f"{below}{'   ' if last else '│  '}")


def _heard(delivery: Delivery) -> Iterator[str]:
    paint = painter()
    node = delivery.node
    told = f"told by {listed(delivery.told)}" if delivery.told else "tells nobody"
    yield f"{paint('1', node.receiver)}  {paint('32' if delivery.heard else '33', told)}"
    if not delivery.told:
        return
    everything = "one group for each set of labels" if node.group_by is None else ""
    group = everything or _labels(delivery.group) or "all alerts of this branch together"
    yield from wrapped(group, "  group    ")
    yield from wrapped(
        f"first message {span(node.group_wait)} after the group's first alert, changes every "
        f"{span(node.group_interval)}, the same again every {span(node.repeat_interval)}",
        "  timing   ",
    )
    for words, names in (
        ("not during", node.mute_time_intervals),
        ("only during", node.active_time_intervals),
    ):
        if names:
            yield f"  hours    {words} {listed(names)}"
    for message in delivery.messages:
        yield f"  message  {paint('1', cut(message.title, 400))}"
        for line in message.description.rstrip("\n").split("\n"):
            yield f"           {cut(line, 400)}".rstrip()
        for problem in message.problems:
            yield f"  {paint('31' if problem.fatal else '33', problem.message)}"
    for failure in delivery.failures:
        yield f"  {paint('31', f'no message: {cut(failure, 400)}')}"


def _mutable(config: Config, labels: Mapping[str, str]) -> Iterator[str]:
    """The inhibition rules that can mute this alert."""
    from obs.lang.matchers import matches_all

    for rule in config.inhibit_rules:
        if not matches_all(rule.target, labels):
            continue
        source = " ".join(map(str, rule.source)) or "any labels"
        equal = f" with the same {listed(rule.equal)}" if rule.equal else ""
        yield f"while an alert with {source} fires{equal}"


def _document(
    config: Config, question: Question, path: Step, found: Sequence[Delivery], heard: bool
) -> dict[str, object]:
    return {
        "labels": dict(question.labels),
        "annotations": dict(question.annotations),
        "told": heard,
        "path": _step(path),
        "deliveries": [
            {
                "receiver": one.node.receiver,
                "integrations": list(one.told),
                "heard": one.heard,
                "group_labels": dict(one.group),
                "group_wait_seconds": one.node.group_wait / 1000,
                "group_interval_seconds": one.node.group_interval / 1000,
                "repeat_interval_seconds": one.node.repeat_interval / 1000,
                "messages": [
                    {
                        "title": message.title,
                        "description": message.description,
                        "problems": [problem.message for problem in message.problems],
                        "arrives": message.arrives,
                    }
                    for message in one.messages
                ],
                "failures": list(one.failures),
            }
            for one in found
        ],
        "muted_by": list(_mutable(config, question.labels)),
        "problems": [problem.problem for problem in question.problems],
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "receiver": step.node.receiver,
        "matchers": [
            {"matcher": str(one.matcher), "value": one.value, "holds": one.holds} for one in step.verdicts
        ],
        "asked": step.skipped is None,
        "entered": step.matched,
        "reached": step.reached,
        "continue": step.node.continue_,
        "routes": [_step(child) for child in step.below],
    }
