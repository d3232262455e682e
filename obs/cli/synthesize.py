"""`obs test --synthesize`: tests derived from alerts, of the project or of rule files."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from obs.formats import yaml
from obs.lang import duration
from obs.lang.error import LanguageError

if TYPE_CHECKING:
    from obs.cli.test import Asked
    from obs.sim.rules.evaluator import Evaluator, Settings
    from obs.testing.scenario.platform import Platform
    from obs.testing.synthesis import Synthesis

Rule = Mapping[str, object]
FORMS = ("both", "python", "promtool")


@dataclass(frozen=True, slots=True)
class Source:
    """Groups of rules, and the server that they run on."""

    groups: Sequence[Mapping[str, object]]
    interval: int
    settings: Settings
    start: int = 0
    """The moment of time 0 of a scenario; milliseconds since 1970."""
    platform: Platform | None = None
    """What scenarios run on; without it there are only tests for promtool."""


@dataclass(slots=True)
class _Told:
    """What came of it."""

    files: list[Path] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    cases: int = 0
    alerts: int = 0


def run_synthesis(asked: Asked, alert: str, folder: Path | None, form: str) -> int:
    """0 when each alert has a test that fires it and one that does not, 1 when one has not, 2 when none can be made."""
    from obs.testing.scenario.evaluators import CHOICES, evaluator
    from obs.testing.tools import ToolMissingError

    if folder is None:
        return _refused("--synthesize needs --out DIR")
    if form not in FORMS:
        return _refused(f"--as may be {', '.join(FORMS)}, not {form!r}")
    if asked.rules not in CHOICES:
        return _refused(f"--rules may be {', '.join(CHOICES)}, not {asked.rules!r}")
    try:
        sources = list(file_sources(asked.paths)) if asked.paths else [_project_source(asked.project)]
        return synthesize(sources, alert, folder, evaluator(asked.rules), form)
    except (LanguageError, ToolMissingError, OSError) as error:
        return _refused(str(error))


def _refused(message: str) -> int:
    print(f"obs test: {message}", file=sys.stderr)
    return 2


def _project_source(project: Path | None) -> Source:
    from obs import api
    from obs.sim.rules.evaluator import Settings
    from obs.testing.scenario.inputs import START
    from obs.testing.scenario.platform import platform_of

    platform = platform_of(api.load_program(api.read_settings(project)))
    settings = Settings(
        platform.external_labels,
        platform.external_url,
        platform.features,
        subquery_interval=platform.evaluation_interval,
    )
    return Source(
        platform.groups, platform.evaluation_interval, settings, round(START.timestamp() * 1000), platform
    )


def synthesize(
    sources: Sequence[Source], alert: str, folder: Path, evaluator: Evaluator, form: str = "both"
) -> int:
    """Write tests for an alert, or for all; 0 when each has one that fires it and one that does not, else 1."""
    from obs.testing.synthesis.alert import uses_clock

    told = _Told()
    for source in sources:
        for group in source.groups:
            rules = [one for one in _alerts(group) if alert in ("all", one["alert"])]
            if not rules:
                continue
            found = [_derived(source, group, rule, evaluator, 0) for rule in rules]
            scenarios = [
                _derived(source, group, rule, evaluator, source.start)
                if uses_clock(str(rule["expr"]))
                else one
                for rule, one in zip(rules, found, strict=True)
            ]
            python = source.platform is not None and form != "promtool"
            _note(scenarios if python else found, told)
            if python:
                heard = [_heard(one, source.platform, evaluator) for one in scenarios]
                _write_python(folder, str(group["name"]), heard, told)
            if form != "python":
                _write_promtool(folder / "promtool", group, found, source, told)
    if not told.alerts:
        print(f"obs test: no alert is named {alert}", file=sys.stderr)
        return 2
    _report(told)
    return int(bool(told.missing))


def _heard(found: Synthesis, platform: Platform | None, evaluator: Evaluator) -> Synthesis:
    """With the first case that lasts run through the whole chain, and named after who is told; other such cases go."""
    from obs.testing.scenario.emulator import Emulator
    from obs.testing.scenario.scenario import Scenario
    from obs.testing.scenario.span import Duration
    from obs.testing.synthesis.writing import snake

    lasting = [case for case in found.cases if case.name.startswith("lasts")]
    if not lasting or platform is None:
        return found
    first = lasting[0]
    scenario = Scenario(Emulator(platform, evaluator))
    for series, values in first.series:
        scenario.stored(series, values, every=Duration(first.step))
    scenario.run(Duration(first.until))
    receivers = tuple(message.receiver for message in scenario.discord.of(found.alert))
    name = f"reaches_{snake('_and_'.join(dict.fromkeys(receivers)) or 'nobody')}"
    told = replace(first, name=name, receivers=receivers)
    return replace(
        found, cases=tuple(told if case is first else case for case in found.cases if case not in lasting[1:])
    )


def _alerts(group: Mapping[str, object]) -> Iterator[Rule]:
    for rule in cast("Sequence[Rule]", group.get("rules") or ()):
        if isinstance(rule, Mapping) and rule.get("alert"):
            yield rule


def _derived(
    source: Source, group: Mapping[str, object], rule: Rule, evaluator: Evaluator, base: int
) -> Synthesis:
    from obs.testing.synthesis import synthesize as derive

    interval = duration.parse(str(group["interval"])) if group.get("interval") else source.interval
    return derive(rule, evaluator, source.settings, interval=interval, base=base)


def _note(found: Sequence[Synthesis], told: _Told) -> None:
    for one in found:
        told.alerts += 1
        told.cases += len(one.cases)
        if not one.complete:
            fires = any(case.fired_at is not None for case in one.cases)
            what = "none that stays silent" if fires else "none that fires"
            told.missing.append(f"{one.alert}: {what}")
        for why in one.not_derived:
            print(f"obs test: {one.alert}: {why}", file=sys.stderr)


def _report(told: _Told) -> None:
    for path in told.files:
        print(path)
    for why in told.missing:
        print(f"obs test: {why}", file=sys.stderr)
    done = told.alerts - len(told.missing)
    print(f"{told.cases} tests; {done} of {told.alerts} alerts have one that fires and one that does not")


def _write_python(folder: Path, group: str, found: Sequence[Synthesis], told: _Told) -> None:
    from obs.testing.synthesis.writing import python_text, snake

    if any(one.cases for one in found):
        _write(folder / f"test_{snake(group)}_alerts.py", python_text(group, found), told)


def _write_promtool(
    folder: Path, group: Mapping[str, object], found: Sequence[Synthesis], source: Source, told: _Told
) -> None:
    from obs.testing.synthesis.writing import promtool_text, snake

    if not any(one.cases for one in found):
        return
    name = snake(str(group["name"]))
    interval = duration.parse(str(group["interval"])) if group.get("interval") else source.interval
    _write(folder / "rules" / f"{name}.yaml", yaml.dumps({"groups": [cast("yaml.Value", dict(group))]}), told)
    text = promtool_text(found, f"rules/{name}.yaml", interval, source.settings)
    _write(folder / f"{name}.yaml", text, told)


def _write(path: Path, text: str, told: _Told) -> None:
    from obs.testing.synthesis.writing import MARK

    if path.exists() and path.parent.name != "rules" and MARK not in path.read_text(encoding="utf-8"):
        print(f"obs test: {path} is yours; it is left as it is", file=sys.stderr)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    told.files.append(path)


def file_sources(paths: Sequence[Path], evaluation: int = 60_000) -> Iterator[Source]:
    """The rules of files; raises LanguageError for one that holds none."""
    from obs.sim.rules.evaluator import Settings

    for path in paths:
        try:
            document = yaml.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise LanguageError(f"{path}: {error.strerror}", 0, 0) from None
        if isinstance(document, Mapping) and isinstance(document.get("spec"), Mapping):
            document = document["spec"]
        groups = document.get("groups") if isinstance(document, Mapping) else None
        if not isinstance(groups, Sequence) or isinstance(groups, str):
            raise LanguageError(f"{path} holds no groups of rules", 0, 0)
        listed = [one for one in groups if isinstance(one, Mapping) and one.get("name")]
        yield Source(listed, evaluation, Settings())
