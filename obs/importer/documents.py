"""What a YAML document is, by its content, and what is taken out of it."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from obs.diagnostic import TextPlace
from obs.formats import yaml_places
from obs.formats.source import Source
from obs.formats.yaml_places import Fields, Items, Node, Scalar, find
from obs.graph.document import PLACEHOLDER, Document, Server
from obs.graph.subject import Rule
from obs.importer.findings import Findings
from obs.importer.routing import FROM_VALUES
from obs.importer.rules import RuleReader
from obs.importer.values import looks_like_values, stack_paths

if TYPE_CHECKING:
    from obs.importer.helm_template import Rendered

_KEPT = frozenset(
    (
        "AlertmanagerConfig",
        "Alertmanager",
        "Prometheus",
        "ServiceMonitor",
        "PodMonitor",
        "Probe",
        "ScrapeConfig",
    )
)
DEPTH = 8
"""Lists in lists, and texts in texts."""


@dataclass(slots=True)
class Sorted:
    """Everything found so far. `dashboards` are texts of JSON inside of YAML."""

    rules: list[Rule] = field(default_factory=list)
    log_rules: list[Rule] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    alertmanagers: list[Document] = field(default_factory=list)
    dashboards: list[Source] = field(default_factory=list)


class Sorter:
    """Takes the documents of one text; `wanted` is what the user says that they are."""

    def __init__(
        self,
        source: Source,
        findings: Findings,
        server: Server,
        found: Sorted,
        wanted: str = "",
        template: Rendered | None = None,
        depth: int = 0,
    ) -> None:
        self.source = source
        self.findings = findings
        self.server = server
        self.found = found
        self.wanted = wanted
        self.template = template
        self.depth = depth
        self.rule_documents = 0

    def take(self, node: Node, number: int = 0) -> bool:
        """Whether there was something in it; `number` is its place among the text's documents."""
        if self.depth > DEPTH:
            return False
        if isinstance(node, Items):
            return self._bare_list(node)
        if not isinstance(node, Fields):
            return False
        kind, version = _text(node, "kind"), _text(node, "apiVersion")
        if kind and version:
            return self._object(node, kind)
        if self.wanted == "values" or self._is_values(node):
            return self._values(node)
        return self._file(node, number)

    # Kubernetes objects

    def _object(self, node: Fields, kind: str) -> bool:
        if kind.endswith("List") and isinstance(node.get("items"), Items):
            items = node.get("items")
            assert isinstance(items, Items)
            self.depth += 1
            taken = [self.take(item) for item in items.items]
            self.depth -= 1
            return any(taken)
        if kind == "PrometheusRule":
            self.document(kind, node)
            self._rules(self._groups_of(node), kind)
            return True
        if kind == "ConfigMap":
            before = len(self.found.dashboards)
            taken_texts = self._texts(node.get("data"))
            if len(self.found.dashboards) > before:
                self.document(kind, node)
            return taken_texts
        if kind == "Secret":
            taken_plain = self._texts(node.get("stringData"))
            return self._texts(node.get("data"), encoded=True) or taken_plain
        if kind == "GrafanaDashboard":
            return self._inner("dashboard.json", find(node, ("spec", "json")))
        if kind in _KEPT:
            self.document(kind, node)
            return True
        return False

    def _groups_of(self, node: Fields) -> Node | None:
        spec = node.get("spec")
        if isinstance(spec, Fields):
            return spec.get("groups")
        self.findings.at_node(
            "wrong-yaml-type",
            "a PrometheusRule has no mapping under spec: the API server refuses the whole object",
            self.source,
            node if spec is None else spec,
            fix="put its groups under spec.groups",
        )
        return None

    def document(self, kind: str, node: Node, name: str = "") -> Document | None:
        """Keeps a document; None for one of a template whose content depends on values."""
        found = Document(
            kind,
            self.source,
            node,
            name or _at(node, "metadata", "name"),
            _at(node, "metadata", "namespace"),
            self._when(node),
        )
        if self.template and kind != "PrometheusRule" and _depends_on_values(found):
            if kind in ("ServiceMonitor", "PodMonitor"):
                self.found.documents.append(replace(found, kind=f"{kind} template"))
            return None
        self.found.documents.append(found)
        return found

    def _when(self, node: Node) -> tuple[str, ...]:
        if self.template is None or self.depth or isinstance(node, Scalar):
            return ()
        return self.template.when(self.source.starts[node.line] + node.column)

    def _texts(self, node: Node | None, *, encoded: bool = False) -> bool:
        """The files that a ConfigMap or a Secret holds."""
        if not isinstance(node, Fields):
            return False
        taken = [self._inner(key.text, value, encoded=encoded) for key, value in node.entries()]
        return any(taken)

    def _inner(self, name: str, node: Node | None, *, encoded: bool = False) -> bool:
        if not isinstance(node, Scalar) or not node.text.strip():
            return False
        place = yaml_places.text_place(self.source, node)
        text = node.text
        if encoded:
            try:
                text = base64.b64decode(text, validate=False).decode("utf-8")
            except (binascii.Error, ValueError):
                return False
            place = TextPlace(self.source.file, place.lines[:1])
        inner = Source(self.source.file, text, place)
        if self.template and PLACEHOLDER in text:
            return False
        if name.endswith(".json"):
            if '"panels"' not in text and '"elements"' not in text:
                return False
            self.found.dashboards.append(inner)
            return True
        if not name.endswith((".yaml", ".yml", ".rules")):
            return False
        return self._inner_yaml(inner, name)

    def _inner_yaml(self, inner: Source, name: str) -> bool:
        documents = yaml_places.read(inner.text)
        sorter = Sorter(
            inner, self.findings, self.server, self.found, template=self.template, depth=self.depth + 1
        )
        taken = [sorter.take(root, number) for number, root in enumerate(documents.roots)]
        fault = documents.fault
        if fault is not None and name in ("alertmanager.yaml", "alertmanager.yml", "promtail.yaml"):
            self.findings.at_line(
                "unreadable-file",
                f"{name} cannot be read as YAML: {fault.message}",
                inner,
                fault.line,
                fault.column,
                fix=fault.fix,
            )
            return True
        return any(taken)

    # Files of the programs themselves

    def _file(self, node: Fields, number: int) -> bool:
        if isinstance(node.get("groups"), Items) or (
            self.wanted == "rules" and node.get("groups") is not None
        ):
            if not self._is_rule_file(node):
                return False
            self._second_document(node, number)
            self._rules(node.get("groups"), "")
            self._top_keys(node)
            return True
        if isinstance(node.get("route"), Fields) and isinstance(node.get("receivers"), Items):
            custom = _is_custom(node)
            found = self.document("AlertmanagerConfig.spec" if custom else "alertmanager", node)
            if found is not None and not custom:
                self.found.alertmanagers.append(found)
            return True
        if isinstance(node.get("scrape_configs"), Items) or node.get("pipeline_stages") is not None:
            self.document("promtail" if _is_promtail(node) else "prometheus", node)
            return True
        if isinstance(node.get("datasources"), Items) and _text(node, "apiVersion"):
            self.document("datasources", node)
            return True
        if _is_prometheus(node):
            self.document("prometheus", node)
            return True
        if _text(node, "apiVersion") == "v2" and node.get("version") is not None:
            self.document("chart", node, _text(node, "name"))
            return True
        return False

    def _is_rule_file(self, node: Fields) -> bool:
        """Other programs have a list named `groups` too; ours holds rules, or the user says so."""
        groups = node.get("groups")
        if self.wanted == "rules" or not isinstance(groups, Items):
            return True
        if not groups.items:
            return len(node.pairs) == 1
        return any(isinstance(one, Fields) and one.get("rules") is not None for one in groups.items)

    def _second_document(self, node: Fields, number: int) -> None:
        if number == 0 or self.depth:
            return
        self.findings.at_node(
            "ignored-yaml-document",
            "Prometheus reads the first document of a rule file and passes over this one",
            self.source,
            node.pairs[0][0] if node.pairs else node,
            severity="warning",
            fix="put it into a file of its own, or its groups into the first document",
        )

    def _top_keys(self, node: Fields) -> None:
        for key, _ in node.entries():
            if key.text in ("groups", "namespace") or key.text.startswith(("x-", ".")):
                continue
            self.findings.at_node(
                "unknown-rule-key",
                f"a rule file has no key {key.text}: Prometheus refuses the whole file",
                self.source,
                key,
                fix="its one key is groups",
            )

    def _bare_list(self, node: Items) -> bool:
        """A list of objects, or of a pipeline's stages when the user says so."""
        if self.wanted == "promtail":
            mapping = Fields([(_key("pipeline_stages", node), node)], node.line, node.column)
            self.document("promtail", mapping)
            return True
        if not any(isinstance(item, Fields) and _text(item, "kind") for item in node.items):
            return False
        self.depth += 1
        taken = [self.take(item) for item in node.items]
        self.depth -= 1
        return any(taken)

    # Helm values

    def _is_values(self, node: Fields) -> bool:
        return looks_like_values(Document("values", self.source, node))

    def _values(self, node: Fields) -> bool:
        found = self.document("values", node, "values")
        if found is None:
            return True
        for path in stack_paths(found):
            listed = find(node, (*path, "additionalPrometheusRules"))
            if isinstance(listed, Items):
                for one in listed.items:
                    self._rules(find(one, ("groups",)), "PrometheusRule")
            named = find(node, (*path, "additionalPrometheusRulesMap"))
            if isinstance(named, Fields):
                for _, one in named.entries():
                    self._rules(find(one, ("groups",)), "PrometheusRule")
            config = find(node, (*path, "alertmanager", "config"))
            if isinstance(config, Fields) and (config.get("route") or config.get("receivers")):
                inner = Document("alertmanager", self.source, config, FROM_VALUES)
                self.found.documents.append(inner)
                self.found.alertmanagers.append(inner)
        return True

    def _rules(self, groups: Node | None, manifest: str) -> None:
        reader = RuleReader(self.source, self.findings, self.server, manifest)
        reader.groups(groups)
        if self.template:
            reader.rules = [rule for rule in reader.rules if _is_known(rule)]
            reader.log_rules = [rule for rule in reader.log_rules if _is_known(rule)]
        self.found.rules += reader.rules
        self.found.log_rules += reader.log_rules


def _depends_on_values(document: Document) -> bool:
    return PLACEHOLDER in json.dumps(document.value, ensure_ascii=False, default=str)


def _is_known(rule: Rule) -> bool:
    """Whether none of a rule's texts depends on Helm values."""
    texts = (rule.name, rule.expr, *rule.labels, *rule.labels.values(), *rule.annotations.values())
    return not any(PLACEHOLDER in text for text in texts)


def _text(node: Fields, name: str) -> str:
    value = node.get(name)
    return value.text if isinstance(value, Scalar) else ""


def _at(node: Node, *path: str) -> str:
    found = find(node, path)
    return found.text if isinstance(found, Scalar) else ""


def _key(name: str, node: Items) -> Scalar:
    return Scalar(name, "", None, node.line, node.column, 0, 0)


def _is_prometheus(node: Fields) -> bool:
    """A prometheus.yml without jobs, as its rules or its settings alone show."""
    settings = node.get("global")
    own = ("scrape_interval", "evaluation_interval", "external_labels", "rule_query_offset")
    return isinstance(settings, Fields) and (
        node.get("rule_files") is not None or any(settings.get(name) is not None for name in own)
    )


def _is_custom(node: Fields) -> bool:
    """Whether it is the `spec` of an AlertmanagerConfig, which a chart may keep by itself."""
    route, receivers = node.get("route"), node.get("receivers")
    named = (
        {key.text for key, _ in route.pairs if isinstance(key, Scalar)}
        if isinstance(route, Fields)
        else set()
    )
    if named & {"groupBy", "groupWait", "groupInterval", "repeatInterval"}:
        return True
    return isinstance(receivers, Items) and any(
        isinstance(key, Scalar) and key.text.endswith("Configs")
        for one in receivers.items
        if isinstance(one, Fields)
        for key, _ in one.pairs
    )


def _is_promtail(node: Fields) -> bool:
    """Prometheus has `scrape_configs` too."""
    if node.get("clients") is not None or node.get("positions") is not None or node.get("client") is not None:
        return True
    if node.get("pipeline_stages") is not None:
        return True
    jobs = node.get("scrape_configs")
    return isinstance(jobs, Items) and any(
        isinstance(job, Fields) and job.get("pipeline_stages") is not None for job in jobs.items
    )
