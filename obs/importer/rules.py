"""Groups of rules, as Prometheus's rule files and PrometheusRule objects hold them.

What Prometheus 2.55 refuses (`rulefmt`) is found here with its place, and so is what Kubernetes refuses or drops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from obs.diagnostic import Severity, TextPlace
from obs.formats.source import Source
from obs.formats.yaml_places import Fields, Items, Node, Scalar, node_place
from obs.graph.document import Server
from obs.graph.subject import DEFAULT_INTERVAL, Rule
from obs.importer.findings import Findings
from obs.importer.log_rules import is_logql, of_loki, only_logql
from obs.lang import duration
from obs.lang.error import LanguageError
from obs.origin import Origin
from obs.record import dataclass

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*\Z")
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*\Z")
_RULE = ("alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations")
_GROUP = ("name", "interval", "query_offset", "limit", "rules", "labels")
_KNOWN_RULE = frozenset(_RULE)
_KNOWN_GROUP = frozenset(_GROUP)
_ELSEWHERE = {
    "partial_response_strategy": "Thanos",
    "source_tenants": "Mimir",
    "evaluation_delay": "Mimir",
    "align_evaluation_time_on_interval": "Mimir",
    "namespace": "Mimir",
    "query_protection": "Mimir",
    "remote_write": "Loki",
    "concurrency": "vmalert",
    "type": "vmalert",
    "params": "vmalert",
    "headers": "vmalert",
    "tenant": "vmalert",
    "eval_offset": "vmalert",
    "eval_delay": "vmalert",
    "eval_alignment": "vmalert",
    "notifier_headers": "vmalert",
    "debug": "vmalert",
    "update_entries_limit": "vmalert",
}
"""Keys of programs that read the same files with additions of their own."""


@dataclass(frozen=True, slots=True)
class RulePlaces(Mapping[str, TextPlace]):
    """Where a rule's texts stand, computed when somebody asks.

    Keys: `name`, `expr`, `for`, `keep_firing_for`, `label:NAME`, `annotation:NAME`.
    """

    source: Source
    scalars: Mapping[str, Scalar]

    def __getitem__(self, name: str) -> TextPlace:
        return node_place(self.source, self.scalars[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.scalars)

    def __len__(self) -> int:
        return len(self.scalars)

    def __contains__(self, name: object) -> bool:
        return name in self.scalars


class RuleReader:
    """Reads the groups of one file; `rules` and `log_rules` grow.

    `manifest` names the Kubernetes kind that the groups are in, whose API server wants texts to be texts.
    """

    def __init__(self, source: Source, findings: Findings, server: Server, manifest: str = "") -> None:
        self.source = source
        self.findings = findings
        self.manifest = manifest
        self.interval = server.evaluation_interval or DEFAULT_INTERVAL
        self.version = server.version or (2, 55)
        self.features = server.features
        self.rules: list[Rule] = []
        self.log_rules: list[Rule] = []

    def groups(self, node: Node | None) -> None:
        """The value of `groups`."""
        if not isinstance(node, Items):
            if node is not None and not _is_null(node):
                self._wrong("groups", "a list", node)
            return
        seen: dict[str, Scalar] = {}
        for item in node.items:
            if isinstance(item, Fields):
                self._group(item, seen)
            else:
                self._wrong("a group", "a mapping", item)

    def _group(self, node: Fields, seen: dict[str, Scalar]) -> None:
        fields = {key.text: (key, value) for key, value in node.entries()}
        self._unknown(fields, _KNOWN_GROUP, _GROUP, "group")
        name = self._group_name(node, fields, seen)
        interval = self._duration(fields.get("interval"), "interval", f"group {name}", self.interval)
        self._duration(fields.get("query_offset"), "query_offset", f"group {name}", 0)
        limit = fields.get("limit")
        if limit is not None and not _is_null(limit[1]) and not _is_whole(limit[1]):
            self._wrong(f"limit of group {name}", "a whole number", limit[1])
        shared = self._texts(fields.get("labels"), "label", f"group {name}", {})
        rules = fields.get("rules")
        if rules is None or _is_null(rules[1]):
            return
        if not isinstance(rules[1], Items):
            self._wrong(f"rules of group {name}", "a list", rules[1])
            return
        found = [self._rule(item, name, interval, shared) for item in rules[1].items]
        of_logs = [rule is not None and is_logql(rule.expr) for rule in found]
        loki = any(of_logs) or bool(self.log_rules) or of_loki(self.source.file)
        for rule, is_of_logs in zip(found, of_logs, strict=True):
            if rule is not None:
                (self.log_rules if is_of_logs or (loki and only_logql(rule.expr)) else self.rules).append(
                    rule
                )

    def _group_name(
        self, node: Fields, fields: Mapping[str, tuple[Scalar, Node]], seen: dict[str, Scalar]
    ) -> str:
        key, value = fields.get("name", (None, None))
        name = value.text if isinstance(value, Scalar) and not _is_null(value) else ""
        if not name or not isinstance(value, Scalar):
            self.findings.at_node(
                "empty-group-name",
                "a group of rules has no name: Prometheus refuses the whole file",
                self.source,
                key or node,
                fix="name: what its rules watch",
            )
            return ""
        first = seen.setdefault(name, value)
        if first is not value:
            self.findings.at_node(
                "repeated-group-name",
                f"a second group is named {name}: {self._refuser} refuses the whole {self._whole}",
                self.source,
                value,
                fix="give it a name of its own",
                also=((Origin(self.source.file, self.source.at(first.start)[0]), "the first one"),),
            )
        return name

    @property
    def _refuser(self) -> str:
        return "the API server" if self.manifest else "Prometheus"

    @property
    def _whole(self) -> str:
        return "object" if self.manifest else "file"

    def _rule(self, node: Node, group: str, interval: int, shared: Mapping[str, str]) -> Rule | None:
        if not isinstance(node, Fields):
            self._wrong(f"a rule of group {group}", "a mapping", node)
            return None
        fields = {key.text: (key, value) for key, value in node.entries()}
        self._unknown(fields, _KNOWN_RULE, _RULE, "rule")
        named = self._kind_and_name(node, fields)
        if named is None:
            return None
        kind, name = named
        title = f"{kind} {name.text}"
        expr = self._expr(node, fields, title)
        if expr is None:
            return None
        scalars = {"name": name, "expr": expr}
        labels = self._texts(fields.get("labels"), "label", title, scalars)
        if shared:
            labels = {**shared, **labels}
        origin = Origin(self.source.file, self.source.at(self._offset(node))[0])
        places = RulePlaces(self.source, scalars)
        given = frozenset(fields)
        if kind == "record":
            self._recording(fields, name, title)
            return Rule(
                "record",
                name.text,
                expr.text,
                group,
                origin,
                labels,
                interval=interval,
                places=places,
                version=self.version,
                features=self.features,
                given=given,
            )
        for one in ("for", "keep_firing_for"):
            if one in fields and isinstance(fields[one][1], Scalar):
                scalars[one] = fields[one][1]  # type: ignore[assignment]
        return Rule(
            "alert",
            name.text,
            expr.text,
            group,
            origin,
            labels,
            self._texts(fields.get("annotations"), "annotation", title, scalars),
            self._duration(fields.get("for"), "for", title, 0),
            self._duration(fields.get("keep_firing_for"), "keep_firing_for", title, 0),
            interval,
            places,
            self.version,
            self.features,
            given,
        )

    def _offset(self, node: Fields | Items) -> int:
        return self.source.starts[min(node.line, len(self.source.starts) - 1)] + node.column

    def _kind_and_name(
        self, node: Fields, fields: Mapping[str, tuple[Scalar, Node]]
    ) -> tuple[str, Scalar] | None:
        """`alert` or `record`, and its value; None, with a finding, when it is not just one of them."""
        found = [
            (kind, fields[kind][1]) for kind in ("alert", "record") if kind in fields and _given(fields[kind])
        ]
        if len(found) == 2:
            self.findings.at_node(
                "alert-and-record",
                "a rule has both alert and record: Prometheus refuses the whole file",
                self.source,
                fields["record"][0],
                fix="keep one of them",
            )
            return None
        if not found:
            close = next((key for key in fields.values() if key[0].text.lower() in ("alert", "record")), None)
            self.findings.at_node(
                "rule-without-name",
                f"a rule has neither alert nor record: {self._refuser} refuses the whole {self._whole}",
                self.source,
                close[0] if close else node,
                fix="alert: Name" if close is None else f"write {close[0].text.lower()}:",
            )
            return None
        kind, value = found[0]
        if not isinstance(value, Scalar):
            self._wrong(kind, "a text", value)
            return None
        self._is_text(value, kind, kind)
        return kind, value

    def _expr(self, node: Fields, fields: Mapping[str, tuple[Scalar, Node]], title: str) -> Scalar | None:
        given = fields.get("expr")
        if given is not None and not isinstance(given[1], Scalar):
            self._wrong(f"expr of {title}", "a text", given[1])
            return None
        if (
            given is None
            or not isinstance(given[1], Scalar)
            or not given[1].text.strip()
            or _is_null(given[1])
        ):
            self.findings.at_node(
                "rule-without-expr",
                f"{title} has no expr: Prometheus refuses the whole file",
                self.source,
                given[0] if given else node,
                object=title,
                fix="expr: the condition, in PromQL",
            )
            return None
        return given[1]

    def _recording(self, fields: Mapping[str, tuple[Scalar, Node]], name: Scalar, title: str) -> None:
        for key in ("for", "keep_firing_for", "annotations"):
            if key in fields and (key != "annotations" or _given(fields[key])):
                self.findings.at_node(
                    "alerting-key-on-record",
                    f"{title} has {key}, which only alerts have: Prometheus refuses the whole file",
                    self.source,
                    fields[key][0],
                    object=title,
                    fix=f"remove {key}",
                )
        if "{" in name.text or "}" in name.text:
            self.findings.at_node(
                "invalid-rule-name",
                f"record {name.text} has braces in its name",
                self.source,
                name,
                object=title,
                why="a name is a metric's name; labels go under labels:",
                fix="move the labels to labels:, or the whole to expr:",
            )
        elif not _METRIC.match(name.text) and self.version < (3, 0):
            self.findings.at_node(
                "invalid-rule-name",
                f"{name.text!r} cannot be the name of a metric: Prometheus refuses the whole file",
                self.source,
                name,
                object=title,
                why="before Prometheus 3 names are letters, digits, _ and :, and start with no digit",
                fix=re.sub(r"[^a-zA-Z0-9_:]+", "_", name.text),
            )

    def _texts(
        self,
        given: tuple[Scalar, Node] | None,
        kind: str,
        title: str,
        scalars: dict[str, Scalar],
    ) -> dict[str, str]:
        """Labels or annotations; `scalars` takes their values."""
        if given is None or _is_null(given[1]):
            return {}
        if not isinstance(given[1], Fields):
            self._wrong(f"{kind}s of {title}", "a mapping", given[1])
            return {}
        found: dict[str, str] = {}
        for key, value in given[1].entries():
            name = key.text
            if not _LABEL.match(name) or (kind == "label" and name in ("__name__",)):
                self._bad_label(key, kind, title)
            if not isinstance(value, Scalar):
                self._wrong(f"{kind} {name} of {title}", "a text", value)
                continue
            if not value.style:
                self._is_text(value, f"{kind} {name}", title)
            found[name] = "" if _is_null(value) else value.text
            scalars[f"{kind}:{name}"] = value
        return found

    def _bad_label(self, key: Scalar, kind: str, title: str) -> None:
        if self.version >= (3, 0) and key.text and key.text != "__name__":
            return
        self.findings.at_node(
            "invalid-label-name",
            f"{key.text!r} cannot be the name of {'a label' if kind == 'label' else 'an annotation'}: "
            "Prometheus refuses the whole file",
            self.source,
            key,
            object=title,
            why="names are letters, digits and _, and start with no digit",
            fix=re.sub(r"[^a-zA-Z0-9_]+", "_", key.text),
        )

    def _is_text(self, value: Scalar, what: str, title: str) -> None:
        """Reports a value that not every reader of YAML takes for a text."""
        meaning = value.value()
        if isinstance(meaning, str):
            return
        said = f"{what} of {title}" if what != title else what
        severity: Severity = "error" if self.manifest else "info"
        if meaning is None:
            problem, fix = f"{said} has no value", 'write a text, or "" for an empty one'
            severity = "error" if self.manifest else "warning"
        else:
            sort = "a truth value" if isinstance(meaning, bool) else "a number"
            problem, fix = f"{said} is {sort} to YAML, not a text: {value.text}", f'"{value.text}"'
            if isinstance(meaning, bool) and not self.manifest:
                severity = "warning"
        why = (
            f"the API server refuses a {self.manifest} with it"
            if self.manifest
            else "Prometheus takes it as it is written, other readers of YAML 1.1 (Helm, kubectl) do not"
        )
        self.findings.at_node(
            "not-a-string", problem, self.source, value, severity=severity, why=why, fix=fix, object=title
        )

    def _duration(self, given: tuple[Scalar, Node] | None, what: str, title: str, default: int) -> int:
        """Milliseconds."""
        if given is None:
            return default
        value = given[1]
        if not isinstance(value, Scalar):
            self._wrong(f"{what} of {title}", "a duration", value)
            return default
        if _is_null(value):
            return default
        try:
            return duration.parse(value.text)
        except LanguageError as error:
            bare = value.text.strip().isdigit()
            self.findings.at_node(
                "invalid-rule-duration",
                f"{what} of {title} is no duration: {error.message}",
                self.source,
                value,
                object=title if " " in title else "",
                why="Prometheus refuses the whole file",
                fix=f"{value.text.strip()}s" if bare else "e.g. 5m, 1h30m, 30s",
            )
            return default

    def _unknown(
        self,
        fields: Mapping[str, tuple[Scalar, Node]],
        known: frozenset[str],
        ordered: tuple[str, ...],
        what: str,
    ) -> None:
        if fields.keys() <= known:
            return
        for name, (key, _) in fields.items():
            if name in known:
                continue
            owner = _ELSEWHERE.get(name) if what == "group" or name == "debug" else None
            if owner is not None:
                if owner == "Thanos" and self.manifest:
                    continue
                self.findings.at_node(
                    "unknown-rule-key",
                    f"{name} is a key of {owner}'s: Prometheus refuses the whole file",
                    self.source,
                    key,
                    severity="info",
                    evidence="likely",
                )
                continue
            close = get_close_matches(name.lower(), ordered, n=1, cutoff=0.6)
            self.findings.at_node(
                "unknown-rule-key",
                f"a {what} has no key {name}: "
                + (
                    "Kubernetes drops it in silence" if self.manifest else "Prometheus refuses the whole file"
                ),
                self.source,
                key,
                fix=f"write {close[0]}" if close else f"remove it; a {what} has {', '.join(ordered)}",
            )

    def _wrong(self, what: str, wanted: str, node: Node) -> None:
        given = (
            "a list"
            if isinstance(node, Items)
            else "a mapping"
            if isinstance(node, Fields)
            else "another scalar"
            if wanted == "a whole number"
            else "a scalar"
        )
        self.findings.at_node(
            "wrong-yaml-type",
            f"{what} must be {wanted}, not {given}: {self._refuser} refuses the whole {self._whole}",
            self.source,
            node,
        )


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.style and node.text in ("", "~", "null", "Null", "NULL")


def _is_whole(node: Node) -> bool:
    found = node.value() if isinstance(node, Scalar) and not node.style else None
    return isinstance(found, int) and not isinstance(found, bool)


def _given(field: tuple[Scalar, Node]) -> bool:
    value = field[1]
    if isinstance(value, Scalar):
        return bool(value.text) and not _is_null(value)
    return bool(value.items if isinstance(value, Items) else value.pairs)
