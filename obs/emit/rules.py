"""Rule groups as Prometheus's own rule files, one a group; the chart wraps each in a PrometheusRule."""

from __future__ import annotations

from obs.artifact import Artifact
from obs.emit.notice import notice
from obs.formats import yaml
from obs.graph.program import Program
from obs.model.rule import Alert, RecordingRule


def rule_files(program: Program) -> list[Artifact]:
    """`files/rules/<group>.yaml`, which `promtool check rules` reads as it is."""
    return [
        Artifact(
            f"{program.settings.chart}/files/rules/{name}.yaml",
            yaml.dumps(
                {"groups": [{"name": name, "rules": [rule_document(program, rule) for rule in rules]}]},
                header=notice(program, *(rule.origin for rule in rules)),
            ).encode(),
            tuple(rule.origin for rule in rules),
            "rules",
        )
        for name, rules in _groups(program).items()
    ]


def _groups(program: Program) -> dict[str, list[Alert | RecordingRule]]:
    """The groups, with records for what their rules calculate alike where the project wants that."""
    if not program.settings.record_shared:
        return program.groups
    from obs.graph.queries import release
    from obs.graph.shared_parts import with_shared_records

    server = program.stack.prometheus
    taken = {record.name for record in program.definitions.records}
    found: dict[str, list[Alert | RecordingRule]] = {}
    for name, rules in program.groups.items():
        found[name] = with_shared_records(rules, taken, release(server.version), frozenset(server.features))
        taken |= {rule.name for rule in found[name] if isinstance(rule, RecordingRule)}
    return found


def rule_document(program: Program, rule: Alert | RecordingRule) -> dict[str, yaml.Value]:
    """One rule as a rule file has it."""
    if isinstance(rule, RecordingRule):
        record: dict[str, yaml.Value] = {"record": rule.name, "expr": rule.expr}
        return record | ({"labels": dict(rule.labels)} if rule.labels else {})
    alert: dict[str, yaml.Value] = {"alert": rule.name, "expr": rule.expr}
    if rule.for_ not in ("0s", "0m", "0", "0h"):
        alert["for"] = rule.for_
    if rule.keep_firing_for:
        alert["keep_firing_for"] = rule.keep_firing_for
    alert["labels"] = {"severity": rule.severity} | dict(rule.labels)
    alert["annotations"] = dict(program.annotations[rule.name])
    return alert
