"""Draws labels: from the line, the stage or the target that sets one, through rules, to all that reads it.

Only labels that something reads are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from obs.graph.parts import Parts
from obs.graph.promtail_scrape import promtail_scrapes
from obs.graph.reach import reach
from obs.graph.subject import Rule
from obs.graph.whole.reads import label_reads
from obs.graph.whole.routes import alerts, route_node
from obs.graph.whole.sheet import Sheet
from obs.lang.error import LanguageError
from obs.lang.gotemplate import Template
from obs.lang.wording import listed
from obs.origin import Origin

TARGETS_OWN = frozenset(
    {"container", "endpoint", "instance", "job", "namespace", "node", "pod", "service", "prometheus"}
)
"""Labels that a scrape sets. Source: prometheus-operator 0.77, ServiceMonitor and PodMonitor."""
OVERWRITTEN = frozenset({"container", "instance", "job", "namespace", "pod"})
"""Those of a log line that a scrape would overwrite, were they not put back."""


@dataclass(slots=True)
class Labels:
    """Makes the nodes of labels on demand; None where something cannot have the label."""

    sheet: Sheet
    known: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def of_metric(self, metric: str, label: str) -> tuple[str, ...]:
        """The label on the series of a metric; several nodes when several rules record it."""
        rules = self.sheet.subject.recorded.get(metric)
        if rules:
            return tuple(id for rule in rules for id in self.of_rule(rule, label))
        key = (metric, label)
        if key not in self.known:
            self.known[key] = (self._new(metric, label),)
        return self.known[key]

    def _new(self, metric: str, label: str) -> str:
        sheet = self.sheet
        for source in sheet.metric(metric):
            id = sheet.node("label", f"{metric}{{{label}}}", f"the label {label}", sheet.nodes[source].origin)
            sheet.edge(
                source,
                id,
                "has",
                "is a label of it",
                sheet.nodes[source].origin,
                likely=metric not in sheet.series,
            )
        self._from_line(metric, label, id)
        return id

    def _from_line(self, metric: str, label: str, id: str) -> None:
        """A counter of the pipeline has the labels of its lines, unless the scrape overwrites them."""
        series = self.sheet.series.get(metric)
        if series is None:
            return
        bare = label.removeprefix("exported_")
        renamed = bare != label and bare in OVERWRITTEN and not self._keeps(bare)
        name = bare if renamed else label
        if series.get(name) is None or (not renamed and not self._keeps(label)):
            return
        program = self.sheet.subject.program
        pipeline = program.pipeline if program is not None else None
        words = "the line's"
        if renamed:
            words = f"the line's {name}, renamed by the scrape"
        elif label in OVERWRITTEN:
            words = (
                "the line's, kept through the scrape" if pipeline else "the line's, if the scrape keeps them"
            )
        origin = pipeline.origin if pipeline else None
        likely = pipeline is None and bare in OVERWRITTEN
        self.sheet.edge(series[name], id, "carries", words, origin, likely=likely)

    def _keeps(self, label: str) -> bool:
        """Whether a scrape of Promtail leaves a label of the line alone; taken for granted where nothing is known."""
        program = self.sheet.subject.program
        if program is not None and program.pipeline is not None:
            return label not in OVERWRITTEN or program.pipeline.honor_labels
        scrapes = promtail_scrapes(self.sheet.subject)
        return not any(label in one.sets and not (one.honors or one.mends) for one in scrapes)

    def of_rule(self, rule: Rule, label: str) -> tuple[str, ...]:
        """The label on what a rule returns: one that it sets, or one that its expression keeps."""
        node = self.sheet.rule_ids[id(rule)]
        key = (node, label)
        if key in self.known:
            return self.known[key]
        self.known[key] = ()  # a record that reads itself
        own = rule.labels.get(label)
        sources = [] if own else list(self._kept(rule, label))
        if not own and not sources:
            return ()
        name = self.sheet.nodes[node].name
        made = self.sheet.node("label", f"{name}{{{label}}}", f"the label {label}", rule.origin)
        self.known[key] = (made,)
        if own:
            self.sheet.edge(node, made, "sets", f'sets {label}="{own}"', rule.origin)
        for source, certain in sources:
            self.sheet.edge(
                source, made, "carries", f"the expression keeps {label}", rule.origin, likely=not certain
            )
        return self.known[key]

    def _kept(self, rule: Rule, label: str) -> Iterator[tuple[str, bool]]:
        for branch in rule.flow.live if rule.flow is not None else ():
            if branch.state(label) != "excluded" and branch.metric is not None:
                for source in self.of_metric(branch.metric, label):
                    yield source, label in branch.labels

    # What reads a label

    def expression(self, parts: Parts, reader: str, weakly: str, origin: Origin | None) -> None:
        """`reader` finds nothing without a label that it selects by; `weakly` only shows something else."""
        words: dict[tuple[str, str], list[str]] = {}
        for read in label_reads(parts):
            for source in self.of_metric(read.metric, read.label):
                if read.needed:
                    self.sheet.edge(source, reader, "selects", read.why, origin)
                else:
                    words.setdefault((source, weakly), []).append(read.why)
        for (source, target), some in words.items():
            self.sheet.edge(source, target, "reads", listed(dict.fromkeys(some)), origin)


def draw(sheet: Sheet, labels: Labels) -> None:
    """The labels that rules, annotations, routes, inhibitions and messages read."""
    _set_on_counters(sheet, labels)
    for rule, parts in sheet.subject.queried:
        node = sheet.rule_ids[id(rule)]
        labels.expression(parts, node, node, rule.origin)
        _templates(sheet, labels, rule, node)
    _routes(sheet, labels)
    _relabelled(sheet)


def _set_on_counters(sheet: Sheet, labels: Labels) -> None:
    """What a stage makes a label, the counters behind it have, whether or not anything reads it yet."""
    made = {target for _, target, kind in sheet.edges if kind == "sets"}
    for metric, series in sheet.series.items():
        for label, line in series.items():
            if line in made:
                labels.of_metric(metric, label)


def _templates(sheet: Sheet, labels: Labels, rule: Rule, node: str) -> None:
    printing: dict[str, list[str]] = {}
    for text, template in rule.templates.items():
        for label in sorted(template.labels_read):
            printing.setdefault(label, []).append(text.partition(":")[2])
    for label, names in printing.items():
        if label != "alertname":
            for source in labels.of_rule(rule, label):
                sheet.edge(source, node, "reads", f"prints it in {listed(names)}", rule.origin)


def _routes(sheet: Sheet, labels: Labels) -> None:
    config, root = sheet.subject.alertmanager, sheet.subject.route
    if config is None or root is None:
        return
    messages = {
        receiver.name: _printed(item.title, item.message)
        for receiver in config.receivers
        for item in receiver.discord
    }
    muting = {(source, target) for source, target, kind in sheet.edges if kind == "mutes"}
    for node, alert in alerts(sheet):
        if id(alert) not in sheet.rule_ids:
            continue
        for found in reach(root, alert):
            route = route_node(sheet, found.node)
            receiver = f"receiver/{found.node.receiver}"
            for name in sorted(found.node.group_by or ()):
                _read(sheet, labels, alert, name, route, f"groups by {name}")
            for name in sorted({matcher.name for matcher in found.node.matchers}):
                _read(sheet, labels, alert, name, route, f"takes alerts by {name}")
            for name in sorted(messages.get(found.node.receiver, ())):
                _read(sheet, labels, alert, name, receiver, f"prints {name} in the message")
        for number, rule in enumerate(config.inhibit_rules, start=1):
            if (f"inhibition/{number}", node) in muting:
                for name in rule.equal:
                    _read(sheet, labels, alert, name, f"inhibition/{number}", f"compares {name}")


def _read(sheet: Sheet, labels: Labels, alert: Rule, name: str, reader: str, why: str) -> None:
    if name == "alertname":
        return
    for source in labels.of_rule(alert, name):
        sheet.edge(source, reader, "reads", why, sheet.nodes[reader].origin)


def _printed(*texts: str) -> frozenset[str]:
    from obs.lang.gotemplate import check

    found: set[str] = set()
    for text in texts:
        try:
            template: Template = check(text, "alertmanager")
        except LanguageError:
            continue
        found |= template.labels_read
    return frozenset(found)


def _relabelled(sheet: Sheet) -> None:
    """A target sets its own labels on everything that it exposes, unless it honours what is exposed."""
    honouring: Mapping[str, bool] = {
        f"target/{target.name}": target.honor_labels for target in sheet.subject.targets
    }
    exposed = [
        (source, target)
        for source, target, kind in list(sheet.edges)
        if kind == "exposes" and source in honouring
    ]
    carried = {end for _, end, kind in sheet.edges if kind == "carries"}
    for source, metric in exposed:
        name = sheet.nodes[metric].name
        for label in sorted(TARGETS_OWN):
            id = f"label/{name}{{{label}}}"
            if id in sheet.nodes and id not in carried:
                words = "the scrape sets it" + (" unless it is exposed" if honouring[source] else "")
                sheet.edge(source, id, "sets", words, sheet.nodes[source].origin, likely=honouring[source])
