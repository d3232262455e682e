"""What `obs lint` was told, checked before anything is read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar, cast, get_args

from obs.diagnostic import Diagnostic, ObsError
from obs.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The options as they were typed; lists may hold several names by comma."""

    project: Path | None
    config: Path | None
    paths: list[str]
    rules: list[str]
    dashboards: list[str]
    alertmanager: list[str]
    promtail: list[str]
    values: list[str]
    chart: list[str]
    select: list[str]
    ignore: list[str]
    profile: str
    severity: str
    format: str
    output: Path | None
    baseline: Path | None
    write_baseline: Path | None
    vendored: list[str]
    today: str
    catalogue: Path | None
    prometheus: str
    since: str
    fix: bool
    diff: bool
    statistics: bool
    list_checks: bool
    explain: str
    pages: Path | None
    quiet: bool


def run_said(said: Said) -> int:
    """Do what was asked; raises ObsError for options that make no sense."""
    from obs.cli import check_pages

    if said.explain:
        return check_pages.run_explain(said.project, said.explain)
    if said.list_checks:
        return check_pages.run_list(said.project, as_json=_one_of(said.format, FORMATS, "format") == "json")
    if said.pages is not None:
        return check_pages.run_pages(said.pages)
    return _lint(said)


FORMATS = ("human", "json", "sarif", "github", "junit", "checkstyle")


def _lint(said: Said) -> int:
    from obs.checks.base import Profile
    from obs.checks.runner import Selection
    from obs.cli.inputs import Inputs
    from obs.cli.lint import Format, Options, run_lint
    from obs.diagnostic import Severity

    if said.baseline is not None and said.write_baseline is not None:
        raise _usage("--baseline and --write-baseline do not go together", "write it first, then use it")
    select, ignore = _names(said.select), _names(said.ignore)
    lowest = said.severity or ("info" if select else "warning")
    options = Options(
        inputs=Inputs(
            tuple(said.paths),
            tuple(said.rules),
            tuple(said.dashboards),
            tuple(said.alertmanager),
            tuple(said.promtail),
            tuple(said.values),
            tuple(said.chart),
        ),
        project=said.project,
        config=said.config,
        selection=Selection(
            cast(Profile, _one_of(said.profile, get_args(Profile), "profile")), select, ignore
        ),
        severity=cast(Severity, _one_of(lowest, get_args(Severity), "severity")),
        format=cast(Format, _one_of(said.format, FORMATS, "format")),
        output=said.output,
        baseline=said.baseline,
        write_baseline=said.write_baseline,
        vendored=tuple(said.vendored),
        today=_day(said.today),
        catalogue=said.catalogue,
        prometheus=_release(said.prometheus),
        since=said.since,
        fix=said.fix,
        diff=said.diff,
        statistics=said.statistics,
        quiet=said.quiet,
    )
    return run_lint(options)


def _release(text: str) -> str:
    import re

    if text and not re.fullmatch(r"v?\d+\.\d+(\.\d+)?", text, re.ASCII):
        raise _usage(f"--prometheus {text} is no release", "as its image is tagged: --prometheus 3.1.0")
    return text


def _day(text: str) -> str:
    from obs.checks.expired_suppression import is_date

    if text and not is_date(text):
        raise _usage(f"--today {text} is no date", "year, month and day: --today 2027-01-31")
    return text


def _names(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.strip() for part in given for name in part.split(",") if name.strip())


Word = TypeVar("Word", bound=str)


def _one_of(word: Word, words: Iterable[str], what: str) -> Word:
    if word not in tuple(words):
        raise _usage(f"--{what} {word} is unknown", f"one of: {', '.join(words)}")
    return word


def _usage(problem: str, fix: str) -> ObsError:
    return ObsError([Diagnostic("usage", problem, fix=fix)])
