"""Run the chosen checks, take out what is allowed, and tell one finding for one cause."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from obs.checks.base import Check, Finding, Profile, asked, checks, diagnostic
from obs.checks.halves import findings_in_halves
from obs.checks.suppress import Comments, Suppressor
from obs.diagnostic import Diagnostic, ObsError, Severity
from obs.origin import Origin
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.artifact import Artifact
    from obs.graph.subject import Subject

LEVELS: dict[Severity, int] = {"info": 0, "warning": 1, "error": 2}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which checks run: those of the profile, or those that `select` names whatever their profile, less `ignore`.

    Names may be globs (`regex-*`). The strict and mixin profiles hold the default one.
    """

    profile: Profile = "default"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def has(self, check: Check) -> bool:
        """Whether the check runs at all."""
        if not self.select:
            return check.profile in ("default", self.profile) and any(map(self.tells, check.names))
        return any(map(self.tells, check.names))

    def tells(self, name: str) -> bool:
        """Whether findings of this name are told."""
        if any(fnmatchcase(name, pattern) for pattern in self.ignore):
            return False
        return not self.select or any(fnmatchcase(name, pattern) for pattern in self.select)


def unknown_names(patterns: Iterable[str], known: Sequence[Check]) -> list[Diagnostic]:
    """One finding for each name or glob that no check answers to."""
    names = sorted({name for check in known for name in check.names})
    return [
        Diagnostic("unknown-check", f"no check is named {pattern!r}", fix=did_you_mean(pattern, names))
        for pattern in patterns
        if not any(fnmatchcase(name, pattern) for name in names)
    ]


def did_you_mean(name: str, names: Sequence[str]) -> str:
    """The nearest of the names, in words."""
    close = get_close_matches(name, names, 1, 0.5)
    return f"did you mean {close[0]}?" if close else "`obs lint --list` shows all of them"


@dataclass(frozen=True, slots=True)
class Linted:
    """What is at hand: a subject, for a project what compiles it, and what the reading of files found.

    `files` are those whose comments count, absolute.
    `changed` is what checks that look at each rule alone are asked about, where that is less than the subject.
    `today` is the date that comments are held against (2027-01-31); without it none of them has run out.
    """

    subject: Subject
    emit: Callable[[], Sequence[Artifact]] | None = None
    read: tuple[Diagnostic, ...] = ()
    files: tuple[str, ...] = ()
    changed: Subject | None = None
    today: str = ""


def run(linted: Linted, selection: Selection, own: Sequence[Check] = ()) -> list[Diagnostic]:
    """Every finding that no comment allows, each as the check told it. `own` are the project's own checks."""
    known = [*checks(), *own]
    chosen = [check for check in known if selection.has(check)]
    by_check = findings_in_halves(chosen, linted, findings_of)
    if by_check is None:
        by_check = {check.name: findings_of(check, linted) for check in chosen}
    compiled = [check for check in chosen if check.of_artifacts is not None]
    if compiled and linted.emit is not None and not _refused(known, by_check, linted):
        made = linted.emit()
        by_check |= {check.name: findings_of(check, linted, made) for check in compiled}
    found = [*linted.read, *(one for listed in by_check.values() for one in listed)]
    told = [one for one in dict.fromkeys(found) if selection.tells(one.check)]
    names = frozenset(name for check in known for name in check.names) | {one.check for one in found}
    suppressor = Suppressor(linted.files, names)
    kept = suppressor.keep(told)
    ran = {name for check in chosen for name in check.names} | {one.check for one in found}
    comments = suppressor.comments(filter(selection.tells, ran), linted.today)
    kept += suppressor.keep(_of_comments(chosen, comments))
    return kept


def _refused(known: Sequence[Check], by_check: Mapping[str, Sequence[Diagnostic]], linted: Linted) -> bool:
    """Whether the program has errors that keep it from being compiled; checks that were not chosen count too."""
    return any(
        found.severity == "error"
        for check in known
        if check.stage == "build" and check.of_program is not None
        for found in (by_check[check.name] if check.name in by_check else findings_of(check, linted))
    )


def _of_comments(chosen: Sequence[Check], comments: Comments) -> Iterator[Diagnostic]:
    for check in chosen:
        if check.of_comments is not None:
            yield from (diagnostic(found, check) for found in check.of_comments(comments))


def findings_of(check: Check, linted: Linted, made: Sequence[Artifact] = ()) -> list[Diagnostic]:
    """What one check finds; one that breaks is a finding itself, and the others still run."""
    try:
        return list(_asked(check, linted, made))
    except ObsError:
        raise
    except Exception as error:
        return [_broken(check, error)]


def _asked(check: Check, linted: Linted, made: Sequence[Artifact]) -> Iterator[Diagnostic]:
    program = linted.subject.program
    if program is not None and check.of_program is not None:
        yield from check.of_program(program)
    elif check.of_subject is not None:
        subject = linted.changed if check.alone and linted.changed is not None else linted.subject
        yield from (diagnostic(_typed(found), check) for found in asked(check, subject))
    if program is not None and check.of_artifacts is not None and made:
        yield from check.of_artifacts(program, made)


def _typed(found: object) -> Finding:
    if not isinstance(found, Finding):
        raise TypeError(f"a check yields Finding, not {type(found).__name__}")
    return found


def _broken(check: Check, error: Exception) -> Diagnostic:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == check.file]
    line = frames[-1].lineno if frames else 1
    return Diagnostic(
        "check-failed",
        f"the check {check.name} stopped: {type(error).__name__}: {error}",
        Origin(check.file, line or 1),
        why="what it would have found is not known",
        fix=f"mend it, or leave it out with --ignore {check.name}",
        object=f"check {check.name}",
    )


def grouped(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """One finding for each cause: those that share one, and those of panels over the same part of the same query.

    The others become its further places. The order is that of the first of each.
    """
    groups: dict[object, list[Diagnostic]] = {}
    for number, found in enumerate(findings):
        groups.setdefault(_cause(found) or number, []).append(found)
    return [_joined(group) for group in groups.values()]


def _cause(found: Diagnostic) -> tuple[object, ...] | None:
    if found.cause:
        return (found.check, found.severity, found.cause)
    if found.excerpt is not None and found.object.startswith("dashboard "):
        excerpt = found.excerpt
        return (found.check, found.severity, excerpt.text, excerpt.start, excerpt.end)
    return None


def _joined(group: Sequence[Diagnostic]) -> Diagnostic:
    first = group[0]
    if len(group) == 1:
        return first
    also = dict.fromkeys(first.also)
    for other in group[1:]:
        if other.at is not None and (other.at != first.at or other.object != first.object):
            also[other.at, other.object or other.problem] = None
        also.update(dict.fromkeys(other.also))
    edits = dict.fromkeys(edit for found in group for edit in found.edits)
    return replace(first, also=tuple(also), edits=tuple(edits))


def at_least(findings: Iterable[Diagnostic], severity: Severity) -> list[Diagnostic]:
    """The findings of this severity or above."""
    return [found for found in findings if LEVELS[found.severity] >= LEVELS[severity]]


def fails(findings: Iterable[Diagnostic]) -> bool:
    """Whether a command ends with 1: any finding at warning or above."""
    return any(found.severity != "info" for found in findings)
