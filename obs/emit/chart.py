"""The umbrella chart around the generated files, and the Argo CD Application that installs it."""

from __future__ import annotations

from importlib.resources import files

from obs.artifact import Artifact
from obs.emit.notice import notice
from obs.formats import canonical_json, yaml
from obs.graph.program import Program
from obs.model.route import Discord
from obs.model.stack import Environment

TEMPLATES = (
    "_labels.tpl",
    "dashboards.yaml",
    "rules.yaml",
    "alertmanager.yaml",
    "monitors.yaml",
    "NOTES.txt",
)


def chart_files(program: Program) -> list[Artifact]:
    """Chart.yaml, the schema of its values, its ignore file, and templates that loop over `files/`."""
    chart, stack = program.settings.chart, program.stack
    own = files("obs.emit").joinpath("chart_files")
    found = [
        Artifact(f"{chart}/Chart.yaml", _chart_yaml(program), (stack.origin,), "chart"),
        Artifact(f"{chart}/values.schema.json", _schema(program), (stack.origin,), "chart"),
        Artifact(f"{chart}/.helmignore", own.joinpath("helmignore").read_bytes(), (), "chart"),
    ]
    for name in TEMPLATES:
        text = own.joinpath("templates", name).read_text(encoding="utf-8")
        found.append(Artifact(f"{chart}/templates/{name}", _fill(program, text).encode(), (), "chart"))
    return found


def _fill(program: Program, text: str) -> str:
    """Put the stack's names into a template of ours; `@name@` marks the places, which Helm does not know."""
    label, value = program.stack.dashboard_label
    selected = yaml.dumps(program.stack.selected).rstrip("\n")
    for mark, words in (
        ("@dashboard_label@", label),
        ("@dashboard_value@", value),
        ("@selected@", selected),
        ("@grafana_url@", program.stack.grafana.url),
        ("@secrets@", "\n".join(_secret_commands(program))),
    ):
        text = text.replace(mark, words)
    return text


def _secret_commands(program: Program) -> list[str]:
    """How a person makes each Secret that a route refers to."""
    keys = sorted(
        {
            (receiver.url.name, receiver.url.key)
            for route in program.definitions.routes
            for receiver in route.receivers()
            if isinstance(receiver, Discord)
        }
    )
    return [
        f"  kubectl -n {{{{ .Release.Namespace }}}} create secret generic {name} --from-literal={key}=<webhook address>"
        for name, key in keys
    ] or ["  (none)"]


def _chart_yaml(program: Program) -> bytes:
    stack = program.stack
    name = program.settings.chart.rsplit("/", 1)[-1]
    document: dict[str, yaml.Value] = {
        "apiVersion": "v2",
        "name": name,
        "description": "Monitoring: dashboards, alert rules, log pipeline and routes.",
        "type": "application",
        "version": stack.chart_version,
        "dependencies": [
            {"name": chart.name, "version": chart.version, "repository": chart.repository}
            for chart in stack.charts
        ],
    }
    return yaml.dumps(document, header=notice(program, stack.origin)).encode()


def _schema(program: Program) -> bytes:
    """A misspelt subchart key would be ignored by Helm; the schema refuses it."""
    subcharts = {chart.name: {"type": "object"} for chart in program.stack.charts}
    return canonical_json.dumps(
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "Values of the umbrella chart: one key for each subchart",
            "type": "object",
            "properties": {"global": {"type": "object"}, **subcharts},
            "additionalProperties": False,
        }
    )


def application_files(program: Program) -> list[Artifact]:
    """`applications/<environment>/<release>-app.yaml`."""
    return [
        Artifact(
            f"{program.settings.applications}/{environment.name}/{program.stack.release}-app.yaml",
            yaml.dumps(
                application(program, environment),
                header=notice(program, environment.origin, program.stack.origin),
            ).encode(),
            (environment.origin,),
            "applications",
        )
        for environment in sorted(program.definitions.environments, key=lambda environment: environment.name)
    ]


def application(program: Program, environment: Environment) -> dict[str, yaml.Value]:
    """The Application as Argo CD reads it. The operator writes into its own objects, which is no drift."""
    stack, settings = program.stack, program.settings
    up = "../" * len(settings.chart.split("/"))
    ignored: list[yaml.Value] = [
        {
            "group": "monitoring.coreos.com",
            "kind": kind,
            "jsonPointers": ["/metadata/annotations", "/metadata/finalizers"],
        }
        for kind in ("Prometheus", "Alertmanager")
    ]
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": stack.release, "namespace": "argocd"},
        "spec": {
            "project": "default",
            "source": {
                "repoURL": environment.repository,
                "targetRevision": environment.revision,
                "path": settings.chart,
                "helm": {
                    "releaseName": stack.release,
                    "valueFiles": [f"{up}{settings.values}/{environment.name}/{stack.release}.yaml"],
                },
            },
            "destination": {"server": "https://kubernetes.default.svc", "namespace": stack.namespace},
            "ignoreDifferences": ignored,
            "syncPolicy": {
                "automated": {"prune": True, "selfHeal": True},
                "syncOptions": [
                    "CreateNamespace=true",
                    "ServerSideApply=true",
                    "SkipDryRunOnMissingResource=true",
                    "RespectIgnoreDifferences=true",
                ],
            },
        },
    }
