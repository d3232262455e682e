"""`obs explain ALERT`: in plain words, from the log line or the scrape to the message, with every number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from obs.cli.explain_json import story_document
from obs.cli.graph import UnknownNameError, names_and_paths, unknown
from obs.cli.inputs import Inputs
from obs.cli.lint import Options, linted, scope_of
from obs.cli.route import RUNNING, Delivery, Question, delivery
from obs.cli.terminal import cut, padded, painter, refuse, refuse_findings, say, say_json, wrapped
from obs.diagnostic import Diagnostic, ObsError
from obs.graph.alert_story import Muting, Origin, Story, Told, story
from obs.graph.timing import Step, Timing
from obs.graph.whole import Graph, Node, build, meant
from obs.lang.duration import parse, render
from obs.lang.error import LanguageError
from obs.lang.wording import listed, span
from obs.report.text import safe, where

if TYPE_CHECKING:
    from obs.checks.runner import Linted
    from obs.graph.subject import Rule, Subject

MOMENT = 1_714_521_600_000_000_000
"""When the sample message is sent: 2024-05-01, so that the same definitions always give the same text."""


def run_explain(given: Sequence[str], project: Path | None, inputs: Inputs, *, as_json: bool) -> int:
    """Explain one alert; 2 when there is none of that name."""
    names, inputs = names_and_paths(given[1:], inputs)
    name = " ".join([*given[:1], *names])
    try:
        scope = scope_of(Options(inputs=inputs, project=project))
        read = linted(scope)
        graph = build(read.subject)
        found = _alerts(read.subject, graph, name)
    except ObsError as error:
        return refuse_findings(error, project, as_json=as_json)
    except UnknownNameError as error:
        return unknown(error, as_json=as_json)
    if not found:
        words = f"{name!r} is no alert of these definitions, so nothing is known of its expression"
        return refuse("unknown-name", words, fix=f"obs why {name}", as_json=as_json)
    documents = []
    for number, (node, alert) in enumerate(found):
        told = story(read.subject, graph, alert, node)
        arriving = deliveries(read.subject, told)
        findings = findings_about(read, alert)
        if as_json:
            documents.append(story_document(told, arriving, findings, scope.root))
            continue
        if number:
            say()
        for line in _lines(read.subject, graph, told, arriving, findings, scope.root):
            say(line)
    if as_json:
        say_json(documents)
    return 0


def _alerts(subject: Subject, graph: Graph, name: str) -> list[tuple[str, Rule]]:
    """The alerts that are meant, with their nodes; raises UnknownNameError."""
    ids = [f"alert/{name}"] if f"alert/{name}" in graph.nodes else []
    twins = [id for id in graph.nodes if id.startswith(f"alert/{name}~")] if ids else []
    if not ids:
        nodes = meant(graph.only([id for id, node in graph.nodes.items() if node.kind == "alert"]), name)
        if not nodes.nodes:
            raise UnknownNameError(name, nodes)
        ids = [node.id for node in nodes.nodes]
    rules: dict[str, Rule] = {}
    for rule in (*subject.rules, *subject.log_rules):
        if rule.kind != "alert":
            continue
        number, id = 1, f"alert/{rule.name}"
        while id in rules:
            number += 1
            id = f"alert/{rule.name}~{number}"
        rules[id] = rule
    return [(id, rules[id]) for id in dict.fromkeys([*ids, *twins]) if id in rules]


def deliveries(subject: Subject, told: Story) -> tuple[Delivery, ...]:
    """What arrives by every branch that tells somebody, with the sample's labels."""
    config = subject.alertmanager
    version = subject.stack.alertmanager.version if subject.stack is not None else RUNNING
    question = Question(told.sample.labels, annotations=told.sample.annotations, known=True)
    return tuple(
        delivery(config, one.node, question, version, MOMENT)
        for one in told.told
        if config is not None and one.somebody
    )


def findings_about(read: Linted, alert: Rule) -> tuple[Diagnostic, ...]:
    """What `obs lint` finds about the alert itself, the worst first."""
    from obs.checks.runner import Selection, at_least, run

    twins = [one.origin for one in read.subject.alerts if one.title == alert.title and one is not alert]
    found = [
        one
        for one in at_least(run(read, Selection(), []), "warning")
        if one.at == alert.origin
        or (one.object == alert.title and one.at not in twins)
        or alert.origin in [at for at, _ in one.also]
    ]
    return tuple(sorted(found, key=lambda one: (one.severity != "error", one.check)))


# In words


def _lines(
    subject: Subject,
    graph: Graph,
    told: Story,
    arriving: Sequence[Delivery],
    findings: Sequence[Diagnostic],
    root: Path,
) -> Iterator[str]:
    alert = told.alert
    paint = painter()
    yield f"{paint('1', safe(alert.title))}  {where(alert.origin, root)}"
    labels = ", ".join(f'{name}="{value}"' for name, value in sorted(alert.labels.items()))
    yield from wrapped(f"group {alert.group}{f', {labels}' if labels else ''}", "  ")
    for title, shown in sections(subject, graph, told, arriving, findings, root):
        yield ""
        yield paint("1", title)
        yield from shown


def sections(
    subject: Subject,
    graph: Graph,
    told: Story,
    arriving: Sequence[Delivery],
    findings: Sequence[Diagnostic] | None,
    root: Path,
) -> Iterator[tuple[str, list[str]]]:
    """The parts of the story that have something to tell; `findings` is None where nobody has linted."""
    for title, lines in (
        ("What must happen", _happens(subject, graph, told)),
        ("When it fires", _fires(told)),
        ("Who hears of it", _hears(told, arriving)),
        ("What they read (with sample values)", _reads(told, arriving)),
        ("Where it leads", _leads(graph, told)),
        ("When it is over", _ends(told)),
        ("What can keep it silent", _silent(graph, told, findings, root)),
    ):
        shown = list(lines)
        if shown:
            yield title, shown


def _happens(subject: Subject, graph: Graph, told: Story) -> Iterator[str]:
    for origin in told.origins:
        yield from _origin(subject, graph, origin)
    for number, line in enumerate(_expression(subject, told.alert).splitlines()):
        yield from wrapped(line, "  It is true when: " if not number else "    ", "    ")


def _expression(subject: Subject, alert: Rule) -> str:
    """The condition in words; a rule of a Loki ruler asks in LogQL."""
    from obs.lang import logql

    if alert.query is not None:
        from obs.lang.promql.explain import explain

        return explain(alert.query.tree)
    if not any(one is alert for one in subject.log_rules):
        return "never, because Prometheus does not accept the expression."
    from obs.lang.logql.explain import explain as explain_log

    try:
        return explain_log(logql.check(alert.expr))
    except LanguageError:
        return "never, because Loki does not accept the expression."


def _origin(subject: Subject, graph: Graph, origin: Origin) -> Iterator[str]:
    """How one metric comes into being: counted from lines, scraped, or unknown."""
    metric = origin.metric
    about = f" ({origin.about.rstrip('.')})" if origin.about else ""
    counting = [edge for edge in origin.ways if edge.kind == "counts"]
    ways = [
        f"is kept by stage {graph.nodes[edge.source].name} of the pipeline, which {edge.why}"
        for edge in counting
    ]
    ways += [_scraped(subject, graph.nodes[edge.source]) for edge in origin.ways if edge.kind == "exposes"]
    told = "; it ".join(ways) or "comes from somewhere that nothing here tells of"
    yield from wrapped(f"{metric}{about} {told}.", "  - ")
    for edge in counting:
        yield from _lines_counted(graph, edge.source)
    carried = _carried(graph, metric)
    for why, labels in carried.items():
        yield from wrapped(f"Its {listed(labels)}: {why}.", "    ")


def _scraped(subject: Subject, node: Node) -> str:
    if node.kind == "exporter":
        return f"is exposed by {node.about}, says the catalogue"
    return f"is scraped from target {node.name}, {_of_target(subject, node.name) or node.about}"


def _lines_counted(graph: Graph, stage: str) -> Iterator[str]:
    """Which lines reach a stage: their streams, and what the `match` around it selects."""
    coming = graph.incoming.get(stage, ())
    names = [graph.nodes[edge.source].name for edge in coming if edge.kind == "adds to"]
    if names:
        yield from wrapped(f"Lines of {listed(names, 'or')} can get there.", "    ")
    for edge in coming:
        if edge.kind == "contains":
            yield from wrapped(f"They must match {graph.nodes[edge.source].about}", "    ")


def _carried(graph: Graph, metric: str) -> dict[str, list[str]]:
    """The labels that come from the line, by how they do."""
    found: dict[str, list[str]] = {}
    for id, edges in graph.incoming.items():
        if id.startswith(f"label/{metric}{{"):
            for edge in edges:
                if edge.kind == "carries":
                    found.setdefault(edge.why, []).append(id[len(f"label/{metric}{{") : -1])
    return found


def _of_target(subject: Subject, name: str) -> str:
    for target in subject.targets:
        if target.name == name:
            if not target.enabled:
                return f"which is switched off ({target.switch_on})"
            return f"every {span(parse(target.interval), target.interval)}"
    return ""


def _fires(told: Story) -> Iterator[str]:
    first = next((one for one in told.told if one.somebody), None)
    yield from _table(first.timing if first is not None else told.timing)
    window = _window(told)
    if window:
        yield from wrapped(
            f"It looks back over {span(window)}: what grows slowly crosses the threshold only in the course of that, "
            "and an event stays visible as long.",
            "  ",
        )


def _window(told: Story) -> int:
    """The longest range of its selectors, milliseconds; 0 where it has none."""
    query = told.alert.query
    return max((one.range or 0 for one in query.selectors), default=0) if query is not None else 0


def _table(timing: Timing) -> Iterator[str]:
    """Best, typical and worst of every wait."""
    rows = [*timing.steps]
    if timing.group is not None:
        rows += [timing.fires, timing.group, timing.heard]
    else:
        rows.append(timing.fires)
    size = max(len(row.name) for row in rows)
    yield f"  {padded('', size)}  {'best':>8} {'typical':>8} {'worst':>8}"
    for row in rows:
        yield f"  {padded(row.name, size)}  {_cells(row)}  {_why(row)}".rstrip()
    if timing.reopened is not None:
        again = timing.heard_again
        yield from wrapped(
            f"If its group is open already, the message waits for the next flush of the group, "
            f"{timing.reopened.why}: at worst {render(again.worst)} after the event.",
            "  ",
        )


def _cells(row: Step) -> str:
    return " ".join(f"{_rounded(value):>8}" for value in (row.best, row.typical, row.worst))


def _rounded(milliseconds: int) -> str:
    """To the second, but for what is shorter than ten."""
    return render(milliseconds if milliseconds < 10_000 else round(milliseconds, -3))


def _why(row: Step) -> str:
    return " ".join(
        filter(None, (row.why, "(assumed: nothing here declares it)" if row.assumed and row.why else ""))
    )


def _hears(told: Story, arriving: Sequence[Delivery]) -> Iterator[str]:
    if not told.told:
        yield "  No routes are known here."
    names = {one.node.path: one.told for one in arriving}
    for one in told.told:
        yield from _hearer(one, names.get(one.node.path, ()))
    if told.told and not any(one.somebody for one in told.told):
        yield "  Nobody: no receiver that it reaches tells anybody."


def _hearer(one: Told, integrations: Sequence[str]) -> Iterator[str]:
    node = one.node
    because = listed(map(str, node.matchers)) or "no other branch takes it"
    kind = f" (tells {listed(integrations)})" if one.somebody else ", which tells nobody"
    yield from wrapped(f"{node.receiver}{kind}, because {because}.", "  - ")
    if one.depends:
        yield from wrapped(
            f"That hangs on values that only the cluster knows: {listed(map(str, one.depends))}.", "    "
        )
    if not one.somebody:
        return
    if node.group_by is None:
        group = "Each set of labels is a message of its own"
    elif node.group_by:
        group = f"One message for all alerts with the same {listed(sorted(node.group_by))}"
    else:
        group = "One message for all alerts of this branch"
    yield from wrapped(
        f"{group}: the first {span(node.group_wait)} after the first alert, news of the group at most every "
        f"{span(node.group_interval)}, the same again every {span(node.repeat_interval)} while it lasts.",
        "    ",
    )
    for words, names in (
        ("Not during", node.mute_time_intervals),
        ("Only during", node.active_time_intervals),
    ):
        if names:
            yield f"    {words} {listed(names)}."


def _reads(told: Story, arriving: Sequence[Delivery]) -> Iterator[str]:
    paint = painter()
    for one in arriving:
        for message in one.messages:
            yield f"  {paint('1', cut(message.title, 400))}"
            for line in message.description.rstrip("\n").split("\n"):
                yield f"  {cut(line, 400)}".rstrip()
            yield from (f"  ({problem.message})" for problem in message.problems)
        for failure in one.failures:
            yield f"  no message: {cut(failure, 400)}"
        if not one.messages and not one.failures:
            yield from wrapped(f"{listed(one.told)} in its own format; not drawn here.", "  ")
    for problem in told.sample.problems:
        yield from wrapped(problem, "  ")


def _leads(graph: Graph, told: Story) -> Iterator[str]:
    reasons: dict[str, str] = {}
    for edge in told.links:
        if graph.nodes[edge.source].kind in ("panel", "dashboard"):
            reasons.setdefault(str(graph.nodes[edge.source]), edge.why)
    for name, why in reasons.items():
        yield from wrapped(f"{name} ({why})", "  - ")
    for name, text in told.sample.annotations.items():
        if re.match(r"https?://", text):
            yield f"  {name}: {cut(text, 400)}"


def _ends(told: Story) -> Iterator[str]:
    first = next((one for one in told.told if one.somebody), None)
    if first is None:
        return
    if not first.resolves:
        yield "  Nobody is told."
        return
    end = first.end.heard
    kept = f", {span(told.alert.keep_firing_for)} of it kept on purpose" if told.alert.keep_firing_for else ""
    yield from wrapped(
        f"The end is told {render(end.best)} to {render(end.worst)} after the condition is false{kept}, "
        "with the next flush of its group.",
        "  ",
    )


def _silent(graph: Graph, told: Story, findings: Sequence[Diagnostic] | None, root: Path) -> Iterator[str]:
    for origin in told.origins:
        if origin.idle:
            yield from wrapped(
                f"{origin.metric} is removed after {span(parse(origin.idle), origin.idle)} without a line that it "
                "counts; it starts again at 1.",
                "  - ",
            )
    for one in told.told:
        for edge in graph.incoming.get(f"receiver/{one.node.receiver}", ()):
            if edge.kind == "opens":
                name, _, key = graph.nodes[edge.source].name.rpartition("/")
                yield from wrapped(
                    f"The Secret {name} with the key {key} must exist in the cluster; it is not part of the chart.",
                    "  - ",
                )
    for muting in told.muted:
        yield from wrapped(_muting(muting), "  - ")
    for finding in findings or ():
        place = f" ({where(finding.at, root)})" if finding.at is not None else ""
        yield from wrapped(f"{finding.severity}[{finding.check}] {safe(finding.problem)}{place}", "  - ")
    if findings is not None and not findings:
        yield "  - obs lint finds nothing wrong with it."


def _muting(muting: Muting) -> str:
    same = f" with the same {listed(muting.rule.equal)}" if muting.rule.equal else ""
    return f"It is muted while {listed(muting.by, 'or')} fires{same}."
