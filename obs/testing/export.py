"""The rule part of scenarios as promtool's unit tests, for people who have only promtool.

A file holds the series that rules read as Prometheus stored them, and the states of the alerts that came of it. What
promtool has no word for (restarts, clocks that jump) is left out, and said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from obs.formats import yaml
from obs.lang import duration
from obs.sim.notation import name_of
from obs.sim.scrape import NAME, STALE, Value
from obs.testing.promtool import metric
from obs.testing.scenario.observed import Observed
from obs.testing.scenario.platform import Platform
from obs.testing.scenario.relevant import relevant, stored_series
from obs.testing.scenario.why_rules import metrics_of

LOOKBACK = 300_000
Points = Sequence[tuple[int, Value]]


@dataclass(frozen=True, slots=True)
class Named:
    """A scenario that ran: the file and the name of its test."""

    file: str
    name: str
    observed: Observed


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and which scenarios were not and why."""

    files: tuple[Path, ...]
    left_out: tuple[tuple[str, str], ...]


def export(scenarios: Sequence[Named], folder: Path) -> Exported:
    """Write one file of unit tests for each file of scenarios, and the rules beside them."""
    written: list[Path] = []
    left_out: list[tuple[str, str]] = []
    by_file: dict[str, list[Named]] = {}
    for one in scenarios:
        why = unfit(one.observed)
        if why:
            left_out.append((f"{one.file}: {one.name}", why))
        else:
            by_file.setdefault(one.file, []).append(one)
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    if by_file:
        written += _write_rules(next(iter(by_file.values()))[0].observed.platform, folder / "rules")
    for file, listed in by_file.items():
        path = folder / f"{Path(file).stem}.yaml"
        path.write_text(
            yaml.dumps(document(listed), header=[f"From {file}: promtool test rules."]), encoding="utf-8"
        )
        written.append(path)
    return Exported(tuple(written), tuple(left_out))


def unfit(observed: Observed) -> str:
    """Why promtool cannot tell this scenario; empty when it can."""
    inputs = observed.inputs
    away = {one.what for one in inputs.restarts} | {one.what for one in inputs.outages}
    if "prometheus" in away:
        return "promtool knows no restart of Prometheus"
    if inputs.clock_steps:
        return "promtool's clock does not jump"
    if inputs.phases.evaluation:
        return "promtool evaluates at 0s first"
    if any("{{" in one.notation.split("}", 1)[-1] for one in inputs.stored):
        return "its native histograms are not exported"
    written = {str(rule["record"]) for _, rule in observed.platform.rules() if "record" in rule}
    if any(name_of(one.notation.split(maxsplit=1)[0]) in written for one in inputs.stored):
        return "it stores what a recording rule writes"
    if not _inputs(observed, 1, 0):
        return "no rule reads anything of it"
    if _asks_for_the_time(observed):
        return "promtool's clock begins in 1970, and a rule asks for the time"
    return ""


def _asks_for_the_time(observed: Observed) -> bool:
    from obs.testing.scenario.relevant import read
    from obs.testing.synthesis.alert import uses_clock

    stored = {text for key in observed.samples for label, text in key if label == NAME}
    exprs = [str(rule["expr"]) for _, rule in observed.platform.rules()]
    return any(uses_clock(expr) and read(expr) & stored for expr in exprs)


def _write_rules(platform: Platform, folder: Path) -> Iterator[Path]:
    for group in platform.groups:
        path = folder / f"{group['name']}.yaml"
        path.write_text(yaml.dumps({"groups": [cast("yaml.Value", group)]}), encoding="utf-8")
        yield path


def document(scenarios: Sequence[Named]) -> dict[str, yaml.Value]:
    """The unit tests of some scenarios of one platform."""
    interval = scenarios[0].observed.platform.evaluation_interval
    return {
        "rule_files": list(_rule_files(scenarios)),
        "evaluation_interval": duration.render(interval),
        "tests": [_test(one) for one in scenarios],
    }


def _rule_files(scenarios: Sequence[Named]) -> Iterator[str]:
    """Those of which a rule can have a result: promtool evaluates every rule that it is given."""
    there: set[object] = set()
    for one in scenarios:
        platform, inputs = one.observed.platform, one.observed.inputs
        stored = stored_series(one.observed.samples, (given.notation for given in inputs.stored))
        groups = platform.groups if stored is None else relevant(platform.groups, stored)
        there.update(group["name"] for group in groups)
    yield from (f"rules/{name}.yaml" for name in sorted(map(str, there)))


def _test(one: Named) -> dict[str, yaml.Value]:
    observed = one.observed
    shift = -min((at for at in observed.evaluations), default=0)
    step = _step(observed, shift)
    platform = observed.platform
    return {
        "name": one.name,
        "interval": duration.render(step),
        "external_labels": dict(platform.external_labels),
        "external_url": platform.external_url,
        "input_series": cast("yaml.Value", _inputs(observed, step, shift)),
        "promql_expr_test": cast("yaml.Value", list(_states(observed, shift))),
        "alert_rule_test": cast("yaml.Value", list(_alerts(observed, shift))),
    }


# Series


def _epoch(observed: Observed) -> int:
    return round(observed.inputs.start.timestamp() * 1000)


def _read(observed: Observed) -> Iterator[tuple[dict[str, str], Points]]:
    """The stored series that rules read, but for those that rules write."""
    platform = observed.platform
    written = {str(rule["record"]) for _, rule in platform.rules() if "record" in rule}
    names = {
        name for _, rule in platform.rules() for name in metrics_of(observed, str(rule["expr"]))
    } - written
    base = _epoch(observed)
    for key, points in sorted(observed.samples.items(), key=lambda item: sorted(item[0])):
        labels = dict(key)
        if labels.get(NAME) in names and points:
            yield labels, [(at - base, value) for at, value in points]


def _step(observed: Observed, shift: int) -> int:
    """The widest grid that every sample lies on."""
    times = {at + shift for _, points in _read(observed) for at, _ in points}
    return math.gcd(observed.platform.evaluation_interval, *times)


def _inputs(observed: Observed, step: int, shift: int) -> list[dict[str, str]]:
    if step == 1:  # only whether there are any
        return [{"series": metric(labels)} for labels, _ in _read(observed)]
    return [
        {"series": metric(_escaped(labels)), "values": " ".join(_values(points, step, shift))}
        for labels, points in _read(observed)
    ]


def _escaped(labels: Mapping[str, str]) -> dict[str, str]:
    return {
        name: text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        for name, text in labels.items()
    }


def _values(points: Points, step: int, shift: int) -> Iterator[str]:
    """The values on the grid, gaps and repetitions written short."""
    place = 0
    for at, value in points:
        gap = (at + shift) // step - place
        if gap:
            yield "_" if gap == 1 else f"_x{gap}"
        yield STALE if value == STALE else _number(value)
        place += gap + 1


def _number(value: Value) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Inf" if value > 0 else "-Inf"
    return re.sub(r"\.0$", "", repr(value))


# Expectations


def _states(observed: Observed, shift: int) -> Iterator[dict[str, object]]:
    """Which alerts are pending and firing, at each moment where that changes and at the end."""
    last = max((at for at in observed.evaluations), default=0)
    for name in observed.platform.alerts:
        times = sorted({change.at for change in observed.changes if change.alert == name} | {last})
        for at in times:
            yield {
                "expr": f'ALERTS{{alertname="{name}"}}',
                "eval_time": duration.render(at + shift),
                "exp_samples": [
                    {"labels": metric(_escaped(labels)), "value": 1} for labels in _alive(observed, name, at)
                ],
            }


def _alive(observed: Observed, name: str, at: int) -> Iterator[dict[str, str]]:
    moment = _epoch(observed) + at
    for key, points in sorted(observed.samples.items(), key=lambda item: sorted(item[0])):
        labels = dict(key)
        if labels.get(NAME) != "ALERTS" or labels.get("alertname") != name:
            continue
        past = [(when, value) for when, value in points if when <= moment]
        if past and past[-1][1] != STALE and past[-1][0] >= moment - LOOKBACK:
            yield labels


def _alerts(observed: Observed, shift: int) -> Iterator[dict[str, object]]:
    """The annotations of an alert at the moment when it fires, where it fires alone."""
    for change in observed.changes:
        firing = [
            labels
            for labels in _alive(observed, change.alert, change.at)
            if labels.get("alertstate") == "firing"
        ]
        if change.state != "firing" or len(firing) != 1:
            continue
        labels = {name: text for name, text in change.labels.items() if name != "alertname"}
        expected = {"exp_labels": labels, "exp_annotations": dict(change.annotations)}
        yield {
            "eval_time": duration.render(change.at + shift),
            "alertname": change.alert,
            "exp_alerts": [expected],
        }
