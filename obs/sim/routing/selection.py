"""Which AlertmanagerConfig objects an Alertmanager takes: by namespace and by label.

Source: prometheus-operator 0.77.2; Kubernetes label selectors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from obs.sim.routing.admission import Fields, items, mapping, text, texts

Labels = Mapping[str, str]


def selects(selector: object, labels: Labels) -> bool:
    """Whether a label selector takes an object with these labels; the empty selector takes all, none takes nothing."""
    if selector is None:
        return False
    fields = mapping(selector)
    wanted = mapping(fields.get("matchLabels"))
    if any(labels.get(name) != value for name, value in wanted.items()):
        return False
    return all(_holds(expression, labels) for expression in items(fields.get("matchExpressions")))


def _holds(expression: Fields, labels: Labels) -> bool:
    key, values = text(expression, "key"), texts(expression.get("values"))
    operator = text(expression, "operator")
    if operator == "Exists":
        return key in labels
    if operator == "DoesNotExist":
        return key not in labels
    if operator == "In":
        return key in labels and labels[key] in values
    return operator == "NotIn" and labels.get(key) not in values


def identity(config: Fields) -> tuple[str, str]:
    """Namespace and name of an object."""
    metadata = mapping(config.get("metadata"))
    return text(metadata, "namespace") or "default", text(metadata, "name")


def labels_of(config: Fields) -> dict[str, str]:
    """The labels of an object."""
    return {
        name: str(value) for name, value in mapping(mapping(config.get("metadata")).get("labels")).items()
    }


def why_not_selected(alertmanager: Fields, config: Fields, namespaces: Mapping[str, Labels]) -> str | None:
    """Why the operator does not look at an object; None when it does.

    `namespaces` are the labels of the cluster's namespaces; every namespace also has the label of its own name.
    """
    spec = mapping(alertmanager.get("spec"))
    namespace, name = identity(config)
    home = identity(alertmanager)[0]
    namespace_selector = spec.get("alertmanagerConfigNamespaceSelector")
    if namespace_selector is None:
        if namespace != home:
            return (
                f"namespace {namespace}: without alertmanagerConfigNamespaceSelector only {home} is looked at"
            )
    else:
        known = {"kubernetes.io/metadata.name": namespace, **namespaces.get(namespace, {})}
        if not selects(namespace_selector, known):
            return f"namespace {namespace} is not taken by alertmanagerConfigNamespaceSelector"
    selector = spec.get("alertmanagerConfigSelector")
    if not selects(selector, labels_of(config)):
        return f"the labels of {namespace}/{name} are not taken by alertmanagerConfigSelector"
    return None


def in_order(configs: Sequence[Fields]) -> list[Fields]:
    """The objects in the order of their routes: by `<namespace>/<name>`."""
    return sorted(configs, key=lambda config: "/".join(identity(config)).encode())
