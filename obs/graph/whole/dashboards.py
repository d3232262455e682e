"""Draws dashboards: panels, their queries, variables, datasources, and the links to and from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from obs.graph.alert_labels import Verdict
from obs.graph.parts import parts
from obs.graph.whole.labels import Labels
from obs.graph.whole.pipeline import line_label
from obs.graph.whole.rules import reads_metrics
from obs.graph.whole.sheet import LINES, Sheet
from obs.lang.error import LanguageError
from obs.lang.grafana_variables import variables
from obs.lang.matchers import Matcher
from obs.model.dashboard import Annotation, Dashboard
from obs.model.datasource import Datasource
from obs.model.link import Link
from obs.model.panel import Panel
from obs.model.query import Query
from obs.model.variable import Variable
from obs.origin import Origin

_PAGE = re.compile(r"/d/([A-Za-z0-9_-]{1,40})")
_PANEL = re.compile(r"viewPanel=(?:panel-)?(\d+)")


def draw(sheet: Sheet, labels: Labels) -> None:
    """Every dashboard; links last, when all of them are there."""
    pages = [(sheet.another("dashboard", page.uid, page.title, page.origin, (page.title,)), page)
             for page in sheet.subject.dashboards]  # fmt: skip
    for source in _provisioned(sheet):
        _datasource(sheet, source)
    for id, page in pages:
        _Page(sheet, labels, id, page).draw()
    for id, page in pages:
        _links(sheet, id, page.links, page.origin)
        for panel in page.panels():
            node = panel_node(sheet, id, panel)
            _links(sheet, node, (*panel.links, *panel.field.links), panel.origin)
    _alert_links(sheet)


def _provisioned(sheet: Sheet) -> Iterable[Datasource]:
    program = sheet.subject.program
    own = program.definitions.datasources if program is not None else ()
    return (*own, *(sheet.subject.datasources or ()))


def _datasource(sheet: Sheet, source: Datasource) -> str:
    about = " ".join(filter(None, (source.type, source.url)))
    return sheet.node("datasource", source.uid, about, source.origin, (source.name,) if source.name else ())


def panel_node(sheet: Sheet, page: str, panel: Panel) -> str:
    """The node of a panel: `dashboard/title`, by its key as well."""
    uid = page.partition("/")[2]
    own = f"{uid}/{panel.title or panel.key}"
    if f"panel/{own}" in sheet.nodes and f"{uid}/{panel.key}" not in sheet.nodes[f"panel/{own}"].aliases:
        own = f"{uid}/{panel.key}"
    names = (f"{uid}/{panel.key}", panel.title or panel.key)
    return sheet.node("panel", own, panel.type, panel.origin, names)


@dataclass(slots=True)
class _Page:
    sheet: Sheet
    labels: Labels
    id: str
    page: Dashboard

    def draw(self) -> None:
        for variable in self.page.variables:
            self.variable(variable)
        for annotation in self.page.annotations:
            self.annotation(annotation)
        for panel in self.page.panels():
            node = panel_node(self.sheet, self.id, panel)
            self.sheet.edge(self.id, node, "holds", "stands on it", panel.origin)
            for number, query in enumerate(panel.queries):
                self.query(panel, node, query, number)
            for text in (panel.title, panel.description, panel.repeat and f"${panel.repeat}"):
                self.uses_variables(text, node, "shows it", panel.origin)

    def annotation(self, annotation: Annotation) -> None:
        """Marks over time: the dashboard does without them."""
        if annotation.datasource is None or annotation.datasource.language != "promql":
            return
        found = self.sheet.panel_query(annotation.query)
        for metric in sorted(parts(found.tree).metrics) if found is not None else ():
            for source in self.sheet.metric(metric):
                words = f"the annotation {annotation.name} shows it"
                self.sheet.edge(source, self.id, "reads", words, annotation.origin)

    @property
    def uid(self) -> str:
        return self.id.partition("/")[2]

    def variable(self, variable: Variable) -> None:
        name = f"{self.uid}/{variable.name}"
        about = f"{variable.kind} variable"
        node = self.sheet.node("variable", name, about, variable.origin, (f"${variable.name}",))
        self.sheet.edge(self.id, node, "holds", "is one of its variables", variable.origin)
        self.source(variable.datasource, node, variable.origin)
        self.uses_variables(
            f"{variable.series} {variable.query}", node, "narrows its choices", variable.origin
        )
        asked = re.fullmatch(r"query_result\((.*)\)", variable.query.strip(), re.DOTALL)
        query = self.sheet.panel_query(asked[1]) if asked is not None else None
        if query is not None:
            found = parts(query.tree)
            reads_metrics(self.sheet, found, node, variable.origin)
            self.labels.expression(found, node, node, variable.origin)
        if variable.kind == "query" and variable.values_of:
            self.values(variable, node)

    def values(self, variable: Variable, node: str) -> None:
        """`label_values`: the label gives the choices."""
        words = f"its choices are the values of {variable.values_of}"
        logs = variable.datasource is not None and variable.datasource.language == "logql"
        if logs:
            lines = self.sheet.node("lines", LINES, "log lines as Loki stores them")
            self.sheet.edge(lines, node, "feeds", "its choices come from log lines", variable.origin)
            self.sheet.edge(
                line_label(self.sheet, variable.values_of), node, "selects", words, variable.origin
            )
            return
        query = self.sheet.panel_query(variable.series) if variable.series else None
        if query is None:
            return
        found = parts(query.tree)
        reads_metrics(self.sheet, found, node, variable.origin)
        for metric in sorted(found.metrics):
            for label in self.labels.of_metric(metric, variable.values_of):
                self.sheet.edge(label, node, "selects", words, variable.origin)

    def query(self, panel: Panel, node: str, query: Query, number: int) -> None:
        uid_title = self.sheet.nodes[node].name
        ref = query.ref_id or str(number)
        about = " ".join(query.text.split())
        id = self.sheet.node("query", f"{uid_title}/{ref}", about, query.origin)
        self.sheet.edge(id, node, "shows", f"query {ref}", query.origin)
        self.source(query.datasource, id, query.origin)
        self.uses_variables(query.text, id, "fills it in", query.origin, needed=True)
        for label in _legend(query.legend):
            self.legends(label, query, node)
        if query.language == "promql":
            found = self.sheet.panel_query(query.text)
            if found is not None:
                several = parts(found.tree)
                reads_metrics(self.sheet, several, id, query.origin)
                self.labels.expression(several, id, node, query.origin)
        elif query.language == "logql":
            self.log_query(query, id, node)

    def legends(self, label: str, query: Query, node: str) -> None:
        if query.language != "promql":
            return
        found = self.sheet.panel_query(query.text)
        for metric in sorted(parts(found.tree).metrics) if found is not None else ():
            for source in self.labels.of_metric(metric, label):
                self.sheet.edge(source, node, "reads", f"the legend shows {label}", query.origin, likely=True)

    def log_query(self, query: Query, id: str, node: str) -> None:
        from obs.lang import logql

        lines = self.sheet.node("lines", LINES, "log lines as Loki stores them")
        self.sheet.edge(lines, id, "feeds", "reads log lines", query.origin)
        try:
            found = logql.check(query.text, grafana=True)
        except LanguageError:
            return
        for stream in [one for one in self.sheet.nodes.values() if one.kind == "stream"]:
            answer = _takes(found, stream.name)
            if answer != "no":
                words = "its selector takes them"
                self.sheet.edge(stream.id, id, "adds to", words, query.origin, likely=answer == "maybe")
        for matcher in found.matchers:
            label = line_label(self.sheet, matcher.label)
            words = f'selects {matcher.label}{matcher.op}"{matcher.value}"'
            kind = "selects" if _refuses_missing(matcher.op, matcher.value) else "reads"
            self.sheet.edge(label, id if kind == "selects" else node, kind, words, query.origin)  # type: ignore[arg-type]
        for read in found.reads():
            if read.kind != "selector" and read.label in self.sheet.stored:
                label = line_label(self.sheet, read.label)
                self.sheet.edge(label, node, "reads", f"{read.kind} {read.label}", query.origin)

    def source(self, source: Datasource | None, node: str, origin: Origin | None) -> None:
        """The datasource, or the variable that names it."""
        if source is None:
            return
        if source.variable is not None:
            self.uses_variables(source.uid, node, "chooses the datasource", origin, needed=True)
            return
        self.sheet.edge(_datasource(self.sheet, source), node, "answers", "is asked there", origin)

    def uses_variables(
        self, text: str, node: str, why: str, origin: Origin | None, *, needed: bool = False
    ) -> None:
        for name in dict.fromkeys(one.name for one in variables(text or "")):
            known = f"variable/{self.uid}/{name}"
            if known in self.sheet.nodes:
                self.sheet.edge(known, node, "fills in" if needed else "reads", why, origin)


def _legend(text: str) -> tuple[str, ...]:
    from obs.lang.gotemplate.legend import AUTO, legend

    try:
        return tuple(sorted(legend(text).labels_read)) if text and text != AUTO else ()
    except LanguageError:
        return ()


def _takes(query: object, namespace: str) -> Verdict:
    """Whether a log query takes the lines of a namespace: as far as its selectors tell."""
    from obs.lang.logql import Query as LogQuery

    assert isinstance(query, LogQuery)
    answers: set[Verdict] = set()
    for selector in query.selectors:
        answer: Verdict = "yes"
        for one in selector.matchers:
            if one.label != "namespace" or variables(one.value):
                answer = "maybe" if answer == "yes" else answer
            elif not _matches(one.op, one.value, namespace):
                answer = "no"
        answers.add(answer)
    return "yes" if "yes" in answers else "maybe" if "maybe" in answers else "no"


def _matches(op: str, value: str, text: str) -> bool:
    try:
        return Matcher("x", op, value).matches({"x": text})  # type: ignore[arg-type]
    except LanguageError:
        return False


def _refuses_missing(op: str, value: str) -> bool:
    if variables(value):
        return op in ("=", "=~")
    return not _matches(op, value, "")


# Links


def _links(sheet: Sheet, holder: str, links: Iterable[Link], origin: Origin | None) -> None:
    for link in links:
        for target in dict.fromkeys(_destinations(sheet, link)):
            words = f"the link {link.title}" if link.title else "a link"
            sheet.edge(target, holder, "links to", words, link.origin or origin)
        if link.exploration is not None:
            source = _datasource(sheet, link.exploration.datasource)
            sheet.edge(
                source, holder, "links to", f"the link {link.title} opens Explore", link.origin or origin
            )


def _destinations(sheet: Sheet, link: Link) -> Iterator[str]:
    for page in sheet.subject.dashboards:
        if link.tags and set(link.tags) <= set(page.tags):
            yield f"dashboard/{page.uid}"
    found = _PAGE.search(link.url)
    if found is not None and f"dashboard/{found[1]}" in sheet.nodes:
        yield f"dashboard/{found[1]}"


def _alert_links(sheet: Sheet) -> None:
    """What the annotations of an alert lead to: a panel where they name one, else a dashboard."""
    ids = _panel_ids(sheet)
    for alert in sheet.subject.alerts:
        node = sheet.rule_ids[id(alert)]
        for name, text in alert.annotations.items():
            found = _PAGE.search(text)
            uid = found[1] if found is not None else text if name == "__dashboardUid__" else ""
            if f"dashboard/{uid}" not in sheet.nodes:
                continue
            panel = _PANEL.search(text)
            number = panel[1] if panel is not None else alert.annotations.get("__panelId__", "")
            target = ids.get((uid, number), f"dashboard/{uid}")
            sheet.edge(target, node, "links to", f"the annotation {name} leads there", alert.origin)
            for variable in re.findall(r"var-(\w+)=", text):
                if f"variable/{uid}/{variable}" in sheet.nodes:
                    words = f"the annotation {name} fills in ${variable}"
                    sheet.edge(f"variable/{uid}/{variable}", node, "links to", words, alert.origin)


def _panel_ids(sheet: Sheet) -> Mapping[tuple[str, str], str]:
    program = sheet.subject.program
    found: dict[tuple[str, str], str] = {}
    for page in sheet.subject.dashboards:
        numbers = program.panel_ids.get(page.uid, {}) if program is not None else {}
        for panel in page.panels():
            number = numbers.get(panel.key, panel.id)
            if number is not None:
                found[page.uid, str(number)] = panel_node(sheet, f"dashboard/{page.uid}", panel)
    return found
