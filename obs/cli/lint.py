"""`obs lint`: what is wrong with a project, or with files that others wrote."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from obs import __version__
from obs.checks import baseline
from obs.checks.base import Check, checks
from obs.checks.runner import Linted, Selection, at_least, fails, grouped, run, unknown_names
from obs.cli.inputs import Inputs, Resolved, within
from obs.cli.output import colour, plural
from obs.collecting import uncollected
from obs.diagnostic import Diagnostic, FindingsError, ObsError, Severity
from obs.record import dataclass, field
from obs.report import place

if TYPE_CHECKING:
    from obs.checks.mend import Mended
    from obs.graph.subject import Subject
    from obs.project.policy import Policy
    from obs.project.settings import Settings

Format = Literal["human", "json", "sarif", "github", "junit", "checkstyle"]


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said."""

    inputs: Inputs = field(default_factory=Inputs)
    project: Path | None = None
    config: Path | None = None
    selection: Selection = field(default_factory=Selection)
    severity: Severity = "warning"
    format: Format = "human"
    output: Path | None = None
    baseline: Path | None = None
    write_baseline: Path | None = None
    vendored: tuple[str, ...] = ()
    today: str = ""
    catalogue: Path | None = None
    prometheus: str = ""
    since: str = ""
    fix: bool = False
    diff: bool = False
    statistics: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at: a project's definitions (of which `only` are told), or the files and folders `foreign`.

    `config` is the TOML file that holds the policy, for a project its pyproject.toml where it is None.
    `vendored` are globs of files that somebody else keeps; `today` is the day that comments are held against,
    `prometheus` the release (3.1) to judge by, whatever runs.
    """

    root: Path
    settings: Settings | None = None
    only: tuple[Path, ...] = ()
    foreign: Resolved = field(default_factory=Resolved)
    config: Path | None = None
    vendored: tuple[str, ...] = ()
    today: str = ""
    catalogue: Path | None = None
    prometheus: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """Files that differ from a revision, absolute, and the metrics that they record, here or there."""

    files: tuple[str, ...]
    records: tuple[str, ...]

    def moved(self, move: Callable[[str], str]) -> Changes:
        """The same files in another folder."""
        return Changes(tuple(map(move, self.files)), self.records)


@dataclass(slots=True)
class Outcome:
    """All findings that no comment allows, before a baseline; `ran` names the checks."""

    findings: list[Diagnostic]
    files: tuple[str, ...]
    known: Sequence[Check]
    ran: tuple[str, ...]
    objects: dict[str, int] = field(default_factory=dict)


def run_lint(options: Options) -> int:
    """Lint and report; 0 when clean, 1 with findings at warning or above, 2 when nothing could be linted."""
    with uncollected():
        return _run(options)


def _run(options: Options) -> int:
    started = time.perf_counter()
    place.forget()
    try:
        scope = _with_options(scope_of(options), options)
        changes = _changes(options, scope)
        outcome = lint(scope, options.selection, changes)
        told = _new(options, scope, outcome, changes)
        if options.write_baseline is not None:
            return _write_baseline(options, scope, told)
    except ObsError as error:
        _report(options, list(error.diagnostics), None, ())
        return 1 if isinstance(error, FindingsError) else 2
    mended = _mended(told) if options.fix or options.diff else []
    if options.diff:
        return _show_diff(mended, scope)
    if mended:
        told = _write_mended(mended, told)
    hidden = len(told) - len(at_least(told, options.severity))
    told = grouped(at_least(told, options.severity))
    _report(options, told, scope.root, outcome.known, outcome.ran)
    if options.format == "human" and not options.quiet:
        _summarise(options, told, hidden, outcome, time.perf_counter() - started)
    return 1 if fails(told) else 0


def _with_options(scope: Scope, options: Options) -> Scope:
    folder = options.catalogue.resolve() if options.catalogue is not None else None
    if folder is not None and not folder.is_dir():
        raise ObsError([Diagnostic("missing-folder", f"there is no folder {options.catalogue}")])
    return replace(
        scope,
        vendored=options.vendored,
        today=options.today or _today(),
        catalogue=folder,
        prometheus=options.prometheus,
    )


def _today() -> str:
    from datetime import date

    return date.today().isoformat()


def _mended(told: Sequence[Diagnostic]) -> list[Mended]:
    from obs.checks.mend import mend

    return mend(told)


def scope_of(options: Options) -> Scope:
    """A project when no files, or its own definitions, were named; else those files."""
    here = Path.cwd()
    inputs = options.inputs
    if not inputs.named:
        from obs.api import read_settings

        settings = read_settings(options.project)
        return Scope(settings.root, settings, config=options.config)
    found = inputs.resolved(here)
    if inputs.definitions(here):
        from obs.api import read_settings

        try:
            settings = read_settings(options.project)
        except ObsError as error:
            missing = all(one.check == "no-project" for one in error.diagnostics)
            if not missing or options.project is not None or any(path.is_file() for path in found.paths):
                raise
            return Scope(here, foreign=found)  # the Python of somebody else's repository
        if all(path.is_relative_to(settings.root) for path in found.paths):
            return Scope(settings.root, settings, only=found.paths, config=options.config)
    return Scope(here, foreign=found, config=options.config)


def _changes(options: Options, scope: Scope) -> Changes | None:
    """What differs, where only new findings are told and no baseline wants to know of all."""
    if not options.since or options.baseline is not None or options.write_baseline is not None:
        return None
    from obs.cli.since import changes_since

    return changes_since(options.since, scope)


def lint(scope: Scope, selection: Selection, changes: Changes | None = None) -> Outcome:
    """Read everything, run the checks. Raises ObsError when a project cannot be read or no check has a given name.

    With `changes`, checks that look at each rule alone are only asked about what these can matter to.
    """
    own: list[Check] = []
    if scope.settings is not None:
        from obs.checks.own import own_checks

        own = own_checks(scope.settings)
    known = [*checks(), *own]
    unknown = unknown_names([*selection.select, *selection.ignore], known)
    if unknown:
        raise ObsError(unknown)
    read = replace(linted(scope), today=scope.today)
    if changes is not None:
        from obs.graph.changed import changed

        read = replace(read, changed=changed(read.subject, frozenset(changes.files), changes.records))
    findings = lowered(run(read, selection, own), scope, read.subject.policy)
    if scope.only:
        findings = [found for found in findings if found.at is not None and within(found.at.file, scope.only)]
    ran = tuple(name for check in known if selection.has(check) for name in check.names)
    subject = read.subject
    return Outcome(
        findings,
        read.files,
        known,
        ran,
        {"rules": len(subject.rules), "dashboards": len(subject.dashboards)},
    )


def lowered(findings: list[Diagnostic], scope: Scope, policy: Policy | None) -> list[Diagnostic]:
    """The findings, those in files that somebody else keeps as infos."""
    globs = (*scope.vendored, *(policy.vendored if policy is not None else ()))
    if not globs:
        return findings
    from obs.checks.vendored import lower

    return lower(findings, globs, scope.root)


def linted(scope: Scope) -> Linted:
    """Everything that is looked at, read; raises ObsError for a project that cannot be."""
    found = _project(scope.settings, scope.prometheus) if scope.settings is not None else _foreign(scope)
    if scope.catalogue is not None:
        found = replace(found, subject=replace(found.subject, catalogue=scope.catalogue))
    file = scope.config or (scope.settings.root / "pyproject.toml" if scope.settings is not None else None)
    if file is None:
        return found
    from obs.project.policy import read_policy

    policy = read_policy(file)
    return replace(found, subject=replace(found.subject, policy=policy)) if policy is not None else found


def _project(settings: Settings, prometheus: str) -> Linted:
    from obs.api import load_program
    from obs.graph.subject import of_program

    program = load_program(settings)
    if prometheus:
        server = replace(program.stack.prometheus, version=f"v{prometheus.removeprefix('v')}")
        program = replace(program, stack=replace(program.stack, prometheus=server))
    return _of_subject(settings, of_program(program))


def linted_subject(settings: Settings, subject: Subject) -> Linted:
    """A project that was loaded already, with its policy."""
    from obs.project.policy import read_policy

    policy = read_policy(settings.root / "pyproject.toml")
    return _of_subject(settings, replace(subject, policy=policy) if policy is not None else subject)


def _of_subject(settings: Settings, subject: Subject) -> Linted:
    from obs.api import render_lock
    from obs.artifact import Artifact
    from obs.project.discover import definition_files

    program = subject.program
    assert program is not None

    def emit() -> tuple[Artifact, ...]:
        from obs.emit.everything import artifacts

        return (*artifacts(program), Artifact(settings.lock, render_lock(program), (), "lock"))

    everywhere = replace(settings, definitions=(*settings.definitions, settings.checks))
    return Linted(subject, emit, (), tuple(map(str, definition_files(everywhere))))


def _foreign(scope: Scope) -> Linted:
    from obs.graph.queries import release
    from obs.importer.subject import read

    given = scope.foreign
    subject, found = read(
        (*given.paths, *given.alertmanager[1:], *given.promtail[1:], *given.chart[1:]),
        rules=given.rules,
        dashboards=given.dashboards,
        alertmanager=given.alertmanager[0] if given.alertmanager else None,
        promtail=given.promtail[0] if given.promtail else None,
        values=given.values,
        chart=given.chart[0] if given.chart else None,
        root=scope.root,
        prometheus=release(scope.prometheus) if scope.prometheus else None,
    )
    return Linted(subject, None, tuple(found), subject.files)


def _new(options: Options, scope: Scope, outcome: Outcome, changes: Changes | None) -> list[Diagnostic]:
    """What is told: without what a baseline puts up with, or what was there at a revision."""
    told = outcome.findings
    if options.since:
        from obs.cli.since import findings_at

        if not options.fix and not options.diff:
            told = at_least(told, options.severity)  # the others are not even counted
        before = findings_at(options.since, scope, options.selection, told, outcome.known, changes)
        told = baseline.without(told, Counter(before))
    if options.baseline is not None:
        entries = baseline.read(options.baseline)
        told = baseline.without(told, baseline.known(entries))
        if not options.since and not scope.only:
            looked_at = baseline.Looked(frozenset(outcome.ran), frozenset(outcome.files), scope.root)
            told += baseline.obsolete(entries, outcome.findings, options.baseline, looked_at)
    return told


def _write_baseline(options: Options, scope: Scope, told: Sequence[Diagnostic]) -> int:
    assert options.write_baseline is not None
    kept = at_least(told, options.severity)
    try:
        options.write_baseline.write_text(baseline.render(kept, scope.root), encoding="utf-8")
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        from obs.origin import Origin

        raise ObsError([Diagnostic("unwritable", problem, Origin(str(options.write_baseline), 0))]) from None
    if not options.quiet:
        print(f"{plural(len(kept), 'finding')} put up with in {options.write_baseline}", file=sys.stderr)
    return 0


def _show_diff(mended: Sequence[Mended], scope: Scope) -> int:
    for one in mended:
        sys.stdout.write(one.diff(scope.root))
    count = sum(len(one.findings) for one in mended)
    print(f"{plural(count, 'finding')} can be mended; `--fix` does it", file=sys.stderr)
    return 1 if mended else 0


def _write_mended(mended: Sequence[Mended], told: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Write the files and leave out what that mends."""
    done: set[Diagnostic] = set()
    for one in mended:
        one.write()
        done.update(one.findings)
    print(f"{plural(len(done), 'finding')} mended in {plural(len(mended), 'file')}", file=sys.stderr)
    place.forget()
    return [found for found in told if found not in done]


def _report(
    options: Options,
    told: Sequence[Diagnostic],
    root: Path | None,
    known: Sequence[Check],
    ran: Sequence[str] = (),
) -> None:
    text = _rendered(options, told, root, known, ran)
    if options.output is not None:
        options.output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
        sys.stdout.flush()


def _rendered(
    options: Options,
    told: Sequence[Diagnostic],
    root: Path | None,
    known: Sequence[Check],
    ran: Sequence[str],
) -> str:
    if options.format == "json":
        from obs.report import json

        return json.render(told, root)
    if options.format == "sarif":
        from obs.report import sarif

        rules = [
            sarif.Rule(name, check.severity, check.summary, check.page)
            for check in known
            for name in check.names
        ]
        return sarif.render(told, root, rules, __version__, baseline.fingerprint)
    if options.format == "github":
        from obs.report import github

        return github.render(told, root)
    if options.format == "junit":
        from obs.report import junit

        return junit.render(told, root, ran)
    if options.format == "checkstyle":
        from obs.report import checkstyle

        return checkstyle.render(told, root)
    from obs.report import text

    painted = options.output is None and colour(sys.stdout)
    body = text.render(told, root, colour=painted)
    return f"{body}\n" if body and not options.quiet else body


def _summarise(
    options: Options, told: Sequence[Diagnostic], hidden: int, outcome: Outcome, seconds: float
) -> None:
    if options.statistics:
        counts = Counter((found.check, found.severity) for found in told)
        for (name, severity), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            print(f"{count:6}  {severity:8} {name}")
    print(_summary(told, hidden, outcome, seconds))


def _summary(told: Sequence[Diagnostic], hidden: int, outcome: Outcome, seconds: float) -> str:
    counts = Counter(found.severity for found in told)
    words: dict[Severity, str] = {"error": "errors", "warning": "warnings", "info": "infos"}
    parts = [plural(counts[severity], one) for severity, one in words.items() if counts[severity]]
    seen = ", ".join(plural(count, what) for what, count in outcome.objects.items() if count)
    more = f"; {hidden} of lower severity not shown" if hidden else ""
    return f"{', '.join(parts) or 'no findings'}{more} ({seen or 'nothing to lint'}, {seconds:.2f} s)"
