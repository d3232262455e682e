"""`obs list` and `obs show`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from obs import api
from obs.cli.output import print_findings
from obs.diagnostic import ObsError
from obs.origin import Origin
from obs.record import dataclass
from obs.report.text import where, width

if TYPE_CHECKING:
    from obs.graph.program import Program
    from obs.model.service import Target


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list. `artifact` is the file it compiles to, `links` what it points to."""

    kind: str
    name: str
    about: str
    origin: Origin | None
    artifact: str = ""
    links: tuple[str, ...] = ()


def entries(program: Program) -> Iterator[Entry]:
    """Everything that a project defines, kind by kind."""
    from obs.graph.queries import query_facts
    from obs.graph.whole.files import artifact_of

    settings, definitions = program.settings, program.definitions
    for dashboard in program.dashboards:
        sources = sorted({query.datasource.uid for _, query in dashboard.queries() if query.datasource})
        yield Entry(
            "dashboard",
            dashboard.uid,
            f"{dashboard.title}, {len(dashboard.panels())} panels",
            dashboard.origin,
            artifact_of(program, "dashboard", dashboard.uid),
            tuple(f"datasource {uid}" for uid in sources),
        )
    for rules in program.groups.values():
        for rule in rules:
            kind = "alert" if rule in definitions.alerts else "record"
            about = rule.expr.split("\n", 1)[0]
            yield Entry(
                kind,
                rule.name,
                about,
                rule.origin,
                artifact_of(program, kind, rule.name),
                tuple(_rule_links(program, rule)),
            )
    for chart_alert in definitions.chart_alerts:
        receivers = tuple(_receivers(program, chart_alert.name))
        yield Entry("chart alert", chart_alert.name, chart_alert.about, chart_alert.origin, "", receivers)
    for route in definitions.routes:
        to = ", ".join(f"{len(alerts)} to {receiver}" for receiver, alerts in route.to.items())
        yield Entry(
            "route",
            route.name,
            f"{to}; the rest to {route.default}",
            route.origin,
            artifact_of(program, "route", route.name),
            tuple(f"alert {alert}" for alerts in route.to.values() for alert in alerts),
        )
    values = f"{settings.chart}/values.yaml"
    for pipeline in definitions.pipelines:
        yield Entry(
            "pipeline",
            "pipeline",
            f"{len(pipeline.steps)} steps",
            pipeline.origin,
            values,
            tuple(f"counter {counter}" for counter in pipeline.counters()),
        )
    for counter in program.counters():
        readers = tuple(
            f"read by {rule}"
            for rule in program.rules
            if str(counter) in query_facts(program, rule.expr).metrics
        )
        yield Entry("counter", str(counter), counter.help, counter.origin, values, readers)
    for source in definitions.datasources:
        yield Entry(
            "datasource",
            source.uid,
            f"{source.type}, provisioned by {source.provisioned_by}",
            source.origin,
            values,
        )
    for target in definitions.targets:
        state = "on" if target.enabled else f"off: {target.switch_on}"
        yield Entry("target", target.name, f"{state}; {_monitor(target)}", target.origin)
    for service in definitions.services:
        yield Entry(
            "service", service.name, f"{service.namespace}:{service.port} {service.kind}", service.origin
        )
    for environment in definitions.environments:
        yield Entry(
            "environment",
            environment.name,
            environment.repository,
            environment.origin,
            f"{settings.values}/{environment.name}/{program.stack.release}.yaml",
        )


def _monitor(target: Target) -> str:
    if target.monitor == "push":
        return f"written by {target.provided_by}"
    return f"{'PodMonitor' if target.monitor == 'pod' else 'ServiceMonitor'} of {target.provided_by}"


def _rule_links(program: Program, rule: object) -> Iterator[str]:
    from obs.model.rule import Alert

    if isinstance(rule, Alert):
        dashboard = program.dashboard_of(rule)
        if dashboard is not None:
            yield f"dashboard {dashboard.uid}" + (f", panel {rule.panel!r}" if rule.panel else "")
        elif rule.dashboard is not None:
            yield f"dashboard {getattr(rule.dashboard, 'uid', '')} (not of this project)"
        yield from _receivers(program, rule.name)


def _receivers(program: Program, alert: str) -> Iterator[str]:
    for route in program.definitions.routes:
        named = [receiver for receiver, alerts in route.to.items() if alert in [one.name for one in alerts]]
        yield f"receiver {(named or [route.default])[0]} by route {route.name}"


def _load(project: Path | None) -> Program:
    return api.load_program(api.read_settings(project))


def run_list(project: Path | None, *, as_json: bool) -> int:
    """One line for each definition."""
    try:
        program = _load(project)
    except ObsError as error:
        print_findings(error.diagnostics, project)
        return 2
    root = program.settings.root
    found = list(entries(program))
    if as_json:
        print(json.dumps([_plain(one, root) for one in found], ensure_ascii=False, indent=2))
        return 0
    names = max((width(one.name) for one in found), default=0)
    for one in found:
        place = where(one.origin, root) if one.origin else ""
        print(
            f"{one.kind:12} {one.name}{' ' * (names - width(one.name))}  {place:34} {_cut(one.about)}".rstrip()
        )
    return 0


def run_show(project: Path | None, name: str, *, as_json: bool) -> int:
    """What a definition compiles to, where it is said, and what it links to."""
    try:
        program = _load(project)
        found = [one for one in entries(program) if one.name == name]
        groups = [one for one in program.groups if one == name]
        if not found and groups:
            origin = program.groups[name][0].origin
            found = [
                Entry("rule group", name, "", origin, f"{program.settings.chart}/files/rules/{name}.yaml")
            ]
        if not found:
            return _unknown(program, name)
        compiled = api.compile_project(program.settings)
    except ObsError as error:
        print_findings(error.diagnostics, project)
        return 2
    texts = {artifact.path: artifact.data.decode() for artifact in compiled.artifacts}
    root = program.settings.root
    shown = [(one, _fragment(program, one, texts)) for one in found]
    if as_json:
        print(
            json.dumps(
                [{**_plain(one, root), "compiled": text} for one, text in shown], ensure_ascii=False, indent=2
            )
        )
        return 0
    for one, text in shown:
        print(f"{one.kind} {one.name}")
        print(f"  source    {where(one.origin, root) if one.origin else '-'}")
        if one.artifact:
            print(f"  compiled  {one.artifact}")
        for link in one.links:
            print(f"  links     {link}")
        if one.about:
            print(f"  about     {one.about}")
        if text:
            print("\n" + text.rstrip("\n"))
    return 0


def _fragment(program: Program, entry: Entry, texts: dict[str, str]) -> str:
    """The part of the artifact that is this definition's own."""
    from obs.emit.rules import rule_document
    from obs.formats import yaml
    from obs.graph.pipeline_stages import pipeline_stages

    if entry.kind in ("alert", "record"):
        rule = next(rule for rule in program.rules if rule.name == entry.name)
        return yaml.dumps(rule_document(program, rule))
    if entry.kind == "pipeline" and program.pipeline is not None:
        return yaml.dumps(pipeline_stages(program.pipeline))
    if entry.kind in ("counter", "datasource"):
        return ""
    return texts.get(entry.artifact, "")


def _unknown(program: Program, name: str) -> int:
    from difflib import get_close_matches

    names = [one.name for one in entries(program)]
    close = get_close_matches(name, names, n=3, cutoff=0.4)
    hint = f"; did you mean {', '.join(close)}?" if close else "; `obs list` shows what there is"
    sys.stderr.write(f"error[unknown-name] nothing here is named {name!r}{hint}\n")
    return 2


def _plain(one: Entry, root: Path) -> dict[str, object]:
    return {
        "kind": one.kind,
        "name": one.name,
        "about": one.about,
        "at": where(one.origin, root) if one.origin else None,
        "artifact": one.artifact or None,
        "links": list(one.links),
    }


def _cut(text: str, most: int = 90) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."
