"""An environment's values replace what the definitions need: a selector, a strategy, an interval, a label.

Helm lays the environment's file over the chart's, so the definitions are checked for one set-up and deployed in another:
rules that the operator passes over, a route that hears of one namespace only, dashboards that Grafana never loads.

Flagged:
    prod = Environment(
        "prod",
        repository="https://git.example.com/platform.git",
        values={"kube-prometheus-stack": {"prometheus": {"prometheusSpec": {"ruleSelector": {"matchLabels": {"role": "alerts"}}}}}},
    )

Instead:
    prod = Environment(
        "prod",
        repository="https://git.example.com/platform.git",
        values={"kube-prometheus-stack": {"prometheus": {"prometheusSpec": {"replicas": 2}}}},
    )

Source: Helm 3, values files: later ones win, maps are merged and everything else is replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from obs.artifact import Artifact
from obs.checks.base import artifact_check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program

Path = tuple[str, ...]


@artifact_check("lint", severity="warning")
def environment_undoes_definitions(program: Program, artifacts: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """Every value that the chart's own values.yaml holds, beside what each environment says of it."""
    environments = [one for one in program.definitions.environments if one.values]
    decided = _decided(program, artifacts) if environments else {}
    for environment in environments:
        for path, here, needed in _undone(environment.values, decided, ()):
            yield Diagnostic(
                "environment-undoes-definitions",
                f"environment {environment.name} sets {'.'.join(path)} to {_shown(here)}, "
                f"where the definitions need {_shown(needed)}",
                environment.origin,
                severity="warning",
                why="Helm lays the environment's values over the chart's: what was checked is not what runs",
                fix="leave it out, or say it in services/, where everything else can follow",
                object=f"environment {environment.name}",
            )


def _decided(program: Program, artifacts: Sequence[Artifact]) -> Mapping[str, object]:
    """The values that the definitions compile to."""
    from obs.formats.yaml import loads

    file = f"{program.settings.chart}/values.yaml"
    found = next((loads(one.data.decode("utf-8")) for one in artifacts if one.path == file), None)
    return found if isinstance(found, Mapping) else {}


def _undone(
    here: Mapping[str, object], needed: Mapping[str, object], path: Path
) -> Iterator[tuple[Path, object, object]]:
    for name, value in here.items():
        if name not in needed:
            if path and path[-1] == "matchLabels":
                yield (*path, name), value, None
            continue
        other, inner = needed[name], (*path, name)
        if isinstance(value, Mapping) and isinstance(other, Mapping):
            yield from _undone(value, other, inner)
        elif value != other:
            yield inner, value, other


def _shown(value: object) -> str:
    if isinstance(value, (Mapping, list)):
        return "another list" if isinstance(value, list) else "other fields"
    return "nothing there" if value is None else f"{value!s:.80}"
