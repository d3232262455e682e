"""What the cluster would run: the chart rendered by Helm, and what the real operator generates of it.

The operator's answer is kept in `.cache/obs/prove` under the hash of the rendered chart and of the operator, so that
the control plane starts only when the chart has changed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from obs.formats import yaml
from obs.project.settings import Settings
from obs.testing.tools import Tools

SUBCHARTS = Path(__file__).parent / "subcharts"
"""Stand-ins that render what the operator reads from the same values, for subcharts that are not beside the chart."""

Document = Mapping[str, object]


class GeneratedError(RuntimeError):
    """The chart has not what the servers need; the message names it."""


@dataclass(frozen=True, slots=True)
class Generated:
    """The configurations as they would be in the cluster, and the webhooks' Secrets replaced by one on loopback."""

    alertmanager: Document
    prometheus: Document
    rule_files: Mapping[str, Document]
    stages: Sequence[object]
    stand_ins: tuple[str, ...] = ()
    """Subcharts that the stand-ins rendered."""
    fresh: bool = False
    """Whether the operator ran for it now."""


def generate(
    settings: Settings, release: tuple[str, str], tools: Tools, environment: str = "dev"
) -> Generated:
    """See the module; `release` is its name and namespace.

    Raises ToolMissingError, ToolFailedError, GeneratedError, ControlPlaneError.
    """
    rendered, stand_ins = render(settings, release, tools, environment)
    operator = str(tools.path("prometheus-operator").resolve())
    digest = hashlib.sha256(f"{operator}\n{rendered}".encode()).hexdigest()[:24]
    file = settings.root / ".cache" / "obs" / "prove" / f"{digest}.json"
    fresh = not file.is_file()
    if fresh:
        answer = _ask_operator(rendered, tools)
        file.parent.mkdir(parents=True, exist_ok=True)
        scratch = file.with_suffix(".new")
        scratch.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
        scratch.replace(file)
    answer = json.loads(file.read_text(encoding="utf-8"))
    return Generated(
        _document(answer["alertmanager"]),
        _document(answer["prometheus"]),
        {name: _document(text) for name, text in sorted(answer["rules"].items())},
        _stages(rendered),
        stand_ins,
        fresh,
    )


def render(
    settings: Settings, release: tuple[str, str], tools: Tools, environment: str
) -> tuple[str, tuple[str, ...]]:
    """The manifests of the chart on disk, and the subcharts that stand-ins rendered."""
    source = settings.root / settings.chart
    values = settings.root / settings.values / environment / f"{source.name}.yaml"
    with tempfile.TemporaryDirectory(prefix="obs-chart-") as scratch:
        chart = Path(scratch) / source.name
        shutil.copytree(source, chart)
        missing = []
        for dependency in _dependencies(chart):
            if not list((chart / "charts").glob(f"{dependency}*")):
                stand_in = SUBCHARTS / dependency
                if not stand_in.is_dir():
                    raise GeneratedError(
                        f"the subchart {dependency} is not in {settings.chart}/charts: "
                        f"run `helm dependency build {settings.chart}`"
                    )
                shutil.copytree(stand_in, chart / "charts" / dependency)
                missing.append(dependency)
        chosen = ("--values", str(values)) if values.is_file() else ()
        name, namespace = release
        return tools.helm_template(name, str(chart), "--namespace", namespace, *chosen), tuple(missing)


def _dependencies(chart: Path) -> list[str]:
    read = _document((chart / "Chart.yaml").read_text(encoding="utf-8"))
    listed = cast("Sequence[Document]", read.get("dependencies") or ())
    return [str(one["name"]) for one in listed]


def _ask_operator(rendered: str, tools: Tools) -> dict[str, object]:
    from obs.testing.control_plane import ControlPlane

    objects = [cast("Document", one) for one in yaml.loads_all(rendered) if one]
    namespace, prometheus = _place(objects, "Prometheus")
    _, alertmanager = _place(objects, "Alertmanager")
    with ControlPlane(tools.bin, tools.crds) as plane:
        for name in sorted({namespace, *_namespaces(objects)}):
            plane.namespace(name)
        for place, secret, key in _secrets(objects):
            plane.secret(place or namespace, secret, {key: "http://127.0.0.1:9/api/webhooks/1/x"})
        plane.apply_all(rendered, namespace=namespace)
        plane.start_operator()
        return {
            "alertmanager": plane.generated_alertmanager(namespace, alertmanager),
            "prometheus": plane.generated_prometheus(namespace, prometheus),
            "rules": {
                re.sub(r"-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", name): text
                for name, text in plane.rule_files(namespace, prometheus).items()
            },
        }


def _place(objects: Sequence[Document], kind: str) -> tuple[str, str]:
    for one in objects:
        if one.get("kind") == kind:
            metadata = cast("Mapping[str, str]", one["metadata"])
            return metadata["namespace"], metadata["name"]
    raise GeneratedError(f"the chart renders no {kind}: the operator has nothing to run")


def _namespaces(objects: Sequence[Document]) -> set[str]:
    found = {str(cast("Document", one["metadata"]).get("namespace") or "") for one in objects}
    return found - {""}


def _secrets(objects: Sequence[Document]) -> set[tuple[str, str, str]]:
    """Namespace, name and key of every Secret that an AlertmanagerConfig refers to."""
    found: set[tuple[str, str, str]] = set()

    def walk(value: object, namespace: str) -> None:
        if isinstance(value, Mapping):
            if set(value) in ({"name", "key"}, {"name", "key", "optional"}):
                found.add((namespace, str(value["name"]), str(value["key"])))
            for inner in value.values():
                walk(inner, namespace)
        elif isinstance(value, list):
            for inner in value:
                walk(inner, namespace)

    for one in objects:
        if one.get("kind") == "AlertmanagerConfig":
            walk(one["spec"], str(cast("Document", one["metadata"]).get("namespace") or ""))
    return found


def _stages(rendered: str) -> Sequence[object]:
    """The pipeline in Promtail's Secret; empty when the chart has none."""
    for one in yaml.loads_all(rendered):
        if not isinstance(one, Mapping) or one.get("kind") not in ("Secret", "ConfigMap"):
            continue
        plain = {**_texts(one.get("stringData")), **_texts(one.get("data"))}
        text = plain.get("promtail.yaml")
        if text is None:
            continue
        if one.get("kind") == "Secret" and "promtail.yaml" in _texts(one.get("data")):
            text = base64.b64decode(text).decode()
        jobs = cast("Sequence[Document]", _document(text).get("scrape_configs") or ())
        return cast("Sequence[object]", jobs[0].get("pipeline_stages") or ()) if jobs else ()
    return ()


def _texts(value: object) -> dict[str, str]:
    return {str(name): str(text) for name, text in value.items()} if isinstance(value, Mapping) else {}


def _document(text: str) -> Document:
    read = yaml.loads(text)
    assert isinstance(read, Mapping)
    return cast("Document", read)
