"""A setting that this release of prometheus-operator does not know.

The API server drops the field in silence, or refuses the object; in a configuration that the operator reads from a
Secret, it refuses all of it and the old one runs on.

Flagged:
    kube-prometheus-stack:
      prometheusOperator:
        image: {tag: v0.77.2}
      alertmanager:
        alertmanagerSpec:
          alertmanagerConfigMatcherStrategy:
            type: OnNamespaceExceptForAlertmanagerNamespace

Instead:
    kube-prometheus-stack:
      prometheusOperator:
        image: {tag: v0.77.2}
      alertmanager:
        alertmanagerSpec:
          alertmanagerConfigMatcherStrategy:
            type: None

Flagged:
    kube-prometheus-stack:
      prometheusOperator:
        image: {tag: v0.77.2}
    ---
    apiVersion: monitoring.coreos.com/v1alpha1
    kind: AlertmanagerConfig
    metadata: {name: discord, namespace: monitoring}
    spec:
      route: {receiver: discord}
      receivers:
        - name: discord
          discordConfigs:
            - apiURL: {name: discord-webhook, key: url}
              content: "@here"

Instead:
    kube-prometheus-stack:
      prometheusOperator:
        image: {tag: v0.82.0}
    ---
    apiVersion: monitoring.coreos.com/v1alpha1
    kind: AlertmanagerConfig
    metadata: {name: discord, namespace: monitoring}
    spec:
      route: {receiver: discord}
      receivers:
        - name: discord
          discordConfigs:
            - apiURL: {name: discord-webhook, key: url}
              content: "@here"

Flagged:
    kube-prometheus-stack:
      alertmanager:
        config:
          route: {receiver: discord}
          receivers:
            - name: discord
              discord_configs:
                - webhook_url_file: /etc/alertmanager/secrets/discord/url

Source: prometheus-operator 0.61, 0.67, 0.80, 0.82 and 0.84 (release notes); it does not know `webhook_url_file` at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.checks.base import Finding, lint
from obs.graph.document import Document
from obs.graph.releases import Release, chart_paths, operator_release
from obs.graph.routing_document import Path, RoutingDocument
from obs.graph.subject import Subject

STRATEGIES: Mapping[str, Release] = {
    "OnNamespace": (0, 61),
    "None": (0, 61),
    "OnNamespaceExceptForAlertmanagerNamespace": (0, 84),
}
OBJECT_FIELDS: Mapping[str, Release] = dict.fromkeys(("content", "username", "avatarURL"), (0, 82))
SECRET_FIELDS: Mapping[str, Release] = dict.fromkeys(("content", "username", "avatar_url"), (0, 80))
FROM_VALUES = "values"


@lint("error")
def field_newer_than_operator(subject: Subject) -> Iterator[Finding]:
    """Where a file says which release runs; `webhook_url_file` is wrong for each."""
    running = operator_release(subject)
    yield from _strategies(subject, running)
    for routing in subject.routing_documents:
        by_operator = routing.operator or routing.document.name == FROM_VALUES
        if by_operator:
            yield from _discord(routing, running)


def _strategies(subject: Subject, running: Release | None) -> Iterator[Finding]:
    for document, path in _specs(subject):
        at = (*path, "alertmanagerConfigMatcherStrategy", "type")
        given = document.get(*at)
        if given is None:
            continue
        since = STRATEGIES.get(str(given))
        if since is None:
            yield _finding(
                document, at, f"there is no matcher strategy {given}", f"one of: {', '.join(STRATEGIES)}"
            )
        elif running is not None and running < since:
            yield _finding(document, at, *_newer(f"matcher strategy {given}", since, running))


def _specs(subject: Subject) -> Iterator[tuple[Document, Path]]:
    for manager in subject.of_kind("Alertmanager"):
        yield manager, ("spec",)
    for values in subject.of_kind("values"):
        for path in chart_paths(values):
            yield values, (*path, "alertmanager", "alertmanagerSpec")


def _discord(routing: RoutingDocument, running: Release | None) -> Iterator[Finding]:
    fields = OBJECT_FIELDS if routing.operator else SECRET_FIELDS
    for receiver in routing.receivers:
        for path, kind, given in receiver.integrations:
            if kind == "discordConfigs" and running is not None and running < (0, 67):
                yield _finding(routing.document, path, *_newer("discordConfigs", (0, 67), running))
            if kind not in ("discordConfigs", "discord_configs"):
                continue
            for name, since in fields.items():
                if name in given and running is not None and running < since:
                    yield _finding(
                        routing.document, (*path, name), *_newer(f"Discord's {name}", since, running)
                    )
            if "webhook_url_file" in given:
                yield _finding(
                    routing.document,
                    (*path, "webhook_url_file"),
                    "the operator does not know webhook_url_file, and refuses the whole configuration",
                    "use an AlertmanagerConfig with apiURL: {name: SECRET, key: KEY}",
                )


def _newer(what: str, since: Release, running: Release) -> tuple[str, str]:
    wanted, there = (".".join(map(str, one)) for one in (since, running))
    return (
        f"{what} needs prometheus-operator {wanted}, and {there} runs",
        "leave it out, or take a newer operator",
    )


def _finding(document: Document, path: Path, problem: str, fix: str) -> Finding:
    return Finding(
        problem,
        document.at(*path),
        fix=fix,
        excerpt=document.excerpt(*path),
        object=f"{document.kind} {document.name}".strip(),
    )
