"""Helm values: what the definitions decide for the subcharts, and what each environment adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from obs.artifact import Artifact
from obs.emit.notice import notice
from obs.formats import yaml
from obs.graph.pipeline_stages import pipeline_stages
from obs.graph.program import Program
from obs.model.datasource import Datasource
from obs.model.service import Relabel
from obs.model.stack import Environment
from obs.passes.scrape_labels import counter_relabelings

Values = dict[str, yaml.Value]


def merge(base: Mapping[str, yaml.Value], over: Mapping[str, yaml.Value]) -> Values:
    """`over` laid on `base` as Helm does it: maps are joined, everything else is replaced."""
    out: Values = dict(base)
    for key, value in over.items():
        below = out.get(key)
        out[key] = merge(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return out


def chart_values(program: Program) -> Values:
    """`charts/<name>/values.yaml`: what the definitions need to work, in every environment."""
    return {
        "kube-prometheus-stack": {
            "prometheus": {"prometheusSpec": _prometheus(program)},
            "alertmanager": {"alertmanagerSpec": _alertmanager(program)},
            "grafana": _grafana(program),
        },
        **_loki(program),
        **({"promtail": _promtail(program)} if program.pipeline is not None else {}),
    }


def environment_values(program: Program, environment: Environment) -> Values:
    """`values/<environment>/<release>.yaml`: the stack's settings, then the environment's own values."""
    stack = program.stack
    grafana: Values = {}
    if stack.grafana.storage:
        grafana["persistence"] = {"enabled": True, "size": stack.grafana.storage}
    if stack.grafana.ingress_class:
        grafana["ingress"] = {
            "enabled": True,
            "ingressClassName": stack.grafana.ingress_class,
            "hosts": [stack.grafana.host],
        }
    grafana["grafana.ini"] = {"server": {"root_url": stack.grafana.url}}
    prometheus: Values = {
        "retention": stack.prometheus.retention,
        "enableRemoteWriteReceiver": stack.prometheus.remote_write_receiver,
    }
    settings: Values = {
        "kube-prometheus-stack": {
            "prometheus": {"prometheusSpec": prometheus},
            "alertmanager": {"alertmanagerSpec": {"replicas": stack.alertmanager.replicas}},
            "grafana": grafana,
        }
    }
    return merge(settings, environment.values)


def _prometheus(program: Program) -> Values:
    server, selected = program.stack.prometheus, program.stack.selected
    found: Values = {
        "image": {"tag": server.version},
        "version": server.version,
        "scrapeInterval": server.scrape_interval,
        "evaluationInterval": server.evaluation_interval,
        "ruleSelector": {"matchLabels": selected},
        "serviceMonitorSelector": {"matchLabels": selected},
        "podMonitorSelector": {"matchLabels": selected},
    }
    return found | ({"enableFeatures": list(server.features)} if server.features else {})


def _alertmanager(program: Program) -> Values:
    version = program.stack.alertmanager.version
    return {
        "image": {"tag": version},
        "version": version,
        "alertmanagerConfigSelector": {"matchLabels": program.stack.selected},
        "alertmanagerConfigNamespaceSelector": {},
        "alertmanagerConfigMatcherStrategy": {"type": "None"},
    }


def _grafana(program: Program) -> Values:
    label, value = program.stack.dashboard_label
    own = [source for source in program.definitions.datasources if source.provisioned_by == "obs"]
    chart = {
        source.type: source for source in program.definitions.datasources if source.provisioned_by == "chart"
    }
    datasources: Values = {"enabled": True}
    if "prometheus" in chart:
        datasources |= {"uid": chart["prometheus"].uid, "name": chart["prometheus"].name}
    if "alertmanager" in chart:
        datasources["alertmanager"] = {
            "enabled": True,
            "name": chart["alertmanager"].name,
            "uid": chart["alertmanager"].uid,
            "handleGrafanaManagedAlerts": False,
            "implementation": "prometheus",
        }
    found: Values = {
        "sidecar": {
            "dashboards": {"enabled": True, "label": label, "labelValue": value, "searchNamespace": "ALL"},
            "datasources": datasources,
        }
    }
    if own:
        found["additionalDataSources"] = [
            _datasource(source) for source in sorted(own, key=lambda source: source.uid)
        ]
    return found


def _datasource(source: Datasource) -> Values:
    found: Values = {
        "name": source.name,
        "uid": source.uid,
        "type": source.type,
        "access": "proxy",
        "url": source.url,
        "isDefault": source.default,
        "editable": False,
    }
    if source.json_data:
        found["jsonData"] = cast("Values", dict(source.json_data))
    return found


def _loki(program: Program) -> Values:
    """Loki's chart scrapes itself when its target is on; its MetricsInstance would need the Grafana agent."""
    if not any(target.provided_by == "loki" and target.enabled for target in program.definitions.targets):
        return {}
    monitor: Values = {
        "enabled": True,
        "labels": program.stack.selected,
        "interval": program.stack.prometheus.scrape_interval,
        "metricsInstance": {"enabled": False},
    }
    return {"loki": {"monitoring": {"serviceMonitor": monitor}}}


def _promtail(program: Program) -> Values:
    assert program.pipeline is not None
    config: Values = {"snippets": {"pipelineStages": pipeline_stages(program.pipeline)}}
    if program.stack.loki_push_url:
        config = {"clients": [{"url": program.stack.loki_push_url}]} | config
    monitor: Values = {"enabled": True, "labels": program.stack.selected}
    relabelings = counter_relabelings(program)
    if relabelings:
        monitor["metricRelabelings"] = [relabeling(step) for step in relabelings]
    return {"config": config, "serviceMonitor": monitor}


def relabeling(step: Relabel) -> Values:
    """One step as a ServiceMonitor has it."""
    found: Values = {"action": step.action}
    if step.source_labels:
        found["sourceLabels"] = list(step.source_labels)
    if step.separator:
        found["separator"] = step.separator
    if step.regex:
        found["regex"] = step.regex
    if step.target_label:
        found["targetLabel"] = step.target_label
    if step.replacement or step.action == "replace":
        found["replacement"] = step.replacement
    return found


def value_files(program: Program) -> list[Artifact]:
    """The chart's values and one file for each environment."""
    settings, stack = program.settings, program.stack
    pipeline = program.pipeline.origin if program.pipeline else None
    sources = [source.origin for source in program.definitions.datasources]
    files = [
        Artifact(
            f"{settings.chart}/values.yaml",
            yaml.dumps(
                chart_values(program), header=notice(program, stack.origin, pipeline, *sources)
            ).encode(),
            (stack.origin,),
            "values",
        )
    ]
    for environment in sorted(program.definitions.environments, key=lambda environment: environment.name):
        files.append(
            Artifact(
                f"{settings.values}/{environment.name}/{stack.release}.yaml",
                yaml.dumps(
                    environment_values(program, environment),
                    header=notice(program, stack.origin, environment.origin),
                ).encode(),
                (environment.origin,),
                "values",
            )
        )
    return files
